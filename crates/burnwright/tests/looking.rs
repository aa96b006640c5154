//! Data are looked at before a model learns from them: `data inspect`, `data preview`.
#![allow(clippy::unwrap_used, reason = "a test may end so")]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "small numbers, made here"
)]

mod support;

use std::fmt::Write;
use std::sync::Arc;

use burn::tensor::Device;
use burnwright_model::ModelConfig;
use burnwright_session::{Previewed, preview};
use burnwright_training::{Recipe, training_batches};
use image::{Rgb, RgbImage};
use insta::assert_snapshot;
use support::Workplace;

/// A number from 0 to 2^24 that depends on both.
fn mixed(number: u64, salt: u64) -> u64 {
    let mixed = (number + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15 ^ salt).rotate_left(31);
    mixed.wrapping_mul(0xBF58_476D_1CE4_E5B9) >> 40
}

/// A picture of 8 x 6 fields of 4 x 4 pixels, each of its own colour: no two numbers look alike.
fn picture(number: u64) -> RgbImage {
    RgbImage::from_fn(32, 24, |x, y| {
        let field = u64::from(x / 4 + y / 4 * 8);
        let level = |channel| (mixed(number * 100 + field, channel) >> 16) as u8;
        Rgb([level(1), level(2), level(3)])
    })
}

