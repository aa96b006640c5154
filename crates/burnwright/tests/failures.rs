//! Bad input: what the person is told, and with which status.
#![allow(clippy::unwrap_used, reason = "a test may end so")]

mod support;

use insta::assert_snapshot;
use serde_json::{Value, json};
use support::Workplace;

fn train_failure(more: &[&str]) -> String {
    let workplace = Workplace::new();
    let failure = workplace.train(more).failure();
    assert!(!workplace.path("artifacts").exists(), "nothing may be left of a run that never began");
    failure
}

fn set(change: &str) -> String {
    train_failure(&["--set", change])
}

fn plain(arguments: &[&str]) -> String {
    Workplace::new().run(arguments).failure()
}

#[test]
fn unknown_names() {
    assert_snapshot!(plain(&["train", "curse"]), @r#"
    exit 78
    error: there is no recipe called "curse"

    hint: did you mean "course"?
    "#);
    assert_snapshot!(set("modle.kind=mlp"), @r#"
    exit 78
    error: unknown key "modle": --set modle.kind=mlp

    hint: did you mean "model"?
    "#);
    assert_snapshot!(set("model.hiden=[3]"), @r#"
    exit 78
    error: unknown key "model.hiden": --set model.hiden=[3]

    hint: did you mean "hidden"?
    "#);
    assert_snapshot!(set("model.activation=rleu"), @r#"
    exit 78
    error: model.activation is "rleu", expected relu, sigmoid, tanh, gelu, leaky-relu, silu: --set model.activation=rleu

    hint: did you mean "relu"?
    "#);
    assert_snapshot!(set("epochs=3"), @r#"
    exit 78
    error: "epochs=3" is not section.key=value: --set epochs=3

    hint: for example --set training.epochs=10, or --set model.hidden=[256,128]
    "#);
    assert_snapshot!(plain(&["train", "--device", "gpu"]), @r#"
    exit 2
    error: invalid value 'gpu' for '--device <DEVICE>': there is no such device; did you mean "wgpu"?

    For more information, try '--help'.
    "#);
    assert_snapshot!(plain(&["trian"]), @r#"
    exit 2
    error: unrecognized subcommand 'trian'

      tip: a similar subcommand exists: 'train'

    Usage: burnwright [COMMAND]

    For more information, try '--help'.
    "#);
}

#[test]
fn devices_that_are_not_there() {
    // A build with ndarray lists it, too.
    let refused = plain(&["train", "--device", "rocm"]).replace("ndarray, flex", "flex");
    assert_snapshot!(refused, @r#"
    exit 69
    error: the device "rocm" is not compiled in; compiled in: flex

    hint: cargo run --features rocm
    "#);
}

#[test]
fn values_that_cannot_be() {
    assert_snapshot!(set("data.batch_size=0"), @r#"
    exit 78
    error: data.batch_size is 0, expected 1 to 65536: --set data.batch_size=0
    "#);
    assert_snapshot!(set("optimizer.learning_rate=nan"), @r#"
    exit 78
    error: optimizer.learning_rate is NaN, expected a number above 0: --set optimizer.learning_rate=nan
    "#);
    assert_snapshot!(set("model.hidden=[128,0]"), @r#"
    exit 78
    error: model.hidden [1] is 0, expected 1 to 65536: --set model.hidden=[128,0]
    "#);
    assert_snapshot!(set("training.epochs=0"), @r#"
    exit 78
    error: training.epochs is 0, expected 1 to 1000000: --set training.epochs=0
    "#);
    assert_snapshot!(set("data.validation=1.5"), @r#"
    exit 78
    error: data.validation is 1.5, expected 0 up to but not 1: --set data.validation=1.5
    "#);
    assert_snapshot!(set("training.epochs=many"), @r#"
    exit 78
    error: training.epochs cannot be read (invalid type: string "many", expected usize): --set training.epochs=many
    "#);
}

#[test]
fn recipes_that_cannot_be_read() {
    let workplace = Workplace::new();
    std::fs::write(workplace.path("latin.toml"), b"# caf\xe9\n").unwrap();
    assert_snapshot!(workplace.run(&["train", "latin.toml"]).failure(), @r#"
    exit 78
    error: recipe is not UTF-8 at byte 5: latin.toml

    hint: save the file as UTF-8
    "#);
    std::fs::write(workplace.path("broken.toml"), "[model]\nkind = \n").unwrap();
    assert_snapshot!(workplace.run(&["train", "broken.toml"]).failure(), @r#"
    exit 78
    error: string values must be quoted, expected literal string: broken.toml:2
    "#);
    std::fs::write(workplace.path("typo.toml"), "[model]\nkind = \"mlp\"\nhiden = [3]\n").unwrap();
    assert_snapshot!(workplace.run(&["train", "typo.toml"]).failure(), @r#"
    exit 78
    error: unknown key "model.hiden": typo.toml:3

    hint: did you mean "hidden"?
    "#);
    assert_snapshot!(workplace.run(&["train", "missing.toml"]).failure(), @r#"
    exit 78
    error: cannot read the recipe (No such file or directory (os error 2)): missing.toml

    hint: `burnwright recipes` lists the built-in ones; `burnwright recipes course > my.toml` makes a file to begin with
    "#);
    assert_snapshot!(workplace.run(&["train", "./data"]).failure(), @"
    exit 65
    error: the folder has the files of mnist, not pictures: ./data

    hint: `burnwright train cnn --set data.source=mnist --set data.path=./data` trains on them
    ");
}

/// Trains on the tiny MNIST after one of its files was changed.
fn spoilt(file: &str, change: impl Fn(Vec<u8>) -> Vec<u8>) -> String {
    let workplace = Workplace::new();
    let path = workplace.path("data").join(file);
    let bytes = change(std::fs::read(&path).unwrap());
    std::fs::write(&path, bytes).unwrap();
    workplace.train(&[]).failure()
}

#[test]
fn data_files_that_are_wrong() {
    let images = "train-images-idx3-ubyte";
    let labels = "train-labels-idx1-ubyte";
    assert_snapshot!(spoilt(images, |b| b[..1000].to_vec()), @r#"
    exit 65
    error: file holds 984 bytes after its header, expected 501760: data/train-images-idx3-ubyte

    hint: the download was probably cut short; delete the file and fetch it again
    "#);
    assert_snapshot!(spoilt(images, |b| [b, vec![0]].concat()), @r#"
    exit 65
    error: file holds 501761 bytes after its header, expected 501760: data/train-images-idx3-ubyte

    hint: the header and the content disagree; delete the file and fetch it again
    "#);
    assert_snapshot!(spoilt(images, |_| Vec::new()), @r#"
    exit 65
    error: file of 0 bytes ends inside its 16-byte IDX header: data/train-images-idx3-ubyte

    hint: the download was probably cut short; delete the file and fetch it again
    "#);
    assert_snapshot!(spoilt(labels, |mut b| { b[3] = 3; b }), @r#"
    exit 65
    error: IDX magic number at byte 0 is 0x00000803, expected 0x00000801 (labels): data/train-labels-idx1-ubyte

    hint: image files start with 0x00000803, label files with 0x00000801; are two files swapped, or is it another format?
    "#);
    assert_snapshot!(spoilt(labels, |mut b| { b[7] -= 1; b.pop(); b }), @r#"
    exit 65
    error: label file holds 639 labels but the image file holds 640 images: data/train-labels-idx1-ubyte

    hint: one of the two files is from another data set or was cut short; fetch both again
    "#);
    assert_snapshot!(spoilt(labels, |mut b| { b[20] = 10; b }), @r#"
    exit 65
    error: label 10 at sample 12 is not below the 10 classes: data/train-labels-idx1-ubyte

    hint: labels count from 0; check the label file
    "#);
    assert_snapshot!(set("data.path=nowhere"), @"
    exit 66
    error: the data folder does not exist or is not a folder: nowhere

    hint: check data.path; leave it out for the files that `burnwright data fetch` brought, or for the MNIST inside the binary
    ");
}

#[test]
fn folders_that_cannot_hold_a_run() {
    let workplace = Workplace::new();
    std::fs::write(workplace.path("file"), "").unwrap();
    assert_snapshot!(workplace.train(&["--artifacts", "file"]).failure(), @r#"
    exit 73
    error: cannot create a run in file: File exists (os error 17)

    hint: choose another folder with --artifacts, or make this one writable
    "#);
    assert_snapshot!(workplace.train(&["--artifacts", "/proc/nowhere"]).failure(), @r#"
    exit 73
    error: cannot create a run in /proc/nowhere: No such file or directory (os error 2)

    hint: choose another folder with --artifacts, or make this one writable
    "#);
    assert_snapshot!(workplace.train(&["--name", "../x"]).failure(), @r#"
    exit 2
    error: "../x" cannot be the name of a run: it starts with a dot
    "#);
    let quick = ["--view", "quiet", "--name", "mine", "--set", "training.max_steps=1"];
    assert_eq!(workplace.train(&quick).status(), 0);
    assert_snapshot!(workplace.train(&quick).failure(), @r#"
    exit 73
    error: there is a run called "mine" already: artifacts/mine

    hint: leave --name out for a new number, or choose another
    "#);
}

#[test]
fn a_recipe_that_does_not_fit_the_data_or_the_memory() {
    assert_snapshot!(set("data.normalize.mean=[0.1,0.2]"), @r#"
    exit 78
    error: mean has 2 values for images of 1 channel(s), expected one, or one a channel

    hint: give one value for all channels, or one a channel
    "#);
    assert_snapshot!(set("data.validation=1e-9"), @r#"
    exit 78
    error: the validation set holds no sample
    "#);
    assert_snapshot!(set("model.hidden=[65536,65536]"), @r#"
    exit 78
    error: the model has weights: 4347133962, expected at most 268435456

    hint: choose narrower layers, or a smaller data.batch_size
    "#);
}

#[test]
fn a_last_update_that_breaks_the_weights() {
    let workplace = Workplace::new();
    let changes = ["training.max_steps=1", "optimizer.kind=sgd", "optimizer.learning_rate=1e38"];
    let flags: Vec<&str> = changes.iter().flat_map(|change| ["--set", change]).collect();
    let failure = workplace.train(&[&["--view", "quiet"], &flags[..]].concat()).failure();
    assert!(failure.starts_with("exit 65\nerror: the loss on the test images is NaN"), "{failure}");
    assert!(!workplace.path("artifacts/course-001/summary.json").exists());
}

#[test]
fn a_dashboard_without_a_terminal() {
    let workplace = Workplace::new();
    assert_snapshot!(workplace.train(&["--view", "dashboard", "--json"]).failure(), @r#"
    exit 2
    error: --view dashboard needs a terminal on stdin and stdout

    hint: --view plain prints one line an epoch
    "#);
}

#[test]
fn a_recipe_that_was_edited_after_the_run() {
    let workplace = Workplace::new();
    assert_eq!(workplace.train(&["--view", "quiet", "--set", "training.max_steps=1"]).status(), 0);
    let recipe = workplace.path("artifacts/course-001/recipe.toml");
    let text = std::fs::read_to_string(&recipe).unwrap();
    std::fs::write(&recipe, text.replace("seed = 3\n", "seed = 43\n")).unwrap();
    assert_snapshot!(workplace.run(&["evaluate"]).failure(), @r#"
    exit 65
    error: the recipe is not the one that the run was made with: artifacts/course-001/recipe.toml

    hint: restore it, or train again
    "#);
}

#[test]
fn a_run_of_an_architecture_of_another_program() {
    let workplace = Workplace::new();
    assert_eq!(workplace.train(&["--view", "quiet", "--set", "training.max_steps=1"]).status(), 0);
    let run = workplace.path("artifacts/course-001");
    // What `examples/own-model` leaves.
    for (file, key) in [("manifest.json", "settings"), ("model.json", "")] {
        let mut json: Value =
            serde_json::from_slice(&std::fs::read(run.join(file)).unwrap()).unwrap();
        match key {
            "" => json["architecture"] = json!({ "width": 96 }),
            key => json[key]["model"] = json!({ "width": 96 }),
        }
        std::fs::write(run.join(file), json.to_string()).unwrap();
    }
    let recipe = std::fs::read_to_string(run.join("recipe.toml")).unwrap();
    let (head, model) = recipe.split_once("[model]\n").unwrap();
    let (_, rest) = model.split_once("\n\n").unwrap();
    std::fs::write(run.join("recipe.toml"), format!("{head}[model]\nwidth = 96\n\n{rest}"))
        .unwrap();

    let opened = workplace.run(&["evaluate"]).failure();
    assert_snapshot!(opened, @r#"
    exit 66
    error: the model's architecture is not one that this program knows: it has no kind, but width, expected kind "mlp" or "cnn" or "convnet" or "tabular": artifacts/course-001/model.json

    hint: only the program that trained the run has its architecture; resume, judge and report it there
    "#);
    for command in [&["report"][..], &["predict", "data"]] {
        assert_eq!(workplace.run(command).failure(), opened, "{command:?}");
    }
    let longer = ["resume", "course-001", "--set", "training.max_steps=2"];
    assert_snapshot!(workplace.run(&longer).failure(), @r#"
    exit 66
    error: the model's architecture is not one that this program knows: it has no kind, but width, expected kind "mlp" or "cnn" or "convnet" or "tabular": artifacts/course-001/recipe.toml

    hint: only the program that trained the run has its architecture; resume, judge and report it there
    "#);
    assert_eq!(workplace.run(&["runs"]).status(), 0);
}

#[test]
fn a_loss_that_is_no_number() {
    let workplace = Workplace::new();
    let changes =
        ["--view", "quiet", "--set", "optimizer.kind=sgd", "--set", "optimizer.learning_rate=1e30"];
    let changes = [&changes[..], &["--set", "training.seed=42"]].concat();
    assert_snapshot!(workplace.train(&changes).failure(), @r#"
    exit 65
    error: the loss is NaN at step 2 (epoch 1), samples 473, 550, 621, 232, 377, 458, 328, 326 and 56 more

    hint: lower optimizer.learning_rate, or set training.clip_global_norm (1.0 is a common choice)
    "#);
}

#[test]
fn runs_that_are_not_there_or_not_whole() {
    let workplace = Workplace::new();
    assert_snapshot!(workplace.run(&["evaluate"]).failure(), @r#"
    exit 66
    error: there is no finished run in artifacts

    hint: `burnwright train` makes one
    "#);
    assert_snapshot!(workplace.run(&["evaluate", "course-009"]).failure(), @r#"
    exit 66
    error: there is no run called "course-009" in artifacts

    hint: `burnwright runs` lists the runs
    "#);
    assert_eq!(workplace.train(&["--view", "quiet", "--set", "training.max_steps=1"]).status(), 0);
    assert_snapshot!(workplace.run(&["evaluate", "--split", "validation"]).failure(), @r#"
    exit 66
    error: the run course-001 held out no validation samples (data.validation is 0)

    hint: train with --set data.validation=0.1, or evaluate --split test
    "#);
    assert_snapshot!(workplace.run(&["predict", "missing.png"]).failure(), @r#"
    exit 66
    run artifacts/course-001
    error: cannot read it: No such file or directory (os error 2): missing.png
    "#);
    let weights = workplace.path("artifacts/course-001/model.safetensors");
    let mut bytes = std::fs::read(&weights).unwrap();
    let last = bytes.len() - 1;
    bytes[last] ^= 1;
    std::fs::write(&weights, &bytes).unwrap();
    // The digests differ from processor to processor.
    let failure = workplace.run(&["evaluate"]).failure();
    assert!(
        failure.starts_with("exit 65\nerror: the weights differ from those the card vouches for"),
        "{failure}"
    );
    assert!(failure.contains("hint: model.safetensors was changed or damaged"), "{failure}");
    std::fs::remove_file(workplace.path("artifacts/course-001/model.json")).unwrap();
    assert_snapshot!(workplace.run(&["evaluate"]).failure(), @r#"
    exit 66
    error: the run has no model.json: artifacts/course-001

    hint: the run was stopped before it had a model; `burnwright resume` goes on with it
    "#);
}

#[test]
fn a_recipe_called_like_a_flag_makes_a_run_that_can_be_named() {
    let workplace = Workplace::new();
    std::fs::write(workplace.path("-x.toml"), "[training]\nmax_steps = 1\n").unwrap();
    let words = ["train", "./-x.toml", "--json", "--view", "quiet", "--set", "data.path=data"];
    assert_eq!(workplace.run(&words).json()["run"], "x-001");
    assert_eq!(workplace.run(&["evaluate", "x-001"]).status(), 0);
}

#[test]
fn a_seed_that_no_recipe_can_hold() {
    let largest = ["--set", "training.seed=9223372036854775807"];
    assert_snapshot!(train_failure(&[&["--seeds", "2"], &largest[..]].concat()), @r#"
    exit 78
    error: training.seed is 9223372036854775807, expected at most 9223372036854775806 for 2 seeds

    hint: --set training.seed=0 begins with the smallest
    "#);
    // The largest that it can hold is trained and judged.
    let workplace = Workplace::new();
    let quick = ["--view", "quiet", "--set", "training.max_steps=1"];
    assert_eq!(workplace.train(&[&quick[..], &largest].concat()).status(), 0);
    assert_eq!(workplace.run(&["evaluate"]).status(), 0);
}

/// A path that is not UTF-8 is no TOML: the run could not be read back.
#[cfg(unix)]
#[test]
fn a_working_folder_that_is_not_utf_8() {
    use std::os::unix::ffi::OsStrExt;
    let workplace = Workplace::new();
    let folder = workplace.path(".").join(std::ffi::OsStr::from_bytes(b"x\xff"));
    std::fs::create_dir(&folder).unwrap();
    std::os::unix::fs::symlink(workplace.path("data"), folder.join("data")).unwrap();
    let train = |more: &[&str]| {
        let common = ["train", "course", "--device", "flex", "--view", "quiet"];
        let words = [&common[..], &["--set", "training.max_steps=1"], more].concat();
        workplace.command(&words).current_dir(&folder).output().unwrap()
    };
    let output = train(&["--set", "data.path=data"]);
    assert_eq!(output.status.code(), Some(78));
    let root = workplace.path("").canonicalize().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_snapshot!(stderr.replace(&*root.to_string_lossy(), "FOLDER"), @r#"
    error: data.path is not UTF-8, and a recipe holds no other text: FOLDER/x�/data

    hint: rename the folder, or reach it by a link whose path is UTF-8; the path of a relative folder begins with the working directory's
    "#);
    assert!(!folder.join("artifacts").exists(), "nothing may be left of a run that never began");
    // The way out: a path of the same data that is UTF-8. The working directory itself does not matter.
    let root = format!("data.path={}", workplace.path("data").display());
    assert_eq!(train(&["--set", &root]).status.code(), Some(0));
    let evaluate = workplace.command(&["evaluate"]).current_dir(&folder).output().unwrap();
    assert_eq!(evaluate.status.code(), Some(0), "{}", String::from_utf8_lossy(&evaluate.stderr));
}
