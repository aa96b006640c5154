//! What a run that is taken up promises: the same bits, or an error that says what changed.
#![allow(clippy::unwrap_used, reason = "a test may end so")]

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use burn::tensor::Device;
use burn::train::Interrupter;
use burnwright_data::{Source, Target, mnist};
use burnwright_inference::Predictor;
use burnwright_model::ModelConfig;
use burnwright_run::{
    Event, EventSink, Machine, RunDirectory, RunError, StopReason, Summary, read_steps,
};
use burnwright_session::{
    Cause, Divergence, Observers, Request, Session, SessionError, Split, Surroundings, diverge,
    judge,
};
use burnwright_training::Recipe;
use burnwright_training::recipe::Override;

const CNN: &[&str] = &[
    "model.kind=cnn",
    "model.channels=[2, 2]",
    "model.hidden=8",
    "model.dropout=0.5",
    "data.augment.shift=2",
    "data.validation=0.25",
    "schedule.kind=cosine",
    "early_stopping.patience=9",
];
/// Bytes of `steps.bin` before the first step.
const HEAD: usize = 24;
const MLP: &[&str] = &["model.kind=mlp", "model.hidden=[8]"];

/// Burn's generator is one for the whole process: of two trainings with dropout at once, each would draw from the other's.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// A folder with a few real digits and runs.
struct Ground(tempfile::TempDir, #[expect(dead_code, reason = "held")] MutexGuard<'static, ()>);

impl Ground {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let splits = mnist::bundled().unwrap();
        write_idx(folder.path(), "train", splits.train.as_ref(), 80);
        write_idx(folder.path(), "t10k", splits.test.as_ref(), 40);
        Self(folder, ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn recipe(&self, settings: &[&str]) -> Recipe {
        let root = format!("data.path={:?}", self.0.path().display().to_string());
        let common = ["data.batch_size=8", "training.epochs=3", "optimizer.kind=adam"];
        let all = [root.as_str()].into_iter().chain(common).chain(settings.iter().copied());
        let changes: Vec<Override> = all.map(|typed| typed.parse().unwrap()).collect();
        Recipe::parse("test", "", &changes).unwrap()
    }

    fn train(&self, name: &str, settings: &[&str], observers: Observers) -> Summary {
        let recipe = self.recipe(settings);
        let artifacts = self.0.path().join("runs");
        let request = Request { name: Some(name), ..Request::new(&artifacts, "test", &recipe) };
        let session = Session::begin(request, &surroundings("flex")).unwrap();
        session.train(observers, Instant::now()).unwrap().summary
    }

    fn run(&self, name: &str) -> PathBuf {
        self.0.path().join("runs").join(name)
    }

    fn resume(&self, name: &str, changes: &[&str]) -> Result<Summary, SessionError> {
        let changes: Vec<Override> = changes.iter().map(|typed| typed.parse().unwrap()).collect();
        let run = RunDirectory::open_for_training(&self.run(name)).unwrap();
        let session = <Session>::resume(run, &changes, None, &surroundings("flex"))?.session;
        Ok(session.train(Observers::default(), Instant::now())?.summary)
    }
}

fn surroundings(device: &str) -> Surroundings {
    let machine = Machine {
        version: "1".to_owned(),
        device: device.to_owned(),
        threads: 1,
        isa: "any".to_owned(),
    };
    Surroundings { device: Device::flex(), machine, command: Vec::new(), clock: String::new }
}

/// Stops a run after some windows, as Ctrl-C does.
struct StopAfter(usize, Interrupter);

impl EventSink for StopAfter {
    fn receive(&mut self, event: &Event) -> Result<(), RunError> {
        if matches!(event, Event::Window { .. }) {
            self.0 = self.0.saturating_sub(1);
            if self.0 == 0 {
                self.1.stop(None);
            }
        }
        Ok(())
    }
}

fn stopping_after(windows: usize) -> Observers {
    let interrupter = Interrupter::new();
    let sinks: Vec<Box<dyn EventSink>> = vec![Box::new(StopAfter(windows, interrupter.clone()))];
    Observers { sinks, interrupter, ..Observers::default() }
}

fn write_idx(folder: &Path, prefix: &str, source: &dyn Source, count: u32) {
    let (mut images, mut labels) = (vec![0, 0, 8, 3], vec![0, 0, 8, 1]);
    for size in [count, 28, 28] {
        images.extend(size.to_be_bytes());
    }
    labels.extend(count.to_be_bytes());
    let mut pixels = vec![0; 784];
    for index in 0..count as usize {
        let Target::Class(label) = source.read(index, &mut pixels).unwrap() else { panic!() };
        labels.push(u8::try_from(label).unwrap());
        images.extend(&pixels);
    }
    std::fs::write(folder.join(format!("{prefix}-images-idx3-ubyte")), images).unwrap();
    std::fs::write(folder.join(format!("{prefix}-labels-idx1-ubyte")), labels).unwrap();
}

#[test]
fn settings_that_could_not_be_read_back_make_no_run() {
    let ground = Ground::new();
    let mut recipe = ground.recipe(MLP);
    recipe.training.seed = u64::MAX;
    let artifacts = ground.0.path().join("runs");
    let request = Request::new(&artifacts, "test", &recipe);
    let error = Session::begin(request, &surroundings("flex")).err().unwrap();
    assert!(matches!(error, SessionError::Recipe(_)), "{error}");
    assert!(!artifacts.exists());
}

#[test]
fn a_stopped_run_goes_on_to_the_same_bits() {
    let ground = Ground::new();
    for (model, settings) in [("mlp", MLP), ("cnn", CNN)] {
        let whole = ground.train(model, settings, Observers::default());
        for windows in [1, 2, 3] {
            let name = format!("{model}-{windows}");
            // A checkpoint each step makes each step a window.
            let each = [settings, &["checkpoint.every_steps=1"][..]].concat();
            let stopped = ground.train(&name, &each, stopping_after(windows));
            assert_eq!((stopped.stopped, stopped.steps), (StopReason::Interrupted, windows));
            let resumed = ground.resume(&name, &[]).unwrap();
            assert_eq!(resumed.weights_digest, whole.weights_digest, "{name}");
            assert_eq!(resumed.test, whole.test, "{name}");
            assert_eq!(resumed.validation, whole.validation, "{name}");
            let steps = |name: &str| read_steps(&ground.run(name).join("steps.bin")).unwrap();
            assert_eq!(steps(&name), steps(model));
        }
    }
}

#[test]
fn a_finished_run_can_be_given_more_epochs() {
    let ground = Ground::new();
    let long = ground.train("long", &[MLP, &["training.epochs=5"]].concat(), Observers::default());
    ground.train("short", MLP, Observers::default());
    let longer = ground.resume("short", &["training.epochs=5"]).unwrap();
    assert_eq!(longer.weights_digest, long.weights_digest);
    assert_eq!(longer.epochs, 5);
}

#[test]
fn changed_settings_and_data_are_refused() {
    let ground = Ground::new();
    ground.train("run", MLP, stopping_after(1));
    let error = ground.resume("run", &["optimizer.learning_rate=0.5"]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the run was begun with other settings: optimizer.learning_rate was 0.001, is 0.5"
    );
    let labels = ground.0.path().join("train-labels-idx1-ubyte");
    let mut bytes = std::fs::read(&labels).unwrap();
    bytes[20] = (bytes[20] + 1) % 10;
    std::fs::write(&labels, bytes).unwrap();
    let error = ground.resume("run", &[]).unwrap_err();
    assert!(matches!(error, SessionError::DataChanged { part: "training", .. }), "{error}");
}

#[test]
fn another_runs_checkpoint_is_set_aside() {
    let ground = Ground::new();
    // A checkpoint at an epoch's end is put off while the disk is busy; one by the number of steps never is.
    let sure = [MLP, &["checkpoint.every_steps=10"]].concat();
    let whole = ground.train("one", &sure, Observers::default());
    ground.train("two", &[MLP, &["training.seed=7"]].concat(), Observers::default());
    let of = |name: &str| ground.run(name).join("checkpoints").join("step-30.ckpt");
    std::fs::copy(of("two"), of("one")).unwrap();
    std::fs::remove_file(ground.run("one").join("summary.json")).unwrap();
    let run = RunDirectory::open_for_training(&ground.run("one")).unwrap();
    let resumed = <Session>::resume(run, &[], None, &surroundings("ndarray")).unwrap();
    assert_eq!(resumed.passed_over[0].reason, "belongs to another run");
    assert_eq!((resumed.step, resumed.epoch), (20, 3));
    assert_eq!(resumed.differences, ["device ndarray instead of flex"]);
    let summary = resumed.session.train(Observers::default(), Instant::now()).unwrap().summary;
    assert_eq!(summary.weights_digest, whole.weights_digest);
}

#[test]
fn the_best_weights_are_kept_with_their_own_running_statistics() {
    let ground = Ground::new();
    // No later epoch is better by so much: the first stays the best.
    let changes = ["early_stopping.min_delta=1e9", "checkpoint.every_steps=1"];
    let settings = [CNN, &changes[..]].concat();
    let summary = ground.train("run", &settings, Observers::default());
    assert_eq!((summary.best_epoch, summary.steps), (Some(1), 24));
    let one_epoch = ground.train("one", &settings, stopping_after(8));
    assert_eq!(one_epoch.steps, 8);
    assert_eq!(one_epoch.weights_digest, summary.weights_digest);
}

/// How a run ends, and which weights it keeps.
struct End {
    settings: &'static [&'static str],
    /// Windows, here steps, after which it is interrupted.
    interrupted: Option<usize>,
    stopped: StopReason,
    steps: usize,
    /// Epoch and step of the weights that are kept, where they are not the last.
    best: Option<(usize, usize)>,
}

#[test]
fn however_a_run_ends_its_summary_speaks_of_the_kept_weights() {
    // No later epoch is better by so much: the first stays the best.
    const FIRST: &str = "early_stopping.min_delta=1e9";
    let whole = End {
        settings: &[],
        interrupted: None,
        stopped: StopReason::Completed,
        steps: 24,
        best: None,
    };
    let limited = StopReason::MaxSteps;
    let ends = [
        End { settings: &["training.max_steps=13"], stopped: limited, steps: 13, ..whole },
        End { settings: &["training.max_steps=3"], stopped: limited, steps: 3, ..whole },
        End { interrupted: Some(13), stopped: StopReason::Interrupted, steps: 13, ..whole },
        End { settings: &[FIRST], best: Some((1, 8)), ..whole },
        End {
            settings: &[FIRST, "early_stopping.patience=1"],
            stopped: StopReason::EarlyStopping,
            steps: 16,
            best: Some((1, 8)),
            ..whole
        },
        End {
            settings: &[FIRST, "training.max_steps=13"],
            stopped: limited,
            steps: 13,
            best: Some((1, 8)),
            ..whole
        },
        End { settings: &[FIRST, "training.max_steps=3"], stopped: limited, steps: 3, ..whole },
        End {
            settings: &[FIRST],
            interrupted: Some(11),
            stopped: StopReason::Interrupted,
            steps: 11,
            best: Some((1, 8)),
        },
        whole,
    ];
    let ground = Ground::new();
    let common = [MLP, &["data.validation=0.25", "checkpoint.every_steps=1"]].concat();
    let first = [&common[..], &["training.max_steps=8"]].concat();
    let first = ground.train("first", &first, Observers::default()).weights_digest;
    for (number, end) in ends.iter().enumerate() {
        let name = format!("end-{number}");
        let observers = end.interrupted.map_or_else(Observers::default, stopping_after);
        let summary = ground.train(&name, &[&common[..], end.settings].concat(), observers);
        assert_eq!((summary.stopped, summary.steps), (end.stopped, end.steps), "{name}");
        assert_eq!(summary.best_epoch.zip(summary.best_step), end.best, "{name}");
        assert_eq!(summary.weights_digest == first, end.best.is_some(), "{name}");
        let run = RunDirectory::open(&ground.run(&name)).unwrap();
        let predictor = <Predictor>::open(&run, &Device::flex()).unwrap();
        let judged = judge(&run, &predictor, None, Split::Validation).unwrap();
        assert_eq!(summary.validation, Some(judged.evaluation.scores()), "{name}");
    }
}

#[test]
fn runs_part_for_a_reason() {
    let ground = Ground::new();
    let open = |name: &str| RunDirectory::open(&ground.run(name)).unwrap();
    ground.train("one", MLP, Observers::default());
    ground.train("two", MLP, Observers::default());
    ground.train("rate", &[MLP, &["optimizer.learning_rate=0.5"]].concat(), Observers::default());
    let agree = Divergence::None { steps: 30, rest: [0, 0] };
    assert_eq!(diverge::<ModelConfig>(&open("one"), &open("two")).unwrap(), agree);
    let Divergence::At { step: 2, cause: Cause::Settings(changed), .. } =
        diverge::<ModelConfig>(&open("one"), &open("rate")).unwrap()
    else {
        panic!("the second step is the first after another update");
    };
    assert_eq!(changed[0].0, "optimizer.learning_rate");

    // One bit of a loss, and one of a batch.
    let steps = ground.run("two").join("steps.bin");
    let mut bytes = std::fs::read(&steps).unwrap();
    bytes[HEAD + 24 * 9 + 8] ^= 1;
    std::fs::write(&steps, &bytes).unwrap();
    let parted = diverge::<ModelConfig>(&open("one"), &open("two")).unwrap();
    assert!(
        matches!(&parted, Divergence::At { step: 10, cause: Cause::Numerics(why), .. } if why.is_empty()),
        "{parted:?}"
    );
    bytes[HEAD + 24 * 4] ^= 1;
    std::fs::write(&steps, &bytes).unwrap();
    let parted = diverge::<ModelConfig>(&open("one"), &open("two")).unwrap();
    assert!(matches!(parted, Divergence::At { step: 5, cause: Cause::Data, .. }), "{parted:?}");
}

#[test]
fn a_run_that_moved_to_another_device_parts_for_that() {
    let ground = Ground::new();
    ground.train("one", MLP, Observers::default());
    ground.train("moved", &[MLP, &["checkpoint.every_steps=1"]].concat(), stopping_after(8));
    let run = RunDirectory::open_for_training(&ground.run("moved")).unwrap();
    let resumed = <Session>::resume(run, &[], None, &surroundings("wgpu")).unwrap();
    let step = resumed.step;
    resumed.session.train(Observers::default(), Instant::now()).unwrap();
    let steps = ground.run("moved").join("steps.bin");
    let mut bytes = std::fs::read(&steps).unwrap();
    let open = |name: &str| RunDirectory::open(&ground.run(name)).unwrap();
    let mut reasons_at = |place: usize| {
        bytes[HEAD + 24 * place + 8] ^= 1;
        std::fs::write(&steps, &bytes).unwrap();
        match diverge::<ModelConfig>(&open("one"), &open("moved")).unwrap() {
            Divergence::At { cause: Cause::Numerics(reasons), .. } => reasons,
            other => panic!("{other:?}"),
        }
    };
    let moved = format!("the second went on after step {step} with device wgpu instead of flex");
    assert_eq!(reasons_at(step), [moved]);
    assert_eq!(reasons_at(step - 1), Vec::<String>::new());
}
