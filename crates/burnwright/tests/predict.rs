//! `predict` of many files: formats, order, what fails, contact sheets.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may end so")]

mod support;

use std::ffi::OsString;
use std::fs;
use std::os::unix::ffi::OsStringExt;

use insta::assert_snapshot;
use support::{Run, Workplace};

/// A workplace with a model that knows a seven when it sees one.
fn trained() -> Workplace {
    let workplace = Workplace::new();
    assert_eq!(workplace.train(&["--view", "quiet", "--set", "training.epochs=8"]).status(), 0);
    workplace
}

fn predict(workplace: &Workplace, words: &[&str]) -> Run {
    workplace.run(&[&["predict", "--device", "flex"], words].concat())
}

/// Numbers with a decimal point differ in their last digits from processor to processor.
fn without_numbers(text: &str) -> String {
    let mut left = String::new();
    for part in text.split_inclusive([',', '(', ')', '%', '}', '\n']) {
        let (number, end) = part.split_at(part.len() - 1);
        let before = number.rfind(':').map_or(0, |at| at + 1);
        if number[before..].contains('.') && number[before..].parse::<f64>().is_ok() {
            left.push_str(&number[..before]);
            left.push('P');
        } else {
            left.push_str(number);
        }
        left.push_str(end);
    }
    left
}

/// A folder with two pictures of a seven, one dark on light, and a text between them.
fn with_three_files() -> Workplace {
    let workplace = trained();
    fs::create_dir(workplace.path("in")).unwrap();
    assert_eq!(workplace.write_digit("in/a.png", 0, |pixel| pixel), 7);
    fs::write(workplace.path("in/b, c.png"), "no picture").unwrap();
    workplace.write_digit("in/d.png", 0, |pixel| 255 - pixel);
    workplace
}

