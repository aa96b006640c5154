//! Whatever a file holds, it becomes a table of which everything can be asked, or an error.

use std::path::Path;

use burnwright_table::{
    Encoder, NumberScale, ReadOptions, Table, Target, TargetWish, inspect, read_bytes,
};
use proptest::prelude::*;

fn read(bytes: &[u8]) -> Option<Table> {
    read_bytes(bytes, Path::new("t.csv"), &ReadOptions::default()).ok()
}

/// Fields that mean something, and some that nearly do.
fn field() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[0-9]{1,11}",
        "-?[0-9]{1,3}\\.[0-9]{1,10}",
        "[1-9]e-?[0-9]{1,3}",
        "19[0-9]{2}-[01][0-9]-[0-3][0-9](T[0-2][0-9]:[0-5][0-9])?",
        "(yes|no|NA|\\?|inf|true|F)",
        "[a-c]{1,2}",
        "\"[a-c\",;\n]{0,3}\"",
        ".{0,3}",
    ]
}

/// All that is done with a table that was read.
fn use_whole(table: &Table) {
    let rows: Vec<u32> = (0..table.rows()).collect();
    let lines: Vec<u64> = rows.iter().map(|&row| table.line(row)).collect();
    assert!(lines.is_sorted_by(|a, b| a < b));
    let mut targets = Vec::new();
    for column in table.columns() {
        for wish in [TargetWish::Inferred, TargetWish::Classes, TargetWish::Number] {
            if let Ok(target) = Target::infer(table, column.name(), wish) {
                let found =
                    target.read(table).expect("targets of the table they were inferred from");
                assert_eq!(found.len() + found.missing as usize, rows.len());
                inspect(table, Some(&target)).expect("a table and its own target");
                targets.push(target);
            }
        }
    }
    inspect(table, None).expect("a table without a target has nothing to refuse");
    let target = targets.first().map(|target| &*target.column);
    for scale in [NumberScale::Standard, NumberScale::StandardLog, NumberScale::Quantiles] {
        // Fitted to half of the rows, so that the others bring what is new.
        let training = &rows[..rows.len().div_ceil(2)];
        if let Ok(encoder) = Encoder::fit(table, training, target, scale) {
            let encoded = encoder.encode(table).expect("the table that was fitted to");
            assert_eq!(encoded.columns, encoder.layout().columns());
            assert!(encoded.values.iter().all(|value| value.is_finite()));
            let json = serde_json::to_string(&encoder).expect("an encoder is JSON");
            assert_eq!(serde_json::from_str::<Encoder>(&json).expect("what was written"), encoder);
        }
    }
}

proptest! {
    #[test]
    fn any_table_can_be_used_or_is_refused(
        rows in (1..5_usize).prop_flat_map(|columns| {
            let row = proptest::collection::vec(field(), columns);
            proptest::collection::vec(row, 1..60)
        })
    ) {
        let lines: Vec<String> = rows.iter().map(|row| row.join(",")).collect();
        if let Some(table) = read(lines.join("\n").as_bytes()) {
            use_whole(&table);
        }
    }

    #[test]
    fn columns_of_one_form_can_be_used(
        column in prop_oneof![
            proptest::collection::vec("-?[0-9]{1,4}(\\.[0-9]{1,8})?", 2..80),
            proptest::collection::vec("-?[1-9]e[0-9]{1,2}", 2..80),
            proptest::collection::vec("[1-9]e[-3][0-9]{2}|0|", 2..80),
            proptest::collection::vec("[12][0-9]{3}-0[1-9]-[0-2][1-9]( 1[0-9]:00)?", 2..80),
        ],
        other in proptest::collection::vec("(a|b|c|)", 80),
    ) {
        let lines: Vec<String> =
            column.iter().zip(&other).map(|(field, other)| format!("{field};{other}")).collect();
        if let Some(table) = read(format!("x;y\n{}", lines.join("\n")).as_bytes()) {
            use_whole(&table);
        }
    }

    #[test]
    fn any_bytes_are_a_table_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        if let Some(table) = read(&bytes) {
            use_whole(&table);
        }
    }
}
