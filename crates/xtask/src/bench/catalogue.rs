//! What is measured against what.

use super::{Ground, Trouble, ours, peer, pictures};

/// A cost, in the unit of its case.
type Measure = Box<dyn Fn(&Ground) -> Result<f64, Trouble>>;

/// One line of the table.
pub(crate) struct Case {
    pub(crate) bench: &'static str,
    pub(crate) name: String,
    pub(crate) unit: Unit,
    pub(crate) goal: Option<Goal>,
    pub(crate) ours: Measure,
    pub(crate) peer: Peer,
}

/// What we want.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Goal {
    /// At least this ratio of the peer's cost to ours.
    Ratio(f64),
    /// At most this cost.
    Cost(f64),
}

/// With what ours is compared.
pub(crate) enum Peer {
    /// A script that needs PyTorch.
    PyTorch(Measure),
    /// Ourselves in another way.
    Ours(Measure),
}

/// In what a cost is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Seconds,
    Mebibytes,
}

impl Unit {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Seconds => "s",
            Self::Mebibytes => "MiB",
        }
    }

    /// Three digits that mean something.
    pub(crate) fn show(self, cost: f64) -> String {
        match self {
            Self::Mebibytes => format!("{cost:.0} MiB"),
            Self::Seconds if cost < 1e-3 => format!("{:.1} us", cost * 1e6),
            Self::Seconds if cost < 0.1 => format!("{:.2} ms", cost * 1e3),
            Self::Seconds => format!("{cost:.3} s"),
        }
    }
}

const QUIET: [&str; 4] = ["train", "course", "--view", "quiet"];

/// Ours: `train course` without a view, with more words.
fn quiet(more: &str) -> Vec<String> {
    QUIET.into_iter().chain(more.split_whitespace()).map(str::to_owned).collect()
}

type OnWords = fn(&Ground, &[&str]) -> Result<f64, Trouble>;

fn measured(how: OnWords, words: Vec<String>) -> Measure {
    Box::new(move |ground| how(ground, &words.iter().map(String::as_str).collect::<Vec<_>>()))
}

/// A script; `FOLDER` in its words is the folder with the data.
fn torch(how: OnWords, words: &str) -> Peer {
    let words = words.to_owned();
    Peer::PyTorch(Box::new(move |ground| {
        let folder = ground.data().display().to_string();
        let words: Vec<String> =
            words.split_whitespace().map(|word| word.replace("FOLDER", &folder)).collect();
        how(ground, &words.iter().map(String::as_str).collect::<Vec<_>>())
    }))
}

/// All cases, in the order in which they are measured.
pub(crate) fn catalogue() -> Vec<Case> {
    let measured = [
        training(),
        loader(),
        own_data(),
        overheads(),
        convolutions(),
        processes(),
        predictions(),
        growth(),
    ];
    measured.into_iter().flatten().collect()
}

fn case(
    bench: &'static str,
    name: &str,
    goal: impl Into<Option<Goal>>,
    ours: Measure,
    peer: Peer,
) -> Case {
    Case { bench, name: name.to_owned(), unit: Unit::Seconds, goal: goal.into(), ours, peer }
}

/// The course on the processor.
fn training() -> Vec<Case> {
    vec![
        case(
            "job",
            "course, start to end",
            Goal::Ratio(12.0),
            measured(ours::wall, quiet("--device flex")),
            torch(peer::wall, "job.py FOLDER"),
        ),
        case(
            "epoch",
            "flex",
            Goal::Ratio(2.0),
            measured(ours::epoch, quiet("--device flex")),
            torch(peer::seconds, "epoch.py FOLDER"),
        ),
        case(
            "epoch",
            "flex, torch.compile",
            Goal::Ratio(2.0),
            measured(ours::epoch, quiet("--device flex")),
            torch(peer::seconds, "epoch.py FOLDER --compile"),
        ),
        case(
            "epoch",
            "ndarray",
            Goal::Ratio(0.9),
            measured(ours::epoch, quiet("--device ndarray --set training.epochs=3")),
            torch(peer::seconds, "epoch.py FOLDER --epochs 3"),
        ),
        case(
            "step",
            "against matrix products",
            Goal::Ratio(1.0 / 1.4),
            measured(ours::step_of_epoch, quiet("--device flex --set training.epochs=3")),
            torch(peer::seconds, "floor.py --threads 1"),
        ),
    ]
}

/// What watching and saving costs.
fn overheads() -> Vec<Case> {
    const FREE: Goal = Goal::Ratio(1.0 / 1.03);
    const SAVED: &str = "--set checkpoint.every_seconds=30 --set checkpoint.every_epoch=true";
    const UNSAVED: &str = "--set checkpoint.every_seconds=0 --set checkpoint.every_epoch=false";
    let view = |view: &str| words(&format!("train course --device flex --view {view}"));
    let saved = |how: &str| measured(ours::training, quiet(&format!("--device flex {how}")));
    let unwatched = || Peer::Ours(measured(ours::training, view("quiet")));
    let dashboard = measured(ours::on_the_dashboard, view("dashboard"));
    let plain = measured(ours::training, view("plain"));
    vec![
        case("view", "dashboard against quiet", FREE, dashboard, unwatched()),
        case("view", "plain against quiet", FREE, plain, unwatched()),
        case(
            "checkpoint",
            "epochs and 30 s to none",
            FREE,
            saved(SAVED),
            Peer::Ours(saved(UNSAVED)),
        ),
    ]
}

