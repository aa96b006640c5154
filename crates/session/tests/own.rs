//! A model and data of a user's own are trained, stopped, resumed and judged as those that a recipe can name.
#![allow(clippy::unwrap_used, reason = "a test may end so")]

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use burn::module::Module;
use burn::nn::{Dropout, DropoutConfig, Linear, LinearConfig};
use burn::tensor::{Device, Tensor, activation};
use burn::train::Interrupter;
use burnwright_data::{DataError, ImageShape, Source, Splits, Target, Targets};
use burnwright_inference::{InferenceError, Predictor};
use burnwright_model::{Architecture, Model, ModelConfig};
use burnwright_recipe::checks::within;
use burnwright_recipe::settings;
use burnwright_run::{Event, EventSink, Machine, RunDirectory, RunError, Summary, read_steps};
use burnwright_session::{
    Contestant, Divergence, Observers, Request, Session, SessionError, Split, Surroundings,
    compare, diverge, judge, open_split, report,
};
use burnwright_training::Recipe;
use burnwright_training::recipe::Override;

settings! {
    /// A perceptron with one hidden layer and dropout.
    struct HiddenConfig {
        /// Width of the hidden layer.
        width: usize = 8, check(within(1..=64));
    }
}

#[derive(Module, Debug)]
struct Hidden {
    enter: Linear,
    dropout: Dropout,
    leave: Linear,
}

impl Model for Hidden {
    type Input = Tensor<4>;

    fn forward(&self, images: Tensor<4>) -> Tensor<2> {
        let values = activation::relu(self.enter.forward(images.flatten::<2>(1, 3))); // [batch, width]
        self.leave.forward(self.dropout.forward(values)) // [batch, outputs]
    }
}

fn linear(inputs: usize, outputs: usize, device: &Device) -> Linear {
    LinearConfig::new(inputs, outputs).init(device)
}

impl Architecture for HiddenConfig {
    type Model = Hidden;

    fn init(&self, image: [usize; 3], outputs: usize, _seed: u64, device: &Device) -> Hidden {
        Hidden {
            enter: linear(image.iter().product(), self.width, device),
            dropout: DropoutConfig::new(0.25).init(),
            leave: linear(self.width, outputs, device),
        }
    }
}

settings! {
    /// One linear layer that gives more outputs than it is asked for.
    struct WideConfig {
        /// How many more.
        more: usize = 1;
    }
}

#[derive(Module, Debug)]
struct Single {
    only: Linear,
}

impl Model for Single {
    type Input = Tensor<4>;

    fn forward(&self, images: Tensor<4>) -> Tensor<2> {
        self.only.forward(images.flatten::<2>(1, 3)) // [batch, outputs]
    }
}

impl Architecture for WideConfig {
    type Model = Single;

    fn init(&self, image: [usize; 3], outputs: usize, _seed: u64, device: &Device) -> Single {
        Single { only: linear(image.iter().product(), outputs + self.more, device) }
    }
}

settings! {
    /// An architecture with the settings of `HiddenConfig`, and without its weights.
    struct LookalikeConfig {
        /// Not looked at.
        width: usize = 8;
    }
}

impl Architecture for LookalikeConfig {
    type Model = Single;

    fn init(&self, image: [usize; 3], outputs: usize, _seed: u64, device: &Device) -> Single {
        Single { only: linear(image.iter().product(), outputs, device) }
    }
}

settings! {
    /// A model that panics.
    struct FragileConfig {
        /// `init` or `forward`.
        breaks: String = "forward".to_owned();
    }
}

#[derive(Module, Debug)]
struct Fragile {
    only: Linear,
}

impl Model for Fragile {
    type Input = Tensor<4>;

    fn forward(&self, images: Tensor<4>) -> Tensor<2> {
        let [_, _, height, width] = images.dims();
        panic!("{height} x {width} is too small")
    }
}

impl Architecture for FragileConfig {
    type Model = Fragile;

    fn init(&self, image: [usize; 3], outputs: usize, _seed: u64, device: &Device) -> Fragile {
        let [_, height, width] = image;
        assert!(self.breaks != "init", "{height} x {width} is too small");
        Fragile { only: linear(height * width, outputs, device) }
    }
}

