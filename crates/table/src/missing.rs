//! Which fields stand for nothing.

/// The fields that pandas' `read_csv` takes as missing, and `?`, which UCI's files use. The empty field is one of them.
pub const MISSING: [&str; 20] = [
    "", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN",
    "<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null", "?",
];

/// Longest of [`MISSING`], so that most fields need no comparison.
const LONGEST: usize = 8;

/// Whether a field, without the white space around it, stands for nothing.
pub(crate) fn is_missing(field: &str, more: &[String]) -> bool {
    let may_be = match field.as_bytes() {
        [] => return true,
        // Most fields are numbers, and few of those are looked up.
        [b'#' | b'<' | b'N' | b'n' | b'?', ..]
        | [b'1', b'.', b'#', ..]
        | [b'-', b'N' | b'n', ..]
        | [b'-', b'1', b'.', b'#', ..] => true,
        _ => false,
    };
    (may_be && field.len() <= LONGEST && MISSING.contains(&field))
        || (!more.is_empty() && more.iter().any(|text| text == field))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_that_stand_for_nothing() {
        assert!(MISSING.iter().all(|text| text.len() <= LONGEST && is_missing(text, &[])));
        assert!(!["0", "-", "no", "none", "N", "1", "-1"].iter().any(|text| is_missing(text, &[])));
        assert!(is_missing("-999", &["-999".to_owned()]));
    }
}