fn write_picture(workplace: &Workplace, name: &str, picture: &RgbImage) {
    let path = workplace.path(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    picture.save(path).unwrap();
}

/// Pictures of two classes in two parts; a copy of one that is learned from is in the test, one mirrored in the other class; one file is cut
/// off, one is none.
fn photos(workplace: &Workplace) {
    for (part, class, first, count) in [
        ("train", "cat", 0, 12),
        ("train", "dog", 20, 10),
        ("test", "cat", 40, 3),
        ("test", "dog", 60, 3),
    ] {
        for number in first..first + count {
            let name = format!("photos/{part}/{class}/{number:02}.png");
            write_picture(workplace, &name, &picture(number));
        }
    }
    write_picture(workplace, "photos/test/cat/copy.png", &picture(3));
    let mirrored = image::imageops::flip_horizontal(&picture(5));
    write_picture(workplace, "photos/train/dog/mirror.png", &mirrored);
    let whole = std::fs::read(workplace.path("photos/train/cat/07.png")).unwrap();
    std::fs::write(workplace.path("photos/train/cat/cut.png"), &whole[..whole.len() / 2]).unwrap();
    std::fs::write(workplace.path("photos/train/dog/text.png"), "no picture").unwrap();
    std::fs::write(workplace.path("photos/readme.txt"), "words").unwrap();
}

#[test]
fn a_folder_of_pictures_is_told_with_its_copies_and_what_cannot_be_read() {
    let workplace = Workplace::empty();
    photos(&workplace);
    let run = workplace.run(&["data", "inspect", "photos"]);
    assert_eq!((run.status(), run.stderr()), (0, String::new()));
    assert_snapshot!(run.stdout().trim_end(), @r#"
    photos: 30 pictures of 2 classes

    parts        train 23, test 7
    classes      2, from 14 (`dog`) to 16 (`cat`)
    width        32 pixels
    height       24 pixels
    sizes        all alike
    formats      PNG 30
    pixels       rgb 30
    grey         none shows grey alone
    mean         0.5042 0.4958 0.4997 (red, green, blue), of pixels from 0 to 1 at 64 x 64
    deviation    0.2640 0.2763 0.2646 (red, green, blue), of pixels from 0 to 1 at 64 x 64
    unreadable   2 files
    copies       4 pictures in 2 groups, of which 2 could be left out
    passed over  1 .txt

    note: 2 files cannot be read: training stops there, or leaves them out with data.image.skip_bad
    note: test pictures with a copy among those that are learned from, or chosen by: 1 of 7; scores are better than they should be
    note: groups of copies that were given different classes: 1; some of these are wrong

    Classes
    class  pictures  share  train  test
    cat    16        53.3%  12     4
    dog    14        46.7%  11     3

    Unreadable files
    file                what is wrong
    train/cat/cut.png   broken PNG (it ends too early)
    train/dog/text.png  not a PNG, JPEG, GIF, BMP, WebP or TIFF picture: it looks like text

    Copies
    1. the same file; in several parts
       train/cat/03.png   cat, train
       test/cat/copy.png  cat, test
    2. mirrored; of several classes
       train/cat/05.png      cat, train
       train/dog/mirror.png  dog, train
    "#);
    let found = workplace.run(&["data", "inspect", "photos", "--json"]).json();
    assert_eq!(found["pictures"], 30);
    assert_eq!(found["copies"]["test_seen"], 1);
    assert_eq!(found["unreadable"][1]["path"], "train/dog/text.png");
}

#[test]
fn the_page_shows_copies_with_their_pictures_and_needs_no_other_file() {
    let workplace = Workplace::empty();
    photos(&workplace);
    let run = workplace.run(&["data", "inspect", "photos", "-o", "photos.html"]);
    assert_eq!((run.status(), &*run.stderr()), (0, "wrote photos.html\n"));
    let page = std::fs::read_to_string(workplace.path("photos.html")).unwrap();
    assert_eq!(page.matches("src=\"data:image/png;base64,").count(), 4, "{page}");
    assert!(page.contains("train/cat/03.png") && page.contains("test/cat/copy.png"));
    assert!(!page.contains("<script") && !page.contains("src=\"http"));
    let piped = workplace.run(&["data", "inspect", "photos", "-o", "-"]);
    assert_eq!(piped.stdout(), page);
}

#[test]
#[cfg(unix)]
fn no_terminal_obeys_a_name_and_no_page_runs_it() {
    let workplace = Workplace::empty();
    photos(&workplace);
    let hostile = "photos/train/cat/\u{1b}]0;x\u{7}<script>.png";
    std::fs::write(workplace.path(hostile), "no picture").unwrap();
    let class = "photos/train/\u{1b}[31m<b>";
    write_picture(&workplace, &format!("{class}/a.png"), &picture(80));
    let run = workplace.run(&["data", "inspect", "photos", "-o", "photos.html"]);
    assert_eq!(run.status(), 0, "{}", run.stderr());
    assert!(run.stdout().contains("\\u{1b}[31m<b>") && !run.stdout().contains('\u{1b}'));
    let page = std::fs::read_to_string(workplace.path("photos.html")).unwrap();
    assert!(!page.contains("<script") && !page.contains("<b>") && !page.contains('\u{1b}'));
}

/// Rows whose `was` says the target in other words.
fn table(rows: u64) -> String {
    let mut text = String::from("id,size,note,built,empty,was,bought\n");
    for row in 0..rows {
        let bought = mixed(row, 1).is_multiple_of(4);
        let (word, was) = if bought { ("yes", "receipt") } else { ("no", "basket") };
        let size = if row % 11 == 0 { "NA".to_owned() } else { (mixed(row, 2) % 900).to_string() };
        let note = ["red", "green", "blue"][(mixed(row, 3) % 3) as usize];
        let built = format!("20{:02}-{:02}-11", mixed(row, 4) % 20, 1 + mixed(row, 5) % 12);
        writeln!(text, "order-{row},{size},{note},{built},-,{was},{word}").unwrap();
    }
    text
}

#[test]
fn a_table_is_told_column_by_column_and_a_column_that_gives_the_target_away_is_named() {
    let workplace = Workplace::empty();
    std::fs::write(workplace.path("orders.csv"), table(400)).unwrap();
    let run = workplace.run(&["data", "inspect", "orders.csv", "--target", "bought"]);
    assert_eq!((run.status(), run.stderr()), (0, String::new()));
    assert_snapshot!(run.stdout().trim_end(), @r#"
    orders.csv: 400 rows of 7 columns

    inputs      4 columns; 2 columns left out
    fields      between commas
    first row   names the columns
    equal rows  none
    target      `bought`, classes: 2, from 84 (`yes`) to 316 (`no`)

    note: `was` alone gives the target away: who will know it when the model is asked?

    Columns
    column  kind      use       missing  distinct  holds
    id      id-like   left out  0        400       order-0, order-1, order-2, ...
    size    number    input     37       329       0 to 899, 417 in the middle, mean 435.675
    note    category  input     0        3         green 136, red 133, blue 131
    built   date      input     0        216       2000-01-11 to 2019-12-11, 2010-02-11 in the middle
    empty   constant  left out  0        1         - 400
    was     category  input     0        2         basket 316, receipt 84
    bought  yes-no    target    0        2         no 316, yes 84

    Left out
    column  it is
    id      id-like (too many distinct values for a category, or a number that runs)
    empty   constant

    Give the target away
    column  score
    was     1.0000

    Classes
    class  rows  share
    no     316   79.0%
    yes    84    21.0%
    "#);
    let found =
        workplace.run(&["data", "inspect", "orders.csv", "--target", "bought", "--json"]).json();
    assert_eq!(found["give_away"][0]["column"], "was");
    assert_eq!(found["target"]["classes"][1]["name"], "yes");
    let found = workplace.run(&["data", "inspect", "orders.csv", "--json"]).json();
    assert_eq!(
        (found["give_away"].as_array().unwrap().len(), found["rows"].as_u64()),
        (0, Some(400))
    );
    assert!(found["target"].is_null());
    let page = workplace.run(&["data", "inspect", "orders.csv", "-o", "-"]).stdout();
    assert!(page.contains("<h2 id=\"left-out-heading\">Left out</h2>"), "{page}");
}

#[test]
fn pictures_that_no_folder_names_are_looked_at_all_the_same() {
    let workplace = Workplace::empty();
    for number in [1, 2, 1] {
        let name = format!("loose/{}.png", mixed(number, 9));
        write_picture(&workplace, &name, &picture(number));
    }
    write_picture(&workplace, "loose/copy.png", &picture(1));
    let found = workplace.run(&["data", "inspect", "loose", "--json"]).json();
    assert_eq!((&found["pictures"], &found["copies"]["surplus"]), (&3.into(), &1.into()));
    let why = found["refused"].as_str().unwrap();
    assert!(why.contains("expected each in the folder of its class"), "{why}");
    let text = workplace.run(&["data", "inspect", "loose"]).stdout();
    assert!(text.contains("note: no model can learn from it as it is: "), "{text}");
}

#[test]
fn published_sets_and_manifests_are_told_too() {
    let workplace = Workplace::new();
    let run = workplace.run(&["data", "inspect", "data"]);
    assert_eq!(run.status(), 0, "{}", run.stderr());
    assert_snapshot!(run.stdout().trim_end(), @r#"
    mnist: 840 images of 10 classes

    parts      train 640, test 200
    classes    10, from 63 (`8`) to 112 (`1`)
    size       28 x 28, 1 channel
    mean       0.1253, of training pixels from 0 to 1
    deviation  0.3017, of training pixels from 0 to 1
    copies     no two are equal

    note: files of these names are also those of Fashion-MNIST and KMNIST: the classes are called as MNIST's

    Classes
    class  images  share  train  test
    0      79      9.4%   62     17
    1      112     13.3%  84     28
    2      81      9.6%   65     16
    3      77      9.2%   61     16
    4      90      10.7%  62     28
    5      77      9.2%   57     20
    6      77      9.2%   57     20
    7      93      11.1%  69     24
    8      63      7.5%   53     10
    9      91      10.8%  70     21
    "#);
    for (name, number) in [("a", 1), ("b", 2), ("c", 3), ("d", 1)] {
        write_picture(&workplace, &format!("list/{name}.png"), &picture(number));
    }
    let rows = "file_name,label,day\na.png,x,mo\nb.png,y,mo\nc.png,x,tu\nd.png,y,mo\n";
    std::fs::write(workplace.path("list/metadata.csv"), rows).unwrap();
    for path in ["list", "list/metadata.csv"] {
        let found = workplace.run(&["data", "inspect", path, "--json"]).json();
        assert_eq!(
            (&found["pictures"], &found["copies"]["across_classes"]),
            (&4.into(), &1.into())
        );
    }
    let words = ["data", "inspect", "list", "--target", "day", "--json"];
    let found = workplace.run(&words).json();
    assert_eq!(found["classes"][0]["name"], "mo");
    assert_eq!(found["copies"]["across_classes"], 0);
}

#[test]
fn what_cannot_be_looked_at_is_an_error_with_the_way_out() {
    let workplace = Workplace::empty();
    photos(&workplace);
    std::fs::write(workplace.path("orders.csv"), table(40)).unwrap();
    std::fs::create_dir(workplace.path("none")).unwrap();
    let failed = |words: &[&str]| workplace.run(&[&["data"], words].concat()).failure();
    assert_snapshot!(failed(&["inspect", "nowhere"]), @r#"
    exit 66
    error: no such file or folder: nowhere

    hint: give a folder of pictures, a table, or a published data set: mnist, fashion-mnist, kmnist, emnist-letters, cifar10, cifar100
    "#);
    assert_snapshot!(failed(&["inspect", "none"]), @"
    exit 65
    error: no pictures: none

    hint: the folder holds one folder of pictures for each class, or train/ and test/ that hold these
    ");
    assert_snapshot!(failed(&["inspect", "photos", "--target", "x"]), @r#"
    exit 2
    error: a target was named, but only a table and a list of pictures have columns: photos

    hint: leave --target out: the folders say what is learned
    "#);
    assert_snapshot!(failed(&["inspect", "orders.csv", "--target", "bougth"]), @"
    exit 65
    error: no column `bougth`, the nearest is `bought`; the columns are `id`, `size`, `note`, `built`, `empty`, `was`, `bought`: orders.csv
    ");
    assert_snapshot!(failed(&["inspect", "photos", "--json", "-o", "-"]), @r#"
    exit 2
    error: --output and --json cannot both have stdout

    hint: give --output a file, or leave --json out
    "#);
    assert_snapshot!(failed(&["preview", "photos", "--count", "161"]), @r#"
    exit 2
    error: --count is 161, expected at most 160 pictures, as a sheet holds

    hint: --epoch 2 and --set training.seed=N begin with others
    "#);
    assert_snapshot!(failed(&["preview", "orders.csv", "--target", "bought", "-o", "a.png"]), @r#"
    exit 2
    error: a table has no pictures that --output could hold

    hint: leave it out: the rows are printed, `> rows.txt` keeps them
    "#);
    std::fs::write(workplace.path("preview.png"), "mine").unwrap();
    assert_snapshot!(failed(&["preview", "photos"]), @r#"
    exit 73
    error: there is something already: preview.png

    hint: name the file: -o preview.png replaces it
    "#);
    assert_eq!(std::fs::read_to_string(workplace.path("preview.png")).unwrap(), "mine");
}

#[test]
fn a_sheet_shows_the_examples_of_an_epoch() {
    let workplace = Workplace::empty();
    photos(&workplace);
    for broken in ["train/cat/cut.png", "train/dog/text.png"] {
        std::fs::remove_file(workplace.path("photos").join(broken)).unwrap();
    }
    let sheet = |more: &[&str]| {
        let run = workplace.run(&[&["data", "preview", "photos"], more].concat());
        assert_eq!(run.status(), 0, "{}", run.stderr());
        run
    };
    let run = sheet(&["--count", "5"]);
    assert_snapshot!(run.stdout().trim_end(), @r#"
       class  example
    1  dog    train/dog/mirror.png
    2  cat    train/cat/02.png
    3  dog    train/dog/21.png
    4  dog    train/dog/23.png
    5  cat    train/cat/07.png
    "#);
    assert_snapshot!(run.stderr().trim_end(), @r#"
    5 of 21 training examples, epoch 1, seed 3
    wrote preview.png
    "#);
    let first = std::fs::read(workplace.path("preview.png")).unwrap();
    let decoded = image::load_from_memory(&first).unwrap();
    assert_eq!((decoded.width(), decoded.height()), (5 * 106, 144));
    sheet(&["--count", "5", "-o", "again.png"]);
    assert_eq!(std::fs::read(workplace.path("again.png")).unwrap(), first);
    sheet(&["--count", "5", "--epoch", "2", "-o", "again.png"]);
    assert_ne!(std::fs::read(workplace.path("again.png")).unwrap(), first);
}

#[test]
fn rows_are_shown_as_the_encoder_gives_them() {
    let workplace = Workplace::empty();
    std::fs::write(workplace.path("orders.csv"), table(400)).unwrap();
    let words = ["data", "preview", "orders.csv", "--target", "bought", "--count", "4"];
    let run = workplace.run(&words);
    assert_snapshot!(run.stderr().trim_end(), @"4 of 280 training examples, epoch 1, seed 3");
    assert_snapshot!(run.stdout().trim_end(), @r#"
    row                  168       96      282      152
    target                no       no      yes      yes
    size             -0.2347  -0.1808  -1.4104   1.4536
    size (missing)         0        0        0        0
    built             0.6415   1.6512   1.1538  -1.3064
    built (month)    -0.1524  -0.9945  -0.4331  -0.4331
    built (weekday)  -0.9917  -1.4850  -0.4985   0.9812
    note (code)            1        3        3        2
    was (code)             1        1        2        2
    "#);
}

#[test]
fn a_preview_is_what_training_is_given() {
    let workplace = Workplace::empty();
    photos(&workplace);
    let path = workplace.path("photos");
    let text = format!(
        "[data]\nsource = \"folder\"\npath = {path:?}\nbatch_size = 8\nvalidation = 0.1\n\
         normalize = {{ mean = [0.0], std = [1.0] }}\n\n\
         [data.image]\nresize = 16\ncrop = 16\nskip_bad = true\n[data.augment]\nshift = 3\n\
         [data.augment.random_horizontal_flip]\np = 0.5\n[training]\nseed = 7\n"
    );
    let recipe: Recipe<ModelConfig> = Recipe::parse("test", &text, &[]).unwrap();
    let device = Device::flex();
    let found = preview(&recipe, &device, 3, 1000).unwrap();
    let train = Arc::clone(&recipe.data.open().unwrap().train);
    let batches = training_batches(&recipe, &train, &device).unwrap();
    let (mut places, mut bytes) = (Vec::new(), Vec::new());
    for batch in batches.epoch(3) {
        let batch = batch.unwrap();
        places.extend(batch.examples);
        let pixels = batch.inputs.into_data().try_to_vec::<f32>().unwrap();
        bytes.extend(pixels.iter().map(|pixel| (pixel * 255.0).round() as u8));
    }
    let previewed: Vec<u32> = found.examples.iter().map(|example| example.place).collect();
    assert_eq!((previewed.len(), found.of), (places.len(), places.len()));
    assert_eq!(previewed, places);
    let pixels: Vec<u8> = (found.examples.iter())
        .flat_map(|example| match &example.given {
            Previewed::Pixels(pixels) => pixels.clone(),
            Previewed::Numbers(_) => panic!("pictures have pixels"),
        })
        .collect();
    assert!(pixels == bytes, "the pixels are those of training");
}