/// A training step of the recipe `cnn`.
fn convolutions() -> Vec<Case> {
    let of = |device: &str, steps: usize, least: f64| {
        let ours = format!(
            "train cnn --view quiet --device {device} --set data.path=\"FEW\" --set training.max_steps={steps}"
        );
        let peer = torch(peer::seconds, "cnn.py FOLDER");
        case("cnn", device, Goal::Ratio(least), measured(ours::step, words(&ours)), peer)
    };
    vec![of("flex", 60, 1.0), of("ndarray", 8, 0.5)]
}

/// What a user waits for, and what it takes of the machine.
fn processes() -> Vec<Case> {
    let judge = Peer::PyTorch(Box::new(|ground| {
        let model = ours::trained(ground)?.join("model.safetensors").display().to_string();
        let folder = ground.data().display().to_string();
        peer::wall(ground, &["evaluate.py", &folder, &model])
    }));
    let memory = case(
        "memory",
        "course, peak",
        Goal::Ratio(3.0),
        measured(ours::memory, quiet("--device flex")),
        torch(peer::memory, "job.py FOLDER"),
    );
    vec![
        case("evaluate", "course, start to end", None, Box::new(ours::evaluate), judge),
        Case { unit: Unit::Mebibytes, ..memory },
        case(
            "startup",
            "start to first step",
            Goal::Cost(0.3),
            measured(ours::first_step, quiet("--device flex --set training.max_steps=1")),
            torch(peer::wall, "startup.py FOLDER"),
        ),
    ]
}

/// The 10,000 test images as PNG files; ours with the start of the program, the peer without that of Python.
fn predictions() -> Vec<Case> {
    let with = |more: &'static [&'static str]| {
        Peer::PyTorch(Box::new(move |ground: &Ground| {
            let model = ours::trained(ground)?.join("model.safetensors").display().to_string();
            let folder = pictures::folder(ground)?.display().to_string();
            peer::seconds(ground, &[&["predict.py", &folder, &model], more].concat())
        }))
    };
    let of = |name, peer| case("predict", name, None, Box::new(ours::predict), peer);
    vec![
        of("10,000 PNG, Pillow loop", with(&[])),
        of("10,000 PNG, DataLoader 2", with(&["--workers", "2"])),
    ]
}

fn words(line: &str) -> Vec<String> {
    line.split_whitespace().map(str::to_owned).collect()
}

/// The loader with more workers; the peer always has two, as is usual.
fn loader() -> Vec<Case> {
    ["1", "2", "4"]
        .map(|workers| Case {
            bench: "loader",
            name: format!("a batch, {workers} worker{}", if workers == "1" { "" } else { "s" }),
            unit: Unit::Seconds,
            goal: (workers == "1").then_some(Goal::Ratio(40.0)),
            ours: Box::new(move |ground| ours::batch(ground, workers)),
            peer: torch(peer::seconds, "loader.py FOLDER --workers 2"),
        })
        .into()
}

/// Data of the user's, which are named on the command line.
fn own_data() -> Vec<Case> {
    let pictures = |epoch: &'static str| {
        Peer::PyTorch(Box::new(move |ground: &Ground| {
            let folder = ground.pictures()?.display().to_string();
            peer::seconds(ground, &["folder.py", &folder, "--epoch", epoch])
        }))
    };
    let rows = Peer::PyTorch(Box::new(|ground: &Ground| {
        let [path, target] = ground.table()?;
        peer::seconds(ground, &["table.py", path, target])
    }));
    let first = Box::new(ours::first_epoch_of_pictures);
    let later = Box::new(ours::later_epoch_of_pictures);
    vec![
        case("folder", "a picture, first epoch", Goal::Ratio(3.0), first, pictures("1")),
        case("folder", "a picture, later epochs", Goal::Ratio(20.0), later, pictures("2")),
        case("table", "a row of an epoch", Goal::Ratio(2.0), Box::new(ours::row), rows),
    ]
}

/// An epoch as batches and widths grow.
fn growth() -> Vec<Case> {
    let batches = [16, 64, 256, 1024].map(|batch| (batch, 128));
    let widths = [512, 2048].map(|width| (64, width));
    batches
        .into_iter()
        .chain(widths)
        .map(|(batch, width)| {
            let ours = format!(
                "--device flex --set training.epochs=1 --set data.batch_size={batch} --set model.hidden=[{width},64]"
            );
            let peer = format!("epoch.py FOLDER --epochs 1 --batch {batch} --hidden {width} 64");
            Case {
                bench: "growth",
                name: format!("batch {batch}, hidden {width}"),
                unit: Unit::Seconds,
                goal: None,
                ours: measured(ours::epoch, quiet(&ours)),
                peer: torch(peer::seconds, &peer),
            }
        })
        .collect()
}