const SIDE: usize = 6;

/// Bright rectangles, computed when they are asked for.
struct Rectangles {
    first: usize,
    count: usize,
    targets: Targets,
}

impl Rectangles {
    fn splits(targets: &Targets) -> Splits {
        let of = |first, count| Self { first, count, targets: targets.clone() };
        Splits::new(of(0, 60), of(1000, 30))
    }
}

impl Source for Rectangles {
    fn len(&self) -> usize {
        self.count
    }

    fn shape(&self) -> ImageShape {
        ImageShape { channels: 1, height: SIDE, width: SIDE }
    }

    fn targets(&self) -> &Targets {
        &self.targets
    }

    fn read(&self, index: usize, pixels: &mut [u8]) -> Result<Target, DataError> {
        let number = (self.first + index).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 24;
        let (height, width) = (1 + number % 4, 1 + (number >> 4) % 4);
        let (top, left) = ((number >> 8) % (SIDE - height), (number >> 12) % (SIDE - width));
        for (place, pixel) in pixels.iter_mut().enumerate() {
            let (row, column) = (place / SIDE, place % SIDE);
            let is_inside =
                (top..top + height).contains(&row) && (left..left + width).contains(&column);
            *pixel = if is_inside { 255 } else { 0 };
        }
        Ok(match self.targets {
            Targets::Classes(_) => Target::Class(u32::from(width > height)),
            Targets::Labels(_) => Target::Labels([top < 2, left < 2, width > height].into()),
            Targets::Number(_) => Target::Number(f64::from(u32::try_from(height * width).unwrap())),
        })
    }
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

/// Each task with targets for it.
fn tasks() -> [(&'static str, Targets); 3] {
    [
        ("classification", Targets::Classes(names(&["upright", "lying"]))),
        ("multi-label", Targets::Labels(names(&["high", "left", "lying"]))),
        ("regression", Targets::Number("area".to_owned())),
    ]
}

/// Burn's generator is one for the whole process: of two trainings with dropout at once, each would draw from the other's.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// A folder of runs.
struct Ground(tempfile::TempDir, #[expect(dead_code, reason = "held")] MutexGuard<'static, ()>);

impl Ground {
    fn new() -> Self {
        let lock = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
        Self(tempfile::tempdir().unwrap(), lock)
    }

    fn begin<A: Architecture>(
        &self,
        name: &str,
        recipe: &Recipe<A>,
        data: Option<&Splits>,
    ) -> Result<Session<A>, SessionError> {
        let request = Request::new(self.0.path(), "rectangles", recipe);
        Session::begin(Request { name: Some(name), data, ..request }, &surroundings())
    }

    fn train(
        &self,
        name: &str,
        task: &str,
        data: &Splits,
        observers: Observers,
    ) -> Option<Summary> {
        let recipe = recipe::<HiddenConfig>(task, &["checkpoint.every_steps=2"]);
        let session = self.begin(name, &recipe, Some(data)).unwrap();
        Some(session.train(observers, Instant::now()).ok()?.summary)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn open(&self, name: &str) -> RunDirectory {
        RunDirectory::open(&self.path(name)).unwrap()
    }

    fn resume<A: Architecture>(
        &self,
        name: &str,
        data: Option<&Splits>,
    ) -> Result<(usize, Summary), SessionError> {
        let run = RunDirectory::open_for_training(&self.path(name)).unwrap();
        let resumed = Session::<A>::resume(run, &[], data, &surroundings())?;
        let trained = resumed.session.train(Observers::default(), Instant::now())?;
        assert_eq!(trained.beside.len(), 0, "{:?}", trained.beside);
        Ok((resumed.step, trained.summary))
    }
}

fn recipe<A: Architecture>(task: &str, settings: &[&str]) -> Recipe<A> {
    let task = format!("task.kind={task}");
    let common = [
        "data.source=own:rectangles",
        "data.batch_size=8",
        "data.validation=0.2",
        "training.epochs=3",
        "optimizer.kind=adam",
    ];
    let all = [task.as_str()].into_iter().chain(common).chain(settings.iter().copied());
    let changes: Vec<Override> = all.map(|typed| typed.parse().unwrap()).collect();
    Recipe::parse("test", "", &changes).unwrap()
}

fn surroundings() -> Surroundings {
    let machine = Machine {
        version: "1".to_owned(),
        device: "flex".to_owned(),
        threads: 1,
        isa: "any".to_owned(),
    };
    Surroundings { device: Device::flex(), machine, command: Vec::new(), clock: String::new }
}

/// Ends a training after some windows: asked to stop, or as a program that is killed, with nothing saved since the last checkpoint.
enum End {
    Stopped(Interrupter),
    Killed,
}

struct EndAfter(usize, End);

impl EventSink for EndAfter {
    fn receive(&mut self, event: &Event) -> Result<(), RunError> {
        if matches!(event, Event::Window { .. }) {
            self.0 = self.0.saturating_sub(1);
            match &self.1 {
                End::Stopped(interrupter) if self.0 == 0 => interrupter.stop(None),
                End::Killed if self.0 == 0 => return Err(RunError::Killed),
                _ => {}
            }
        }
        Ok(())
    }
}

fn stopped_after(windows: usize) -> Observers {
    let interrupter = Interrupter::new();
    let end = EndAfter(windows, End::Stopped(interrupter.clone()));
    Observers { sinks: vec![Box::new(end)], interrupter, ..Observers::default() }
}

fn killed_after(windows: usize) -> Observers {
    Observers { sinks: vec![Box::new(EndAfter(windows, End::Killed))], ..Observers::default() }
}

#[test]
fn each_task_is_resumed_to_the_same_bits_and_reported() {
    let ground = Ground::new();
    for (task, targets) in tasks() {
        let data = Rectangles::splits(&targets);
        let whole = ground.train(task, task, &data, Observers::default()).unwrap();
        assert_eq!((whole.task.as_str(), whole.steps), (task, 18));
        // A window ends with a checkpoint, each second step, and with an epoch.
        for windows in [1, 4, 7] {
            for (how, observers) in
                [("stopped", stopped_after(windows)), ("killed", killed_after(windows))]
            {
                let name = format!("{task}-{how}-{windows}");
                let ended = ground.train(&name, task, &data, observers);
                assert_eq!(ended.is_some(), how == "stopped", "{name}");
                let (step, resumed) = ground.resume::<HiddenConfig>(&name, Some(&data)).unwrap();
                assert!(step < whole.steps, "{name}: {step}");
                assert!(step > 0 || windows == 1, "{name}: {step}");
                assert_eq!(resumed.weights_digest, whole.weights_digest, "{name}");
                assert_eq!(resumed.test, whole.test, "{name}");
                assert_eq!(resumed.validation, whole.validation, "{name}");
                let steps = |name: &str| read_steps(&ground.path(name).join("steps.bin")).unwrap();
                assert_eq!(steps(&name), steps(task), "{name}");
                let page = std::fs::read_to_string(ground.path(&name).join("report.html")).unwrap();
                assert!(page.contains("own:rectangles"), "{name}");
            }
        }
    }
}

#[test]
fn a_finished_run_is_judged_reported_and_compared() {
    let ground = Ground::new();
    for (task, targets) in tasks() {
        let data = Rectangles::splits(&targets);
        let names = ["one", "two"].map(|name| format!("{task}-{name}"));
        let summary = ground.train(&names[0], task, &data, Observers::default()).unwrap();
        ground.train(&names[1], task, &data, Observers::default()).unwrap();
        let run = ground.open(&names[0]);
        let predictor = Predictor::<HiddenConfig>::open(&run, &Device::flex()).unwrap();
        for (split, expected) in
            [(Split::Test, summary.test), (Split::Validation, summary.validation)]
        {
            let judged = judge(&run, &predictor, Some(&data), split).unwrap();
            assert_eq!(Some(judged.evaluation.scores()), expected, "{task}");
        }
        let judged = judge(&run, &predictor, Some(&data), Split::Test).unwrap();
        let page = report::<HiddenConfig>(&run, &judged).unwrap().html();
        assert!(page.contains("model.width"), "{task}");

        let contestants = names.each_ref().map(|name| Contestant::of_run(ground.open(name)));
        let compared = compare::<HiddenConfig>(
            &contestants,
            &Device::flex(),
            Some(&data),
            Split::Test,
            String::new,
        );
        assert_eq!(compared.unwrap().samples, 30, "{task}");
        let parted = diverge::<HiddenConfig>(&run, &ground.open(&names[1])).unwrap();
        assert_eq!(parted, Divergence::None { steps: 18, rest: [0, 0] });
    }
}

#[test]
fn a_model_of_another_width_than_the_task_wants_makes_no_run() {
    let ground = Ground::new();
    for (task, targets) in tasks() {
        let recipe = recipe::<WideConfig>(task, &[]);
        let outputs = targets.names().len();
        let error = ground.begin("wide", &recipe, Some(&Rectangles::splits(&targets)));
        let said = format!(
            "the model's output is [1, {}], expected [1, {outputs}] (samples, outputs)",
            outputs + 1
        );
        assert_eq!(error.err().unwrap().to_string(), said);
        assert!(!ground.path("wide").exists());
    }
}

#[test]
fn a_run_of_another_architecture_is_refused_with_what_differs() {
    let ground = Ground::new();
    let [(task, targets), ..] = tasks();
    let data = Rectangles::splits(&targets);
    ground.train("run", task, &data, Observers::default());

    let error = ground.resume::<WideConfig>("run", Some(&data)).unwrap_err().to_string();
    assert!(error.contains("model.width"), "{error}");
    let error = ground.resume::<ModelConfig>("run", Some(&data)).unwrap_err().to_string();
    assert!(error.contains("model"), "{error}");
    // The same settings, other weights.
    let error = ground.resume::<LookalikeConfig>("run", Some(&data)).unwrap_err();
    assert!(matches!(error, SessionError::WeightsChanged { .. }), "{error}");

    let run = ground.open("run");
    let error = Predictor::<WideConfig>::open(&run, &Device::flex()).unwrap_err().to_string();
    assert!(error.contains("unknown field `width`"), "{error}");
    let error = Predictor::<LookalikeConfig>::open(&run, &Device::flex()).unwrap_err();
    assert!(matches!(error, InferenceError::Weights { .. }), "{error}");
    let keys = "2 missing (only.weight, only.bias); 4 left over (enter.bias, enter.weight, leave.bias, leave.weight)";
    assert!(error.to_string().contains(keys), "{error}");
    // Nothing was changed by that.
    assert!(run.summary().unwrap().is_some());
}

#[test]
fn a_run_of_a_programs_own_architecture_is_named_as_one_by_who_does_not_know_it() {
    let ground = Ground::new();
    let [(task, targets), ..] = tasks();
    let data = Rectangles::splits(&targets);
    ground.train("own", task, &data, Observers::default());
    let (run, path) = (ground.open("own"), ground.path("own"));
    let said = |file: &str| {
        format!(
            "the model's architecture is not one that this program knows: it has no kind, but width, expected kind \"mlp\" or \"cnn\" or \"convnet\" or \"tabular\": {}",
            path.join(file).display()
        )
    };
    let error = Predictor::<ModelConfig>::open(&run, &Device::flex()).unwrap_err();
    assert_eq!(error.to_string(), said("model.json"));
    let error = open_split::<ModelConfig>(&run, Some(&data), Split::Test).err().unwrap();
    assert_eq!(error.to_string(), said("recipe.toml"));
    let error = ground.resume::<ModelConfig>("own", Some(&data)).unwrap_err();
    assert_eq!(error.to_string(), said("recipe.toml"));
    assert!(run.summary().unwrap().is_some());

    // And the other way round: a run of a recipe's model, opened by a program that has only its own.
    let recipe = recipe::<ModelConfig>(task, &["model.kind=mlp", "model.hidden=[4]"]);
    let session = ground.begin("named", &recipe, Some(&data)).unwrap();
    session.train(Observers::default(), Instant::now()).unwrap();
    let error = Predictor::<HiddenConfig>::open(&ground.open("named"), &Device::flex());
    let error = error.err().unwrap().to_string();
    let expected = "it has kind \"mlp\", expected no kind, but width: ";
    assert!(error.contains(expected), "{error}");
}

#[test]
fn a_model_that_panics_makes_no_run() {
    let ground = Ground::new();
    let [(task, targets), ..] = tasks();
    let data = Rectangles::splits(&targets);
    for (place, what) in [("init", "while it was made"), ("forward", "on an image of zeros")] {
        let recipe = recipe::<FragileConfig>(task, &[&format!("model.breaks={place}")]);
        let error = ground.begin("fragile", &recipe, Some(&data)).err().unwrap();
        assert_eq!(error.to_string(), format!("the model panicked {what}: 6 x 6 is too small"));
        assert!(!ground.path("fragile").exists());
    }
}

#[test]
fn data_of_a_program_are_asked_for_and_must_be_the_same() {
    let ground = Ground::new();
    let [(task, targets), ..] = tasks();
    let data = Rectangles::splits(&targets);
    let recipe = recipe::<HiddenConfig>(task, &[]);
    let not_given = "the data set \"own:rectangles\" is brought by the program that made the run, and was not given";
    assert_eq!(ground.begin("run", &recipe, None).err().unwrap().to_string(), not_given);
    assert!(!ground.path("run").exists());

    ground.train("run", task, &data, killed_after(4));
    let error = ground.resume::<HiddenConfig>("run", None).unwrap_err();
    assert_eq!(error.to_string(), not_given);
    let other = |train_count, test_count| {
        let of = |first, count| Rectangles { first, count, targets: targets.clone() };
        Splits::new(of(0, train_count), of(1000, test_count))
    };
    for (part, splits) in [("training", other(61, 30)), ("test", other(60, 31))] {
        let error = ground.resume::<HiddenConfig>("run", Some(&splits)).unwrap_err();
        assert!(
            matches!(&error, SessionError::DataChanged { part: changed, .. } if *changed == part),
            "{error}"
        );
    }
    ground.resume::<HiddenConfig>("run", Some(&data)).unwrap();

    let run = ground.open("run");
    let predictor = Predictor::<HiddenConfig>::open(&run, &Device::flex()).unwrap();
    let error = judge(&run, &predictor, None, Split::Test).unwrap_err();
    assert_eq!(error.to_string(), not_given);
    let error = judge(&run, &predictor, Some(&other(60, 31)), Split::Test).unwrap_err();
    assert!(matches!(error, SessionError::DataChanged { part: "test", .. }), "{error}");
}

#[test]
fn data_that_are_given_need_a_name_of_their_own_and_must_fit_each_other() {
    let ground = Ground::new();
    let [(task, targets), ..] = tasks();
    let data = Rectangles::splits(&targets);
    let mut mnist = recipe::<HiddenConfig>(task, &[]);
    mnist.data.source = "mnist".to_owned();
    let error = ground.begin("run", &mnist, Some(&data)).err().unwrap();
    assert_eq!(
        error.to_string(),
        "the data were given, but data.source is \"mnist\", expected \"own:\" and a name"
    );
    let recipe = recipe::<HiddenConfig>(task, &[]);
    let three = Targets::Classes(names(&["upright", "lying", "square"]));
    let other = Rectangles { first: 0, count: 9, targets: three };
    let splits = Splits { train: data.train.clone(), test: std::sync::Arc::new(other) };
    let error = ground.begin("run", &recipe, Some(&splits)).err().unwrap();
    assert_eq!(
        error.to_string(),
        "the targets of the test samples are upright, lying, square, expected upright, lying as of the training samples"
    );
    let empty = Rectangles { first: 0, count: 0, targets };
    let splits = Splits { train: data.train, test: std::sync::Arc::new(empty) };
    let error = ground.begin("run", &recipe, Some(&splits)).err().unwrap();
    assert_eq!(error.to_string(), "the test set holds no sample");
}
