//! A field in, a number out: exactly the `f64` nearest to its decimal digits, as `str::parse` and Python's `float` give it.

/// What a field is as a number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Parsed {
    /// `mantissa / 10^scale`: no exponent, at most nine digits, no trailing zeros behind the point.
    Decimal { mantissa: i32, scale: u8 },
    /// Any other finite number.
    Float(f64),
    /// Larger than any `f64`, or infinite by name.
    Infinite,
    /// Text.
    NotANumber,
}

/// The most digits behind the point of a [`Parsed::Decimal`].
pub(crate) const MAX_SCALE: u8 = 9;

/// `10^scale`, exact in an `f64`.
pub(crate) fn power_of_ten(scale: u8) -> f64 {
    const POWERS: [f64; 10] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];
    POWERS[usize::from(scale)]
}

/// Reads an optional sign, digits with `point` among them, and an optional exponent. No thousands separators, no units.
pub(crate) fn parse(field: &str, point: u8) -> Parsed {
    let bytes = field.as_bytes();
    let unsigned = if let [b'+' | b'-', rest @ ..] = bytes { rest } else { bytes };
    let negative = bytes.first() == Some(&b'-');
    let (mut mantissa, mut digits, mut scale, mut seen_point) = (0_i64, 0_u32, 0_u32, false);
    let mut zeros = 0;
    for &byte in unsigned {
        if byte.is_ascii_digit() {
            digits += 1;
            scale += u32::from(seen_point);
            zeros = if byte == b'0' { zeros + 1 } else { 0 };
            if digits > 18 {
                return slow(field, unsigned, point);
            }
            mantissa = mantissa * 10 + i64::from(byte - b'0');
        } else if byte == point && !seen_point {
            seen_point = true;
            zeros = 0;
        } else {
            return slow(field, unsigned, point);
        }
    }
    if digits == 0 {
        return Parsed::NotANumber;
    }
    let trailing = if seen_point { zeros } else { 0 };
    mantissa /= 10_i64.pow(trailing);
    scale -= trailing;
    let signed = if negative { -mantissa } else { mantissa };
    match (i32::try_from(signed), u8::try_from(scale)) {
        // The least i32 stands for a missing number where decimals are stored.
        (Ok(mantissa), Ok(scale)) if scale <= MAX_SCALE && mantissa != i32::MIN => {
            Parsed::Decimal { mantissa, scale }
        }
        _ => slow(field, unsigned, point),
    }
}

/// Numbers of many digits or with an exponent, and names of infinity.
fn slow(field: &str, unsigned: &[u8], point: u8) -> Parsed {
    let is_digit = |byte: &u8| byte.is_ascii_digit();
    let name = |name: &str| unsigned.eq_ignore_ascii_case(name.as_bytes());
    if name("inf") || name("infinity") {
        return Parsed::Infinite;
    }
    // What `parse` knows beyond this, as "nan", is text here.
    let known =
        |byte: &u8| is_digit(byte) || *byte == point || matches!(byte, b'e' | b'E' | b'+' | b'-');
    if !unsigned.iter().all(known) || !unsigned.iter().any(is_digit) {
        return Parsed::NotANumber;
    }
    let parsed = if point == b'.' {
        field.parse::<f64>()
    } else {
        field.replace(char::from(point), ".").parse::<f64>()
    };
    match parsed {
        Ok(value) if value.is_finite() => Parsed::Float(value),
        Ok(_) => Parsed::Infinite,
        Err(_) => Parsed::NotANumber,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn value(field: &str) -> Option<f64> {
        match parse(field, b'.') {
            Parsed::Decimal { mantissa, scale } => Some(f64::from(mantissa) / power_of_ten(scale)),
            Parsed::Float(value) => Some(value),
            Parsed::Infinite | Parsed::NotANumber => None,
        }
    }

    #[test]
    fn forms_of_numbers() {
        for (field, expected) in [
            ("41.0", 41.0),
            ("-122.23", -122.23),
            ("+.5", 0.5),
            ("5.", 5.0),
            ("1e-3", 1e-3),
            ("0.1234567890123456789", 0.123_456_789_012_345_68),
            ("12345678901234567890", 12_345_678_901_234_567_890.0),
        ] {
            assert_eq!(value(field), Some(expected), "{field}");
        }
        for text in ["", "-", ".", "1.2.3", "1,5", "12%", "0x1f", "nan", "e5", "1e", "--1", "٣"] {
            assert_eq!(parse(text, b'.'), Parsed::NotANumber, "{text}");
        }
        for text in ["1e400", "-1E999", "inf", "-Infinity"] {
            assert_eq!(parse(text, b'.'), Parsed::Infinite, "{text}");
        }
        assert_eq!(parse("1,5", b','), Parsed::Decimal { mantissa: 15, scale: 1 });
        assert_eq!(parse("2.50", b'.'), Parsed::Decimal { mantissa: 25, scale: 1 });
        assert_eq!(parse("200", b'.'), Parsed::Decimal { mantissa: 200, scale: 0 });
    }

    proptest! {
        #[test]
        fn the_number_is_that_of_the_standard_library(
            field in "[+-]?[0-9]{0,12}(\\.[0-9]{0,12})?(e[+-]?[0-9]{1,2})?"
        ) {
            prop_assert_eq!(value(&field), field.parse::<f64>().ok());
        }

        #[test]
        fn any_text_is_read_or_refused(field in ".{0,20}") {
            let expected = field.parse::<f64>().ok().filter(|value| value.is_finite());
            prop_assert_eq!(value(&field), expected);
        }
    }
}
