//! From a table or a folder of pictures to a judged model: `train DATA`, `init`, `predict`, and what is said of data that cannot be used.
#![allow(clippy::unwrap_used, reason = "a test may end so")]
#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "small numbers, made here"
)]

mod support;

use std::fmt::Write;
use std::path::Path;

use insta::assert_snapshot;
use support::{Run, Workplace};

/// A table of `rows` rows whose price is 3 size - 2 age + a city's worth, and whose `sold` says whether it is above 0.
fn table(rows: u64) -> String {
    let mut text = String::from("id,size,age,city,sold,price\n");
    for row in 0..rows {
        let at = |salt: u64| {
            let mixed = (row + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15 ^ salt).rotate_left(31);
            (mixed.wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 40) as f64 / f64::from(1 << 24)
        };
        let (size, age, city) = (at(1), at(2), ["Bonn", "Kiel", "Ulm"][(at(3) * 3.0) as usize]);
        let worth = ["Bonn", "Kiel", "Ulm"].iter().position(|name| *name == city).unwrap() as f64;
        let price = 3.0 * size - 2.0 * age + worth - 1.5;
        let sold = if price > 0.0 { "yes" } else { "no" };
        let age = if row % 17 == 0 { String::new() } else { format!("{age:.4}") };
        writeln!(text, "house-{row},{size:.4},{age},{city},{sold},{price:.4}").unwrap();
    }
    text
}

fn train(workplace: &Workplace, more: &[&str]) -> Run {
    let common = ["train", "--device", "flex", "--view", "quiet", "--json"];
    workplace.run(&[&common[..], more].concat())
}

fn write(workplace: &Workplace, name: &str, text: &str) {
    std::fs::write(workplace.path(name), text).unwrap();
}

