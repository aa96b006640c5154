//! Tables as they come: what is found in them, and what is said where they are broken.

use std::collections::BTreeMap;
use std::path::Path;

use burnwright_table::{Kind, ReadOptions, Table, TableError, read, read_bytes};

fn table(text: &str) -> Result<Table, TableError> {
    with(text, &ReadOptions::default())
}

fn with(text: &str, options: &ReadOptions) -> Result<Table, TableError> {
    read_bytes(text.as_bytes(), Path::new("t.csv"), options)
}

fn as_kind(text: &str, name: &str, kind: Kind) -> Result<Table, TableError> {
    with(text, &ReadOptions { kinds: [(name.to_owned(), kind)].into(), ..ReadOptions::default() })
}

#[track_caller]
fn refused(found: Result<Table, TableError>, expected: &str) {
    match found {
        Ok(_) => panic!("read, expected: {expected}"),
        Err(error) => assert_eq!(error.to_string(), expected),
    }
}

fn rows(count: usize, row: impl Fn(usize) -> String) -> String {
    let rows: Vec<String> = (0..count).map(row).collect();
    rows.join("\n")
}

#[test]
fn broken_tables_say_where() {
    refused(table(""), "the file is empty, expected a table: t.csv");
    refused(table("\u{feff}\r\n\n"), "the file is empty, expected a table: t.csv");
    refused(table("a,b,c\n"), "the table has a header of 3 columns but no rows: t.csv");
    refused(table("a,b\n1,2\n\n3\n4,5\n"), "line 4 has 1 field, expected 2 as in line 1: t.csv");
    refused(table("a,b\n1,2\n3,4,5\n"), "line 3 has 3 fields, expected 2 as in line 1: t.csv");
    refused(
        table("a,b\n1,\"x\n2,y\n3,z\n"),
        "the quote that opens in line 2, column 2, is never closed: t.csv",
    );
    refused(
        table("\"a,b\n1,x\n"),
        "the quote that opens in line 1, column 1, is never closed: t.csv",
    );
    refused(table("a,b,a\n1,2,3\n"), "columns 1 and 3 are both named `a`: t.csv");
    refused(table("a,b\n1,\0\n"), "zero byte at byte 6 (line 2), expected text: t.csv");
    refused(
        read_bytes(b"name,b\nJos\xe9,1\n", Path::new("t.csv"), &ReadOptions::default()),
        "byte 0xe9 at byte 10 (line 2) is not UTF-8 text: t.csv",
    );
    let many = vec!["x"; 40_000].join(",");
    refused(table(&format!("{many}\n{many}\n")), "line 1 has more than 32768 columns: t.csv");
    refused(
        table("PK\u{3}\u{4}sheet"),
        "this is a zip archive or a spreadsheet, expected a table as text (CSV or TSV): t.csv",
    );
    let folder = tempfile::tempdir().unwrap();
    let error = read(folder.path(), &ReadOptions::default()).unwrap_err().to_string();
    assert!(error.starts_with("not a regular file: "), "{error}");
    let nothing = folder.path().join("nothing.csv");
    let error = read(&nothing, &ReadOptions::default()).unwrap_err().to_string();
    assert!(error.starts_with("cannot read ("), "{error}");
    assert!(error.ends_with(&format!("): {}", nothing.display())), "{error}");
}

#[test]
fn numbers_without_a_value_say_where() {
    refused(
        table("a,b\n1,2\n1e400,3\n"),
        "line 3, column `a`: 1e400 is not a finite number: t.csv",
    );
    refused(table("a,b\n1,2\n-inf,3\n"), "line 3, column `a`: -inf is not a finite number: t.csv");
    let stray = rows(50, |row| if row == 30 { "n.n.,1".into() } else { format!("{row}.5,1") });
    refused(
        table(&format!("a,b\n{stray}")),
        "column `a` holds 49 numbers and text in 1 field, the first in line 32: `n.n.`: t.csv",
    );
    refused(
        as_kind("a,b\nx,1\ny,2\n", "a", Kind::Number),
        "line 2, column `a`: got `x`, expected a number: t.csv",
    );
    // Also where the first thousand rows hold more text than the others.
    let early = rows(6_000, |row| if row < 300 { "-,1".into() } else { format!("{row}.5,1") });
    refused(
        table(&format!("a,b\n{early}")),
        "column `a` holds 5700 numbers and text in 300 fields, the first in line 2: `-`: t.csv",
    );
    let missing = ReadOptions { missing: vec!["n.n.".into()], ..ReadOptions::default() };
    let found = with(&format!("a,b\n{stray}"), &missing).unwrap();
    assert_eq!((found.columns()[0].kind(), found.columns()[0].missing()), (Kind::Number, 1));
}

