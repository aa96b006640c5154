//! A row's numbers in, its columns in words out: what stood in the file, as near as an `f32` leaves it.

use crate::date;
use crate::encoder::{Encoder, Encoding, Input};
use crate::scale::Scale;

/// What a missing value is called.
const MISSING: &str = "missing";

impl Encoder {
    /// The columns of an encoded row with their values, in the encoder's order.
    ///
    /// # Panics
    /// Where the row has not as many values as the layout.
    pub fn describe(&self, row: &[f32]) -> Vec<(String, String)> {
        let layout = self.layout();
        assert_eq!(row.len(), layout.columns(), "a row has as many values as its layout");
        let (mut numbers, codes) = row.split_at(layout.numbers.len());
        let mut codes = codes.iter();
        let mut described = Vec::with_capacity(self.inputs.len());
        for Input { name, encoding } in &self.inputs {
            let (own, others) = numbers.split_at(encoding.parts().len());
            numbers = others;
            let text = match encoding {
                Encoding::Category { values } => {
                    let code = codes.next().expect("the layout counts every category");
                    category(values, *code)
                }
                _ if encoding.is_missing(own) => MISSING.to_owned(),
                Encoding::Number { scale, .. } => number(scale, own[0]),
                Encoding::YesNo { .. } => if own[0] >= 0.5 { "yes" } else { "no" }.to_owned(),
                Encoding::Date { days, hour, .. } => date::written(day(days, hour.as_ref(), own)),
            };
            described.push((name.clone(), text));
        }
        described
    }
}

impl Encoding {
    /// Whether the last of its numbers says that the column is missing.
    fn is_missing(&self, own: &[f32]) -> bool {
        self.parts().last() == Some(&"missing") && own.last() == Some(&1.0)
    }
}

/// The day of a date's numbers. The hour is taken off before the days are rounded: cut off alone, midnight would be the day before where the
/// `f32` is a little less.
fn day(days: &Scale, hour: Option<&Scale>, own: &[f32]) -> f64 {
    let hours = hour.map_or(0.0, |hour| hour.undo(own[3])); // after days, month and weekday
    (days.undo(own[0]) - hours / 24.0).round()
}

/// To the decimal that its neighbours among `f32` leave.
fn number(scale: &Scale, scaled: f32) -> String {
    let value = scale.undo(scaled);
    let steps = [scaled.next_up(), scaled.next_down()].map(|next| (scale.undo(next) - value).abs());
    let decimals = -steps[0].max(steps[1]).log10().ceil();
    if !(-15.0..=15.0).contains(&decimals) {
        return format!("{value}");
    }
    #[expect(clippy::cast_possible_truncation, reason = "within 15")]
    let unit = 10_f64.powi(decimals as i32);
    format!("{}", (value * unit).round() / unit)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a code, at most 2^16")]
fn category(values: &[String], code: f32) -> String {
    match (code as usize).checked_sub(1).and_then(|place| values.get(place)) {
        Some(value) => value.clone(),
        None => "missing or new".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::{Encoder, NumberScale, Table};

    #[test]
    fn an_hour_does_not_move_the_day() {
        let days = ["2024-01-01T18:00", "2024-01-02T23:59:59", "2024-02-29", "1969-12-31T12:00"];
        let table =
            Table::of_text(&format!("x,when\n{}", days.map(|day| format!("1.5,{day}\n")).concat()));
        for scale in [NumberScale::Standard, NumberScale::Quantiles] {
            let encoder = Encoder::fit(&table, &[0, 1, 2, 3], Some("x"), scale).unwrap();
            let made = encoder.encode(&table).unwrap();
            let described = made.values.chunks(made.columns).map(|row| encoder.describe(row));
            let days: Vec<String> = described.flatten().map(|(_, day)| day).collect();
            assert_eq!(days, ["2024-01-01", "2024-01-02", "2024-02-29", "1969-12-31"], "{scale:?}");
        }
    }

    #[test]
    fn a_row_is_read_back_from_its_numbers() {
        let text = "size,colour,ok,when\n1.25,red,yes,2024-01-01\n-3.5,blue,no,2024-02-29\n,,,\n7,red,no,1969-12-31\n";
        let table = Table::of_text(text);
        for scale in [NumberScale::Standard, NumberScale::Quantiles] {
            let encoder = Encoder::fit(&table, &[0, 1, 2, 3], None, scale).unwrap();
            let made = encoder.encode(&table).unwrap();
            let rows: Vec<String> = made
                .values
                .chunks(made.columns)
                .map(|row| {
                    let cells = encoder.describe(row).into_iter().map(|(_, value)| value);
                    cells.collect::<Vec<_>>().join("|")
                })
                .collect();
            assert_eq!(
                rows,
                [
                    "1.25|red|yes|2024-01-01",
                    "-3.5|blue|no|2024-02-29",
                    "missing|missing or new|missing|missing",
                    "7|red|no|1969-12-31"
                ],
                "{scale:?}"
            );
        }
    }
}