#[test]
fn a_table_becomes_a_judged_regression() {
    let workplace = Workplace::empty();
    write(&workplace, "houses.csv", &table(600));
    let run =
        train(&workplace, &["houses.csv", "--target", "price", "--set", "training.epochs=15"]);
    let summary = run.json();
    assert_eq!(summary["task"], "regression", "{}", run.stderr());
    assert_eq!(summary["run"], "houses-001");
    assert!(summary["test"]["r2"].as_f64().unwrap() > 0.9, "{summary}");
    assert_eq!(summary["test"]["total"], 120);
    let names: Vec<&str> = summary["baselines"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["constant", "linear"]);
    // Rows come by the names of their columns, in any order; what the model does not know is passed over.
    write(&workplace, "new.csv", "age,note,city,sold,size\n0.1,x,Ulm,yes,0.9\n0.9,y,Bonn,no,0.1\n");
    let run = workplace.run(&["predict", "houses-001", "new.csv", "--device", "flex", "--json"]);
    let answers = run.json();
    let value = |row: usize| answers["predictions"][row]["value"].as_f64().unwrap();
    assert!(value(0) > 2.0 && value(1) < -2.0, "{answers}");
    assert_eq!(answers["predictions"][1]["path"], "new.csv:2");
    write(&workplace, "less.csv", "size,city\n0.9,Ulm\n");
    let run = workplace.run(&["predict", "houses-001", "less.csv", "--device", "flex"]);
    assert_snapshot!(run.failure(), @"
    exit 65
    error: no column `age`; the columns are `size`, `city`: less.csv
    ");
}

#[test]
fn a_table_becomes_a_judged_classification_that_resumes_to_the_same_bits() {
    let workplace = Workplace::empty();
    write(&workplace, "houses.csv", &table(600));
    let common = ["houses.csv", "--target", "sold", "--set", "schedule.kind=constant"];
    let whole =
        train(&workplace, &[&common[..], &["--set", "training.max_steps=60"]].concat()).json();
    assert_eq!(whole["task"], "classification");
    assert!(whole["test"]["accuracy"].as_f64().unwrap() > 0.8, "{whole}");
    let part =
        train(&workplace, &[&common[..], &["--set", "training.max_steps=25"]].concat()).json();
    assert_ne!(whole["weights_digest"], part["weights_digest"]);
    let words = ["resume", part["run"].as_str().unwrap(), "--view", "quiet", "--json"];
    let resumed = workplace.run(&[&words[..], &["--set", "training.max_steps=60"]].concat()).json();
    assert_eq!(whole["weights_digest"], resumed["weights_digest"]);
}

/// Pictures of 12 x 10 pixels: dark ones and bright ones.
fn pictures(workplace: &Workplace, folder: &str, each: u8) {
    for (class, level) in [("dark", 40), ("light", 180)] {
        let class = workplace.path(folder).join(class);
        std::fs::create_dir_all(&class).unwrap();
        for number in 0..each {
            let pixel = |x: u32, y: u32| {
                let noise = (x * 7 + y * 13 + u32::from(number) * 29) % 50;
                image::Rgb([level + noise as u8, level, level + number % 20])
            };
            image::RgbImage::from_fn(12, 10, pixel)
                .save(class.join(format!("{number:03}.png")))
                .unwrap();
        }
    }
}

#[test]
fn a_folder_of_pictures_becomes_a_judged_classification() {
    let workplace = Workplace::empty();
    pictures(&workplace, "photos", 40);
    let run = train(&workplace, &["photos", "--set", "training.epochs=4"]);
    let summary = run.json();
    assert_eq!(summary["run"], "photos-001", "{}", run.stderr());
    assert!(summary["test"]["accuracy"].as_f64().unwrap() > 0.9, "{summary}");
    assert_eq!(summary["baselines"][0]["name"], "constant");
    let picture = workplace.path("photos/light/003.png").display().to_string();
    let run = workplace.run(&["predict", "photos-001", &picture, "--device", "flex", "--json"]);
    assert_eq!(run.json()["predictions"][0]["label"], "light");
    let evaluated = workplace.run(&["evaluate", "photos-001", "--device", "flex", "--json"]).json();
    assert_eq!(evaluated["accuracy"].as_f64(), summary["test"]["accuracy"].as_f64(), "{evaluated}");
    // The data are gone: what the model knows is its own.
    std::fs::rename(workplace.path("photos"), workplace.path("moved")).unwrap();
    let picture = workplace.path("moved/dark/003.png").display().to_string();
    let run = workplace.run(&["predict", "photos-001", &picture, "--device", "flex", "--json"]);
    assert_eq!(run.json()["predictions"][0]["label"], "dark");
    assert_snapshot!(workplace.run(&["evaluate", "photos-001", "--device", "flex"]).failure(), @"
    exit 66
    error: not a folder, or not there: FOLDER/photos

    hint: check the path; a run is judged by pictures that lie where they lay when it was trained
    ");
}

#[test]
fn pictures_that_cannot_be_read_are_listed_or_left_out() {
    let workplace = Workplace::empty();
    pictures(&workplace, "photos", 20);
    write(&workplace, "photos/dark/broken.png", "no picture");
    let whole = std::fs::read(workplace.path("photos/light/001.png")).unwrap();
    std::fs::write(workplace.path("photos/light/cut.png"), &whole[..whole.len() / 2]).unwrap();
    assert_snapshot!(train(&workplace, &["photos"]).failure(), @"
    exit 65
    error: 2 of 42 pictures cannot be read: dark/broken.png (not a PNG, JPEG, GIF, BMP, WebP or TIFF picture: it looks like text); light/cut.png (broken PNG (it ends too early)): photos

    hint: repair or remove them; --skip-bad (data.image.skip_bad = true in a recipe) leaves them out and says how many
    ");
}

#[test]
fn the_recipe_of_data_is_printed_to_be_edited() {
    let workplace = Workplace::empty();
    write(&workplace, "houses.csv", &table(600));
    let run = workplace.run(&["init", "houses.csv", "--target", "price"]);
    assert_snapshot!(run.stdout().trim_end(), @r#"
    # burnwright train houses.csv --target price
    # 600 rows: 420 to learn from, 60 for validation, 120 for the test; the target is a number
    # number: size, age
    # yes-no: sold
    # category: city
    # id-like, left out: id
    # missing values: age (36)
    [task]
    kind = "regression"

    [model]
    kind = "tabular"
    hidden = [128, 64]
    dropout = 0.1

    [data]
    source = "table"
    path = "houses.csv"
    target = "price"
    batch_size = 16
    validation = 0.1
    test = 0.2   # held out by split_seed, which stays 0 for all seeds

    [data.table]
    quantiles = false

    [optimizer]
    kind = "adamw"
    learning_rate = 1e-3
    weight_decay = 1e-2

    [schedule]
    kind = "one-cycle"

    [training]
    epochs = 60

    [early_stopping]   # keeps the weights of the best epoch
    monitor = "loss"
    patience = 10
    "#);
    write(&workplace, "mine.toml", &run.stdout());
    let words = ["mine.toml", "--set", "training.epochs=1"];
    assert_eq!(train(&workplace, &words).json()["task"], "regression");
}

#[test]
fn data_that_cannot_be_learned_are_refused_with_the_way_out() {
    let workplace = Workplace::empty();
    write(&workplace, "houses.csv", &table(60));
    let failed = |words: &[&str]| {
        let run = train(&workplace, words);
        assert!(!Path::new(&workplace.path("artifacts")).exists(), "nothing is half-made");
        run.failure()
    };
    assert_snapshot!(failed(&["houses.csv"]), @"
    exit 65
    error: data.target does not say which column of the table is learned: houses.csv

    hint: say which with --target COLUMN: id, size, age, city, sold, price
    ");
    assert_snapshot!(failed(&["houses.csv", "--target", "prise"]), @"
    exit 65
    error: no column `prise`, the nearest is `price`; the columns are `id`, `size`, `age`, `city`, `sold`, `price`: houses.csv
    ");
    assert_snapshot!(failed(&["houses.csv", "--target", "city", "--set", "task.kind=regression"]), @"
    exit 65
    error: line 2, column `city`: got `Bonn`, expected a number: houses.csv
    ");
    write(&workplace, "empty.csv", "");
    assert_snapshot!(failed(&["empty.csv", "--target", "a"]), @"
    exit 65
    error: the file is empty, expected a table: empty.csv
    ");
    write(&workplace, "header.csv", "a,b\n");
    assert_snapshot!(failed(&["header.csv", "--target", "a"]), @"
    exit 65
    error: the table has a header of 2 columns but no rows: header.csv
    ");
    write(&workplace, "uneven.csv", "a,b\n1,2\n3,4,5\n");
    assert_snapshot!(failed(&["uneven.csv", "--target", "a"]), @"
    exit 65
    error: line 3 has 3 fields, expected 2 as in line 1: uneven.csv
    ");
    write(&workplace, "quote.csv", "a,b\n1,\"2\n3,4\n");
    assert_snapshot!(failed(&["quote.csv", "--target", "a"]), @"
    exit 65
    error: the quote that opens in line 2, column 2, is never closed: quote.csv
    ");
    write(&workplace, "huge.csv", "a,b\n1,2\n2,1e400\n3,4\n4,5\n");
    assert_snapshot!(failed(&["huge.csv", "--target", "a"]), @"
    exit 65
    error: line 3, column `b`: 1e400 is not a finite number: huge.csv
    ");
    write(&workplace, "same.csv", "a,b\n1,2\n1,3\n1,4\n");
    assert_snapshot!(failed(&["same.csv", "--target", "a"]), @"
    exit 65
    error: every row has the same target `1` in column `a`: same.csv
    ");
    std::fs::create_dir_all(workplace.path("none/cat")).unwrap();
    assert_snapshot!(failed(&["none"]), @"
    exit 65
    error: no pictures: none

    hint: the folder holds one folder of pictures for each class, or train/ and test/ that hold these
    ");
    pictures(&workplace, "photos", 3);
    std::fs::remove_dir_all(workplace.path("photos/dark")).unwrap();
    assert_snapshot!(failed(&["photos"]), @"
    exit 65
    error: only one class (light), expected at least 2 folders with pictures: photos

    hint: the folder holds one folder of pictures for each class, or train/ and test/ that hold these
    ");
    std::fs::create_dir_all(workplace.path("photos/dark")).unwrap();
    assert_snapshot!(failed(&["photos"]), @"
    exit 65
    error: no pictures in 1 class folders (dark): photos

    hint: remove the empty folders, or fill them
    ");
}

#[cfg(unix)]
#[test]
fn what_is_called_a_table_and_is_none_is_refused_as_data() {
    let workplace = Workplace::empty();
    let failed = |name: &str| train(&workplace, &[name, "--target", "a"]).failure();
    assert_snapshot!(failed("nothing.csv"), @"
    exit 66
    error: cannot read (No such file or directory (os error 2)): nothing.csv
    ");
    std::os::unix::fs::symlink("loop.csv", workplace.path("loop.csv")).unwrap();
    assert_snapshot!(failed("loop.csv"), @"
    exit 74
    error: cannot read (Too many levels of symbolic links (os error 40)): loop.csv
    ");
    let pipe = std::process::Command::new("mkfifo").arg(workplace.path("pipe.csv")).status();
    assert!(pipe.unwrap().success());
    assert_snapshot!(failed("pipe.csv"), @"
    exit 65
    error: not a regular file: pipe.csv
    ");
}

/// As many columns as no picture has pixels in a row, and more than a linear model is fitted to.
#[test]
fn a_wide_table_is_learned_and_asked() {
    let workplace = Workplace::empty();
    let names: Vec<String> = (0..4200).map(|column| format!("c{column}")).collect();
    let mut text = format!("{},kind\n", names.join(","));
    for row in 0..40_u32 {
        let numbers: Vec<String> =
            (0..4200_u32).map(|column| (row * 31 % 40 * (column % 7 + 3)).to_string()).collect();
        writeln!(text, "{},{}", numbers.join(","), ["a", "b"][row as usize % 2]).unwrap();
    }
    write(&workplace, "wide.csv", &text);
    let words = ["wide.csv", "--target", "kind", "--set", "training.epochs=1"];
    let run = train(&workplace, &words);
    let summary = run.json();
    assert_eq!(run.stderr(), "");
    assert_eq!(summary["baselines"].as_array().unwrap().len(), 1, "{summary}");
    let run = workplace.run(&["predict", "wide-001", "wide.csv", "--device", "flex", "--json"]);
    assert_eq!(run.json()["predictions"].as_array().unwrap().len(), 40);
}

#[test]
fn what_data_have_no_place_for_is_refused() {
    let workplace = Workplace::empty();
    pictures(&workplace, "photos", 20);
    write(&workplace, "houses.csv", &table(60));
    let failed = |words: &[&str]| train(&workplace, words).failure();
    assert_snapshot!(failed(&["photos", "--test", "other"]), @"
    exit 2
    error: a table of test rows is not for a folder of pictures: photos

    hint: put the test pictures into test/ and the others into train/, or leave --test out
    ");
    assert_snapshot!(failed(&["photos", "--target", "class"]), @"
    exit 2
    error: a target is not for a folder of pictures: photos

    hint: leave --target out: the folders say what is learned
    ");
    assert_snapshot!(failed(&["houses.csv", "--target", "sold", "--class-order", "natural"]), @"
    exit 2
    error: an order of classes is not for a table: houses.csv

    hint: leave the flag out
    ");
    assert_snapshot!(failed(&["houses.csv", "--target", "sold", "--skip-bad"]), @"
    exit 2
    error: leaving out pictures is not for a table: houses.csv

    hint: leave the flag out
    ");
    assert!(!Path::new(&workplace.path("artifacts")).exists(), "nothing is half-made");
}

/// The mean of training pixels is not that of examples that are held out.
#[test]
fn the_split_that_is_asked_for_counts_while_the_recipe_is_made() {
    let workplace = Workplace::empty();
    pictures(&workplace, "photos", 30);
    let kept = |name: &str, more: &[&str]| {
        let common = ["photos", "--name", name, "--set", "training.epochs=1"];
        assert_eq!(train(&workplace, &[&common[..], more].concat()).status(), 0);
        let recipe = workplace.path("artifacts").join(name).join("recipe.toml");
        let text = std::fs::read_to_string(recipe).unwrap();
        let mean = text.lines().find(|line| line.starts_with("mean = ")).unwrap().to_owned();
        (mean, text)
    };
    let usual = kept("usual", &[]);
    assert_ne!(usual.0, kept("other", &["--set", "data.split_seed=5"]).0);
    // And the recipe that is kept, trained again, is the same.
    let (_, text) = kept("less", &["--set", "data.test=0.6"]);
    assert!(text.contains("test = 0.6"), "{text}");
}

#[test]
fn a_recipe_of_pictures_is_told_to_leave_out_bad_ones() {
    let workplace = Workplace::empty();
    pictures(&workplace, "photos", 20);
    let recipe = workplace.run(&["init", "photos"]).stdout();
    write(&workplace, "mine.toml", &recipe);
    write(&workplace, "photos/dark/broken.png", "no picture");
    let words = ["mine.toml", "--set", "training.epochs=1", "--set", "data.image.skip_bad=true"];
    assert_eq!(train(&workplace, &words).json()["left_out"], 1);
}

#[test]
fn rows_are_not_drawn_and_have_files() {
    let workplace = Workplace::empty();
    write(&workplace, "houses.csv", &table(200));
    let words = ["houses.csv", "--target", "price", "--set", "training.epochs=1"];
    assert_eq!(train(&workplace, &words).status(), 0);
    let failed = |words: &[&str]| {
        workplace.run(&[&["predict", "houses-001", "--device", "flex"], words].concat()).failure()
    };
    assert_snapshot!(failed(&["houses.csv", "--annotate", "sheets"]), @"
    exit 2
    error: --annotate draws pictures, and this model has learned rows of a table

    hint: leave --annotate out
    ");
    assert_snapshot!(failed(&["-"]), @"
    exit 2
    error: not the file of a table: -

    hint: name files of rows, such as new.csv
    ");
}

#[test]
fn settings_that_vary_nothing_or_cannot_be_are_refused_before_there_is_a_run() {
    let workplace = Workplace::empty();
    pictures(&workplace, "photos", 20);
    write(&workplace, "houses.csv", &table(60));
    let failed = |words: &[&str]| train(&workplace, words).failure();
    let rows = ["houses.csv", "--target", "sold", "--set", "data.augment.shift=3"];
    assert_snapshot!(failed(&rows), @"
    exit 78
    error: data.augment varies pictures, and these are rows
    ");
    for setting in [
        "random_rotation.degrees=[20, -20]",
        "color_jitter.brightness=-1",
        "rand_augment.num_ops=1000000",
        "random_resized_crop.scale=[2, 3]",
    ] {
        let said = failed(&["photos", "--set", &format!("data.augment.{setting}")]);
        assert!(said.starts_with("exit 78\nerror: data.augment."), "{said}");
        assert!(said.contains(&format!(": --set data.augment.{setting}")), "{said}");
    }
    assert_snapshot!(failed(&["photos", "--set", "data.augment.rand_augment.magnitude=40"]), @"
    exit 78
    error: data.augment.rand_augment.magnitude is 40, expected 0 to 30
    ");
    assert_snapshot!(failed(&["photos", "--set", "data.test_path=other"]), @r#"
    exit 78
    error: data.test_path is for a table, but data.source is "folder"

    hint: leave it out: these data have their own
    "#);
    assert_snapshot!(failed(&["course", "--set", "data.test=0.3"]), @r#"
    exit 78
    error: data.test is for a folder, a manifest or a table, but data.source is "mnist"

    hint: leave it out: these data have their own
    "#);
    assert_snapshot!(failed(&["course", "--set", "data.target=price"]), @r#"
    exit 78
    error: data.target is for a manifest or a table, but data.source is "mnist"

    hint: leave it out: these data have their own
    "#);
    assert!(!Path::new(&workplace.path("artifacts")).exists(), "nothing is half-made");
}

/// Which pictures are held out does not depend on the colours that a network is given.
#[test]
fn grey_and_colour_are_judged_by_the_same_pictures() {
    let workplace = Workplace::empty();
    for (class, salt) in [("even", 0_u32), ("odd", 1)] {
        let folder = workplace.path("photos").join(class);
        std::fs::create_dir_all(&folder).unwrap();
        for number in 0..30_u32 {
            // No two are alike, in grey neither.
            let level = |x: u32, y: u32, channel: u32| {
                let place = (number * 2 + salt) * 1024 + (y / 4) * 64 + (x / 4) * 3 + channel;
                (place.wrapping_mul(2_654_435_761) >> 24) as u8
            };
            let pixel = |x, y| image::Rgb([0, 1, 2].map(|channel| level(x, y, channel)));
            let picture = image::RgbImage::from_fn(32, 32, pixel);
            picture.save(folder.join(format!("{number:02}.png"))).unwrap();
        }
    }
    let test = |channels: u8| {
        let (name, set) = (format!("c{channels}"), format!("data.image.channels={channels}"));
        let grey = "data.normalize={ mean = [0.5], std = [0.5] }";
        let words =
            ["photos", "--name", &name, "--set", &set, "--set", grey, "--set", "training.epochs=1"];
        assert_eq!(train(&workplace, &words).status(), 0);
        let split = workplace.path("artifacts").join(name).join("split.json");
        let split: serde_json::Value =
            serde_json::from_slice(&std::fs::read(split).unwrap()).unwrap();
        split["test"].clone()
    };
    assert_eq!(test(1), test(3));
}