#[test]
fn later_rows_correct_what_the_first_ones_said() {
    // 1,500 whole numbers, then as many words: the first thousand rows do not show them.
    let mixed = rows(3_000, |row| {
        if row < 1_500 { format!("0{},x", row % 7) } else { format!("w{},x", row % 7) }
    });
    let found = table(&format!("a,b\n{mixed}\n")).unwrap();
    let column = &found.columns()[0];
    assert_eq!(column.kind(), Kind::Category);
    // As written, not as the number that it first was.
    assert_eq!(column.text(0).unwrap(), "00");
    assert_eq!(column.text(1_499 + 7).unwrap(), "w1");
    // Nothing at all among the first thousand.
    let late = rows(2_500, |row| if row < 2_000 { ",x".into() } else { format!("w{},x", row % 7) });
    assert_eq!(table(&format!("a,b\n{late}\n")).unwrap().columns()[0].kind(), Kind::Category);
    let dates = rows(1_500, |row| {
        if row < 1_200 { format!("2024-01-{:02},x", row % 28 + 1) } else { "later,x".into() }
    });
    assert_eq!(table(&format!("a,b\n{dates}\n")).unwrap().columns()[0].kind(), Kind::Category);
}

#[test]
fn the_caller_may_say_what_a_column_is() {
    let text = "zip,size\n01234,1\n01234,2\n99999,1\n";
    assert_eq!(table(text).unwrap().columns()[0].kind(), Kind::Number);
    let found = as_kind(text, "zip", Kind::Category).unwrap();
    assert_eq!(found.columns()[0].text(0).unwrap(), "01234");
    assert_eq!(as_kind(text, "zip", Kind::Ignored).unwrap().inputs(None).count(), 1);
    refused(
        as_kind(text, "zipp", Kind::Category),
        "no column `zipp`, the nearest is `zip`; the columns are `zip`, `size`: t.csv",
    );
    let many = rows(100_000, |row| format!("c{row},{}", row % 5));
    let many = format!("a,b\n{many}\n");
    assert_eq!(table(&many).unwrap().columns()[0].kind(), Kind::IdLike);
    refused(
        as_kind(&many, "a", Kind::Category),
        "column `a` has more than 65536 distinct values, too many for a category: t.csv",
    );
}

#[test]
fn the_same_table_is_read_from_every_form() {
    let plain = "a,b\n1.5,x\n2.25,\"y, z\"\nNA,x\n";
    let expected = contents(&table(plain).unwrap());
    for text in [
        "\u{feff}a,b\r\n1.5,x\r\n2.25,\"y, z\"\r\nNA,x".to_owned(),
        "a\tb\n1.5\tx\n2.25\ty, z\n\t x \n".to_owned(),
        "a;b\n1,5;x\n2,25;y, z\n;x\n\n".to_owned(),
        "\"a\"|\"b\"\n\"1.5\"|x\n2.250|y, z\nnull|x\n".to_owned(),
    ] {
        assert_eq!(contents(&table(&text).unwrap()), expected, "{text}");
    }
    let folder = tempfile::tempdir().unwrap();
    let zstd = zstd::encode_all(plain.as_bytes(), 1).unwrap();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, plain.as_bytes()).unwrap();
    for bytes in [zstd, gzip.finish().unwrap()] {
        // Its name says nothing.
        let path = folder.path().join("table.csv");
        std::fs::write(&path, bytes).unwrap();
        assert_eq!(contents(&read(&path, &ReadOptions::default()).unwrap()), expected);
    }
}

/// Each column's name, kind and fields.
fn contents(table: &Table) -> Vec<(String, Kind, Vec<Option<String>>)> {
    let of = |row, column: &burnwright_table::Column| column.text(row).map(|text| text.to_string());
    table
        .columns()
        .iter()
        .map(|column| {
            let fields = (0..table.rows()).map(|row| of(row, column)).collect();
            (column.name().to_owned(), column.kind(), fields)
        })
        .collect()
}

#[test]
fn a_table_without_a_header_gets_names() {
    let found = table("5.1,setosa\n4.9,setosa\n").unwrap();
    assert!(!found.has_header());
    let names: Vec<&str> = found.columns().iter().map(burnwright_table::Column::name).collect();
    assert_eq!(names, ["column_1", "column_2"]);
    assert_eq!((found.rows(), found.line(0)), (2, 1));
    let kinds: BTreeMap<String, Kind> = found.kinds();
    assert_eq!(kinds["column_1"], Kind::Number);
}

#[test]
fn lines_are_those_of_the_file() {
    let found = table("a,b\n1,\"x\ny\"\n\n2,z\n3,z\n").unwrap();
    assert_eq!((0..3).map(|row| found.line(row)).collect::<Vec<_>>(), [2, 5, 6]);
}
