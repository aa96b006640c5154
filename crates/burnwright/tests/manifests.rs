//! Pictures that a list names, the order of their classes, pictures that cannot be read, and the split that a run keeps.
#![allow(clippy::unwrap_used, reason = "a test may end so")]
#![expect(clippy::cast_precision_loss, reason = "small numbers, made here")]

mod support;

use std::fmt::Write;

use insta::assert_snapshot;
use serde_json::Value;
use support::{Run, Workplace};

fn train(workplace: &Workplace, more: &[&str]) -> Run {
    let common = ["train", "--device", "flex", "--json"];
    workplace.run(&[&common[..], more].concat())
}

/// One epoch of a small network.
const SHORT: [&str; 6] =
    ["--set", "training.epochs=1", "--set", "model.channels=[4]", "--view", "quiet"];

fn write(workplace: &Workplace, name: &str, text: &str) {
    let path = workplace.path(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// A picture of 12 x 10 pixels of about this brightness; no two numbers have the same.
fn picture(workplace: &Workplace, name: &str, level: u8, number: u32) {
    let path = workplace.path(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let pixel = |x: u32, y: u32| {
        let mixed = (x + 12 * y + 120 * number + 1).wrapping_mul(0x9E37_79B9);
        let noise = u8::try_from((mixed ^ (mixed >> 15)) % 40).unwrap();
        image::Rgb([level + noise, level, level + noise / 2])
    };
    image::RgbImage::from_fn(12, 10, pixel).save(path).unwrap();
}

/// Forty pictures in `photos/files`, dark and light by turns; their names.
fn forty(workplace: &Workplace) -> Vec<(String, u8)> {
    let mut names = Vec::new();
    for number in 0..40 {
        let level = if number % 2 == 0 { 30 } else { 190 };
        let name = format!("files/{number:02}.png");
        picture(workplace, &format!("photos/{name}"), level, number);
        names.push((name, level));
    }
    names
}

#[test]
fn a_list_of_classes_becomes_a_judged_classification() {
    let workplace = Workplace::empty();
    let mut text = String::from("file_name,label\n");
    for (name, level) in forty(&workplace) {
        let class = if level < 100 { "dark" } else { "light" };
        writeln!(text, "{name},{class}").unwrap();
    }
    write(&workplace, "photos/metadata.csv", &text);
    let run = train(&workplace, &["photos", "--set", "training.epochs=4", "--view", "plain"]);
    let summary = run.json();
    assert_eq!(summary["task"], "classification", "{}", run.stderr());
    assert!(summary["test"]["accuracy"].as_f64().unwrap() > 0.9, "{summary}");
    let said = run.stderr();
    let table: Vec<&str> = said.lines().skip_while(|line| !line.starts_with("class")).collect();
    assert_snapshot!(table[..3].join("\n"), @r"
    class  index  training  validation  test
    dark       0        14           2     4
    light      1        14           2     4
    ");
    // New pictures are answered as those of a folder are.
    picture(&workplace, "new.png", 190, 99);
    let words = ["predict", "photos-001", "new.png", "--device", "flex", "--json"];
    assert_eq!(workplace.run(&words).json()["predictions"][0]["label"], "light");
    let words = ["evaluate", "photos-001", "--device", "flex", "--json"];
    let evaluated = workplace.run(&words).json();
    assert_eq!(evaluated["accuracy"], summary["test"]["accuracy"]);
    // The same as a table's file is no table, and says so.
    std::fs::rename(workplace.path("photos/metadata.csv"), workplace.path("photos/all.csv"))
        .unwrap();
    let recipe = workplace.run(&["init", "photos/all.csv"]).stdout();
    let shown = recipe.lines().take(14).collect::<Vec<_>>().join("\n");
    assert_snapshot!(shown, @r#"
    # burnwright train photos/all.csv
    # 40 pictures of 2 classes: 28 to learn from, 4 for validation, 8 for the test
    # a list of pictures, not a table: its column file_name names files that are there
    # shorter sides of 10 to 10 pixels, 10 in the middle; in colour
    [task]
    kind = "classification"

    [model]
    kind = "convnet"
    channels = [32, 64]

    [data]
    source = "manifest"
    path = "photos/all.csv"
    "#);
}

#[test]
fn a_list_of_numbers_becomes_a_judged_regression() {
    let workplace = Workplace::empty();
    let mut text = String::new();
    for (place, (name, level)) in forty(&workplace).iter().enumerate() {
        let shade = f64::from(*level) + place as f64 / 100.0;
        writeln!(text, "{{\"file_name\": \"{name}\", \"shade\": {shade}, \"note\": 1}}").unwrap();
    }
    write(&workplace, "photos/metadata.jsonl", &text);
    assert_snapshot!(train(&workplace, &["photos"]).failure(), @r"
    exit 65
    error: which of 3 columns is the target (file_name, note, shade): photos/metadata.jsonl

    hint: say which is learned with --target COLUMN: note, shade
    ");
    let words = ["photos", "--target", "shade", "--set", "training.epochs=8", "--view", "quiet"];
    let summary = train(&workplace, &words).json();
    assert_eq!(summary["task"], "regression");
    assert!(summary["test"]["r2"].as_f64().unwrap() > 0.8, "{summary}");
    picture(&workplace, "new.png", 190, 99);
    let words = ["predict", "photos-001", "new.png", "--device", "flex", "--json"];
    let value = workplace.run(&words).json()["predictions"][0]["value"].as_f64().unwrap();
    assert!((150.0..230.0).contains(&value), "{value}");
}

#[test]
fn a_list_of_several_labels_becomes_a_judged_multi_label_task() {
    let workplace = Workplace::empty();
    let mut text = String::from("file_name\tlabels\n");
    for (place, (name, level)) in forty(&workplace).iter().enumerate() {
        let labels = if *level > 100 { "light|day" } else { "" };
        let more = if place % 5 == 0 { "|fifth" } else { "" };
        writeln!(text, "{name}\t{labels}{more}").unwrap();
    }
    write(&workplace, "photos/list.tsv", &text);
    let words = ["photos/list.tsv", "--set", "training.epochs=4", "--view", "quiet"];
    let run = train(&workplace, &words);
    let summary = run.json();
    assert_eq!(summary["task"], "multi-label", "{}", run.stderr());
    let card = std::fs::read(workplace.path("artifacts/list-001/model.json")).unwrap();
    let card: Value = serde_json::from_slice(&card).unwrap();
    assert_eq!(card["classes"], serde_json::json!(["day", "fifth", "light"]));
}

#[test]
fn files_that_a_list_names_in_vain_are_said_at_once_and_nothing_is_made() {
    let workplace = Workplace::empty();
    let mut text = String::from("file_name,label\n");
    for (name, level) in forty(&workplace) {
        writeln!(text, "{name},{level}").unwrap();
    }
    text.push_str("files/gone.png,30\nfiles/lost.png,190\n");
    write(&workplace, "photos/metadata.csv", &text);
    assert_snapshot!(train(&workplace, &["photos"]).failure(), @r"
    exit 65
    error: 2 files are not there (files/gone.png, files/lost.png): photos/metadata.csv

    hint: file names count from the folder that the list is in; put the files there, or take their rows out of the list
    ");
    assert!(!workplace.path("artifacts").exists(), "nothing is half-made");
    let constant = "file_name,price\nfiles/00.png,2.5\nfiles/01.png,2.5\n";
    write(&workplace, "photos/metadata.csv", constant);
    assert_snapshot!(train(&workplace, &["photos"]).failure(), @r"
    exit 65
    error: column price is 2.5 for all 2 pictures: photos
    ");
    write(&workplace, "photos/metadata.csv", "file_name,label\n../secret.png,1\n");
    assert_snapshot!(train(&workplace, &["photos"]).failure(), @r#"
    exit 65
    error: line 2: file name "../secret.png" does not stay in the folder: photos/metadata.csv
    "#);
}

/// Three classes whose natural order is another than that of their bytes.
fn rooms(workplace: &Workplace) {
    for (class, level) in [("room 1", 10), ("room 10", 110), ("room 2", 210)] {
        for number in 0..12 {
            let seed = u32::from(level) * 50 + number;
            picture(workplace, &format!("rooms/{class}/{number:02}.png"), level, seed);
        }
    }
}

#[test]
fn classes_come_in_the_order_that_is_asked_for() {
    let workplace = Workplace::empty();
    rooms(&workplace);
    let classes = |more: &[&str]| {
        let run = train(&workplace, &[&["rooms"], &SHORT[..], more].concat());
        assert_eq!(run.status(), 0, "{}", run.stderr());
        let path = format!("artifacts/{}/model.json", run.json()["run"].as_str().unwrap());
        let card = std::fs::read(workplace.path(&path)).unwrap();
        let card: Value = serde_json::from_slice(&card).unwrap();
        card["classes"].to_string()
    };
    assert_eq!(classes(&[]), r#"["room 1","room 10","room 2"]"#);
    assert_eq!(classes(&["--class-order", "natural"]), r#"["room 1","room 2","room 10"]"#);
    write(&workplace, "order.txt", "room 2\nroom 10\nroom 1\n");
    assert_eq!(classes(&["--class-order", "order.txt"]), r#"["room 2","room 10","room 1"]"#);
    // From any folder, for the path of the order is kept whole.
    let recipe =
        std::fs::read_to_string(workplace.path("artifacts/rooms-003/recipe.toml")).unwrap();
    let kept = recipe.lines().find(|line| line.starts_with("class_order")).unwrap().to_owned();
    assert!(kept.contains(&workplace.path("order.txt").display().to_string()), "{kept}");
    let failed = |words: &[&str]| train(&workplace, words).failure();
    write(&workplace, "order.txt", "room 2\nroom 3\nroom 1\n");
    assert_snapshot!(failed(&["rooms", "--class-order", "order.txt"]), @r"
    exit 65
    error: the class order does not fit (no folder: room 3) (not in the order: room 10): rooms

    hint: the file of --class-order has each class of the data once, one a line
    ");
    assert_snapshot!(failed(&["rooms", "--class-order", "none.txt"]), @"
    exit 66
    error: cannot read none.txt: No such file or directory (os error 2)
    ");
    assert_snapshot!(failed(&["course", "--class-order", "natural"]), @r"
    exit 2
    error: --class-order is for data, and course is a recipe

    hint: change the recipe, or a setting of it with --set
    ");
}

#[test]
fn pictures_that_cannot_be_read_are_left_out_where_that_is_asked_for_and_counted() {
    let workplace = Workplace::empty();
    rooms(&workplace);
    write(&workplace, "rooms/room 1/broken.png", "no picture");
    write(&workplace, "rooms/room 2/empty.jpg", "");
    assert_snapshot!(train(&workplace, &["rooms"]).failure(), @r"
    exit 65
    error: 2 of 38 pictures cannot be read: room 1/broken.png (not a PNG, JPEG, GIF, BMP, WebP or TIFF picture: it looks like text); room 2/empty.jpg (not a PNG, JPEG, GIF, BMP, WebP or TIFF picture: the file is empty): rooms

    hint: repair or remove them; --skip-bad (data.image.skip_bad = true in a recipe) leaves them out and says how many
    ");
    let run = train(&workplace, &[&["rooms", "--skip-bad"], &SHORT[..4]].concat());
    assert_eq!(run.json()["left_out"], 2, "{}", run.stderr());
    let words = ["rooms", "--set", "data.image.skip_bad=true"];
    assert_eq!(train(&workplace, &[&words, &SHORT[..]].concat()).json()["left_out"], 2);
    assert!(run.stderr().contains("left out: 2 pictures that cannot be read"), "{}", run.stderr());
    let page = std::fs::read_to_string(workplace.path("artifacts/rooms-001/report.html")).unwrap();
    assert!(page.contains("2 pictures of the data could not be read and took no part."));
}

#[test]
fn an_example_that_has_changed_sides_is_noticed() {
    let workplace = Workplace::empty();
    for (class, level) in [("dark", 30), ("light", 190)] {
        for number in 0..12 {
            let part = if number < 8 { "train" } else { "test" };
            let seed = u32::from(level) * 50 + number;
            picture(&workplace, &format!("photos/{part}/{class}/{number:02}.png"), level, seed);
        }
    }
    let run = train(&workplace, &[&["photos"], &SHORT[..]].concat());
    assert_eq!(run.status(), 0, "{}", run.stderr());
    let read = |file: &str| -> Value {
        let bytes = std::fs::read(workplace.path("artifacts/photos-001").join(file)).unwrap();
        serde_json::from_slice(&bytes).unwrap()
    };
    let split = read("split.json");
    let count = |part: &str| split[part].as_array().unwrap().len();
    assert_eq!((count("train"), count("validation"), count("test")), (14, 2, 8));
    assert!(read("manifest.json")["split_digest"].is_string());
    let evaluate = || workplace.run(&["evaluate", "photos-001", "--device", "flex"]);
    assert_eq!(evaluate().status(), 0);
    let file = |part: &str| workplace.path("photos").join(part).join("light/09.png");
    std::fs::rename(file("test"), file("train")).unwrap();
    assert_snapshot!(evaluate().failure(), @r"
    exit 65
    error: 1 of the examples are in another part of the data than when the run was begun, such as train/light/09.png: it was in test, and is in train

    hint: put them back where they were, or train anew: a model is not judged by what it has learned from
    ");
    let resume = ["resume", "photos-001", "--set", "training.epochs=2"];
    assert_snapshot!(workplace.run(&resume).failure(), @r"
    exit 65
    error: 1 of the examples are in another part of the data than when the run was begun, such as train/light/09.png: it was in test, and is in train

    hint: put them back where they were, or train anew: a model is not judged by what it has learned from
    ");
    // A file that was edited by hand vouches for nothing.
    let path = workplace.path("artifacts/photos-001/split.json");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("\"test\": [", "\"test\": [\n    \"00\",")).unwrap();
    assert_snapshot!(evaluate().failure().replace(&workplace.path("").display().to_string(), ""), @r"
    exit 65
    error: it is not the split of the manifest's split_digest: artifacts/photos-001/split.json
    ");
}