#[test]
fn each_format_has_a_place_for_what_failed() {
    let workplace = with_three_files();
    let table = predict(&workplace, &["in"]);
    assert_eq!(table.status(), 65);
    assert_snapshot!(without_numbers(&table.stdout()), @r"
    in/a.png: 7 (P%)
    in/d.png: 7 (P%)  [inverted: dark on light]
    ");
    assert_snapshot!(table.stderr(), @r"
    run artifacts/course-001
    error: not a PNG or JPEG picture: it looks like text: in/b, c.png

    hint: convert it to PNG
    ");
    let csv = predict(&workplace, &["in", "--format", "csv"]);
    assert_eq!((csv.status(), csv.stderr()), (65, table.stderr()));
    assert_snapshot!(without_numbers(&csv.stdout()), @r#"
    path,label,probability,error
    in/a.png,7,P,
    "in/b, c.png",,,not a PNG or JPEG picture: it looks like text
    in/d.png,7,P,
    "#);
    let lines = predict(&workplace, &["in", "--format", "jsonl"]);
    assert_eq!((lines.status(), lines.stderr()), (65, table.stderr()));
    assert_snapshot!(without_numbers(&lines.stdout()), @r#"
    {"inverted":false,"label":"7","path":"in/a.png","probability":P,"resized":false,"top":[{"label":"7","probability":P}]}
    {"error":"not a PNG or JPEG picture: it looks like text","path":"in/b, c.png"}
    {"inverted":true,"label":"7","path":"in/d.png","probability":P,"resized":false,"top":[{"label":"7","probability":P}]}
    "#);
    let json = predict(&workplace, &["in", "--json"]).json();
    let objects: Vec<serde_json::Value> =
        lines.stdout().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(json["predictions"], serde_json::json!([objects[0], objects[2]]));
    assert_eq!(json["errors"], serde_json::json!([objects[1]]));
}

#[test]
fn a_csv_has_two_columns_for_each_class_asked_for() {
    let workplace = with_three_files();
    let heading = |top: &str| {
        let csv = predict(&workplace, &["in", "--format", "csv", "--top", top]).stdout();
        let rows: Vec<usize> = csv.lines().map(|line| line.matches(',').count()).collect();
        // The second file's name has a comma of its own, in quotes.
        assert_eq!(rows, [rows[0], rows[0], rows[0] + 1, rows[0]]);
        csv.lines().next().unwrap().to_owned()
    };
    assert_snapshot!(heading("2"), @"path,label,probability,label_2,probability_2,error");
    assert!(heading("1000000").ends_with(",label_10,probability_10,error"));
    let refused = predict(&workplace, &["in", "--format", "csv", "--json"]);
    assert_eq!(refused.status(), 2, "{}", refused.stderr());
}

#[test]
fn many_files_are_answered_in_their_order_and_the_corrupt_one_in_its_place() {
    const FILES: usize = 600;
    const CORRUPT: usize = 300;
    let workplace = trained();
    fs::create_dir(workplace.path("in")).unwrap();
    for digit in 0..10 {
        workplace.write_digit(&format!("{digit}.png"), digit, |pixel| pixel);
    }
    // One by one: what each of them is taken for.
    let alone: Vec<String> = (0..10)
        .map(|digit| predict(&workplace, &[&format!("{digit}.png")]).stdout())
        .map(|line| line.split_whitespace().nth(1).unwrap().to_owned())
        .collect();
    for file in 0..FILES {
        let bytes = fs::read(workplace.path(&format!("{}.png", file % 10))).unwrap();
        let length = if file == CORRUPT { bytes.len() / 2 } else { bytes.len() };
        fs::write(workplace.path(&format!("in/{file:03}.png")), &bytes[..length]).unwrap();
    }
    let run = predict(&workplace, &["in", "--format", "csv"]);
    assert_eq!(run.status(), 65);
    let stdout = run.stdout();
    let rows: Vec<Vec<&str>> = stdout.lines().skip(1).map(|row| row.split(',').collect()).collect();
    assert_eq!(rows.len(), FILES);
    for (file, row) in rows.iter().enumerate() {
        let expected = if file == CORRUPT { "" } else { &alone[file % 10] };
        assert_eq!((row[0], row[1]), (&*format!("in/{file:03}.png"), expected));
    }
    assert!(
        rows[CORRUPT][3].starts_with("the PNG picture cannot be decoded"),
        "{:?}",
        rows[CORRUPT]
    );
    let stderr = run.stderr();
    assert!(stderr.contains(": in/300.png\n\nhint: the file was probably cut short"), "{stderr}");
    assert_eq!(stderr.matches("error:").count(), 1, "{stderr}");
}

#[test]
fn odd_inputs_are_answers_too() {
    let workplace = trained();
    workplace.write_digit("a.png", 0, |pixel| pixel);
    fs::write(workplace.path("empty.png"), "").unwrap();
    fs::create_dir(workplace.path("nothing")).unwrap();
    fs::create_dir_all(workplace.path("texts/inner")).unwrap();
    fs::write(workplace.path("texts/inner/a.txt"), "").unwrap();
    std::os::unix::fs::symlink("loop.png", workplace.path("loop.png")).unwrap();
    let words = ["a.png", "empty.png", "nothing", "texts", "loop.png", "a.png", "gone.png"];
    let run = predict(&workplace, &words);
    assert_snapshot!(without_numbers(&run.stdout()), @r"
    a.png: 7 (P%)
    a.png: 7 (P%)
    ");
    assert_snapshot!(run.stderr(), @r"
    run artifacts/course-001
    error: not a PNG or JPEG picture: the file is empty: empty.png

    hint: convert it to PNG

    error: the folder holds no PNG or JPEG file: nothing
    error: the folder holds no PNG or JPEG file: texts
    error: cannot read it: Too many levels of symbolic links (os error 40): loop.png
    error: cannot read it: No such file or directory (os error 2): gone.png
    ");
    assert_eq!(run.status(), 74, "the gravest of 65, 66 and 74");
    assert_eq!(predict(&workplace, &["gone.png", "empty.png"]).status(), 65);
}

#[test]
fn a_name_that_is_not_utf_8_keeps_its_bytes_in_csv() {
    let workplace = trained();
    let name = OsString::from_vec(b"x\xff.png".to_vec());
    workplace.write_digit("a.png", 0, |pixel| pixel);
    fs::rename(workplace.path("a.png"), workplace.path("").join(&name)).unwrap();
    let mut command = workplace.command(&["predict", "--device", "flex", "--format", "csv"]);
    let output = command.arg(&name).output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stdout.starts_with(b"path,label,probability,error\nx\xff.png,7,"));
}

#[test]
fn answers_appear_before_the_last_path_is_known() {
    use std::io::{BufRead, BufReader, Write};
    let workplace = trained();
    workplace.write_digit("a.png", 0, |pixel| pixel);
    for format in ["table", "csv", "jsonl"] {
        let mut command =
            workplace.command(&["predict", "-", "--device", "flex", "--format", format]);
        command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        for _ in 0..2 {
            stdin.write_all(b"a.png\n").unwrap();
            let found = lines.by_ref().find(|line| line.as_ref().unwrap().contains("a.png"));
            assert!(found.is_some());
        }
        drop(stdin);
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }
}

#[test]
fn a_closed_pipe_ends_every_format_quietly() {
    let workplace = trained();
    workplace.write_digit("a.png", 0, |pixel| pixel);
    for format in ["table", "csv", "jsonl"] {
        let words = ["predict", "course-001", "a.png", "--device", "flex", "--format", format];
        let mut command = workplace.command(&words);
        command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
        let mut child = command.spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert_eq!((output.status.code(), output.stderr), (Some(0), Vec::new()), "{format}");
    }
}

#[test]
fn contact_sheets_show_every_file() {
    let workplace = trained();
    // A folder called like another class: the picture is wrong.
    fs::create_dir_all(workplace.path("in/3")).unwrap();
    workplace.write_digit("in/3/a.png", 0, |pixel| pixel);
    for file in 0..160 {
        fs::copy(workplace.path("in/3/a.png"), workplace.path(&format!("in/{file:03}.png")))
            .unwrap();
    }
    let run = predict(&workplace, &["in", "--annotate", "in/sheets"]);
    assert_eq!((run.status(), run.stdout().lines().count()), (0, 161), "{}", run.stderr());
    let mut written: Vec<_> = fs::read_dir(workplace.path("in/sheets"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    written.sort();
    assert_eq!(written, ["sheet-001.png", "sheet-002.png"]);
    // Files of the folder come before and after "3/" by their names: it stands on the second sheet, alone.
    let red = |sheet: &str| {
        let sheet = image::open(workplace.path("in/sheets").join(sheet)).unwrap().into_rgb8();
        sheet.pixels().any(|pixel| pixel.0 == [200, 0, 0])
    };
    assert_eq!([red("sheet-001.png"), red("sheet-002.png")], [false, true]);
}

#[test]
fn contact_sheets_need_a_folder_of_their_own() {
    let workplace = trained();
    workplace.write_digit("a.png", 0, |pixel| pixel);
    let refusal = |folder: &str| predict(&workplace, &["a.png", "--annotate", folder]).failure();
    assert_snapshot!(refusal("data"), @r"
    exit 73
    error: the folder is not empty: data

    hint: give --annotate a new or an empty folder that can be written to
    ");
    assert_snapshot!(refusal("a.png"), @r"
    exit 73
    error: cannot create the folder: File exists (os error 17): a.png

    hint: give --annotate a new or an empty folder that can be written to
    ");
    assert_snapshot!(refusal("/proc/sheets"), @r"
    exit 73
    error: cannot create the folder: No such file or directory (os error 2): /proc/sheets

    hint: give --annotate a new or an empty folder that can be written to
    ");
}
