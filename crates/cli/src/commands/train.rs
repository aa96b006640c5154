//! `burnwright train`: a recipe becomes a run.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use burn::train::Interrupter;
use burn::train::renderer::MetricsRenderer;
use burnwright_data::{DataError, Loader, LoaderConfig, Order, Source};
use burnwright_inference::{EVALUATION_BATCH, Evaluation, Loss, digest, evaluate};
use burnwright_model::{Network, from_safetensors, state_dict, to_safetensors};
use burnwright_run::{
    Event, EventSink, MANIFEST_SCHEMA, MODEL_CARD_SCHEMA, Manifest, ModelCard, RunDirectory,
    SUMMARY_SCHEMA, Seconds, StopReason, Summary, TestScore,
};
use burnwright_training::recipe::builtin;
use burnwright_training::{Job, Outcome, Recipe, SilentRenderer, TrainingError};

use crate::arguments::{TrainFlags, View};
use crate::devices::{self, Selected};
use crate::failure::{Failure, status};
use crate::input;
use crate::machine;
use crate::output::{self, say};
use crate::signals::{self, Received};
use crate::view::{self, Dashboard, PlainLines, Stream};

/// MNIST's digits are bright on dark; so is every data set that is read in its format.
const BRIGHT_ON_DARK: bool = true;

pub(crate) fn run(flags: &TrainFlags, started: Instant) -> Result<ExitCode, Failure> {
    let (name, recipe) = read_recipe(flags)?;
    let view = view::resolve(flags.view)?;
    let selected = devices::select(&flags.device)?;
    let loading = Instant::now();
    let splits = recipe.data.open()?;
    let loading = loading.elapsed();
    let image = image_shape(splits.train.as_ref());
    let classes = splits.train.classes().len();
    check(&recipe, &splits.train, image, classes)?;
    let fingerprint = fingerprint_beside(&splits.train);
    let autodiff = selected.device.clone().autodiff();
    let model = initial_model(flags, &recipe, image, classes, &autodiff)?;

    let run = RunDirectory::create(&flags.artifacts, &name, flags.name.as_deref())?;
    run.reserve(4 * recipe.model.summary(image, classes).parameters())?;
    let interrupter = Interrupter::new();
    let received = signals::watch(interrupter.clone())?;
    write_manifest(&run, &name, &recipe, &selected, fingerprint)?;

    if view != View::Quiet {
        say(&format!("{}\n", recipe.model.summary(image, classes)));
        say(&format!("device {}, run {}", selected.name, run.path().display()));
    }
    let job = Job {
        model,
        recipe: recipe.clone(),
        source: Arc::clone(&splits.train),
        device: autodiff,
        sinks: sinks(&run, view, flags.json)?,
        renderer: renderer(view, &interrupter),
        interrupter,
    };
    let outcome = burnwright_training::train(job)?;
    let run = Finish { run, recipe, selected, splits, flags, view, received, started, loading };
    run.finish(outcome)
}

/// The recipe's name for the run's folder, and the recipe.
fn read_recipe(flags: &TrainFlags) -> Result<(String, Recipe), Failure> {
    let typed = &flags.recipe;
    let path = Path::new(typed);
    let is_path = typed.contains(std::path::MAIN_SEPARATOR)
        || path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("toml"));
    let overrides = flags.overrides()?;
    if !is_path {
        let text = builtin(typed)?.text;
        return Ok((typed.clone(), Recipe::parse(typed, text, &overrides)?));
    }
    let bytes =
        input::read(path, input::RECIPE).map_err(|error| unreadable_recipe(typed, &error))?;
    let text = String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        Failure::new(status::RECIPE, format!("recipe is not UTF-8 at byte {offset}: {typed}"))
            .with_hint("save the file as UTF-8")
    })?;
    let recipe = Recipe::parse(typed, &text, &overrides)?;
    let stem = path.file_stem().map_or_else(|| "run".into(), |stem| stem.to_string_lossy());
    let safe = |c: char| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '-' };
    let name: String = stem.chars().map(safe).collect();
    Ok((name.trim_start_matches('.').to_owned(), recipe))
}

fn unreadable_recipe(typed: &str, error: &std::io::Error) -> Failure {
    let failure =
        Failure::new(status::RECIPE, format!("cannot read the recipe ({error}): {typed}"));
    match error.kind() {
        std::io::ErrorKind::NotFound => failure.with_hint(
            "`burnwright recipes` lists the built-in ones; `burnwright recipes course > my.toml` makes a file to begin with",
        ),
        _ => failure,
    }
}

fn image_shape(source: &dyn Source) -> [usize; 3] {
    let shape = source.shape();
    [shape.channels, shape.height, shape.width]
}

/// What cannot be trained is refused before anything is made of it.
fn check(
    recipe: &Recipe,
    source: &Arc<dyn Source>,
    image: [usize; 3],
    classes: usize,
) -> Result<(), Failure> {
    if let Some(fault) = recipe.model.image_fault(image) {
        return Err(TrainingError::ModelDoesNotFit(fault).into());
    }
    let summary = recipe.model.summary(image, classes);
    let widest =
        summary.layers.iter().map(|layer| layer.output.iter().product()).max().unwrap_or(0);
    for (what, values) in [
        ("the model has weights", summary.parameters()),
        ("its widest layer has outputs for a batch", recipe.data.batch_size.saturating_mul(widest)),
    ] {
        if values > MOST_VALUES {
            let text = format!("{what}: {values}, expected at most {MOST_VALUES}");
            return Err(Failure::new(status::RECIPE, text)
                .with_hint("choose narrower layers, or a smaller data.batch_size"));
        }
    }
    burnwright_training::check(recipe, source)
        .map_err(|error| Failure { status: status::RECIPE, ..Failure::from(error) })
}

/// Values of 4 bytes of which a training holds a few copies: 1 GiB each.
const MOST_VALUES: usize = 1 << 28;

/// Hashing 47 MB takes as long as making the model; it is done beside it.
fn fingerprint_beside(source: &Arc<dyn Source>) -> JoinHandle<Result<String, DataError>> {
    let source = Arc::clone(source);
    std::thread::spawn(move || source.fingerprint())
}

fn initial_model(
    flags: &TrainFlags,
    recipe: &Recipe,
    image: [usize; 3],
    classes: usize,
    device: &burn::tensor::Device,
) -> Result<Network, Failure> {
    let model = recipe.model.init(image, classes, recipe.training.seed, device);
    let Some(path) = &flags.init_from else { return Ok(model) };
    let bytes = input::read(path, input::WEIGHTS).map_err(|error| {
        let status = match error.kind() {
            std::io::ErrorKind::NotFound => status::MISSING,
            _ => status::INPUT_OUTPUT,
        };
        Failure::new(
            status,
            format!("cannot read the initial weights ({error}): {}", path.display()),
        )
    })?;
    let model = from_safetensors(model, &bytes).map_err(|error| weights_failure(&error, path))?;
    let names = state_dict(&model).map_err(internal)?;
    let names: Vec<&str> = names.iter().map(|tensor| tensor.name.as_str()).collect();
    say(&format!("initial weights: {} matched ({})", names.len(), names.join(", ")));
    Ok(model)
}

fn weights_failure(error: &burnwright_model::WeightsError, path: &Path) -> Failure {
    let failure = Failure::new(status::MALFORMED_DATA, format!("{error}: {}", path.display()));
    match error {
        burnwright_model::WeightsError::Mismatch { matched, .. } => failure.with_hint(format!(
            "{} matched ({}); the [model] section must describe the network that the weights are from",
            matched.len(),
            matched.join(", ")
        )),
        _ => failure.with_hint("safetensors.torch.save_file(model.state_dict(), ...) writes such a file"),
    }
}

fn write_manifest(
    run: &RunDirectory,
    recipe_name: &str,
    recipe: &Recipe,
    selected: &Selected,
    fingerprint: JoinHandle<Result<String, DataError>>,
) -> Result<(), Failure> {
    let mut kept = recipe.clone();
    kept.data.root = kept.data.root.as_deref().map(absolute);
    let text = kept.to_toml();
    let fingerprint = fingerprint.join().map_err(|_| {
        Failure::new(status::INTERNAL, "the fingerprint of the data could not be made")
    })?;
    let manifest = Manifest {
        schema: MANIFEST_SCHEMA,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        run: run.name(),
        recipe: recipe_name.to_owned(),
        recipe_hash: burnwright_run::content_hash(text.as_bytes()),
        data_fingerprint: fingerprint?,
        seed: recipe.training.seed,
        device: selected.name.clone(),
        threads: machine::threads(),
        isa: machine::isa(),
        command: std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect(),
        started: machine::now(),
    };
    Ok(run.write_manifest(&manifest, &text)?)
}

fn sinks(run: &RunDirectory, view: View, json: bool) -> Result<Vec<Box<dyn EventSink>>, Failure> {
    let mut sinks: Vec<Box<dyn EventSink>> = vec![Box::new(run.event_log()?)];
    if view == View::Plain {
        let stream = if json { Stream::Stderr } else { Stream::Stdout };
        sinks.push(Box::new(PlainLines::new(stream)));
    }
    Ok(sinks)
}

fn renderer(view: View, interrupter: &Interrupter) -> Box<dyn MetricsRenderer> {
    match view {
        View::Dashboard => Box::new(Dashboard::open(interrupter.clone())),
        _ => Box::new(SilentRenderer),
    }
}

/// What is needed to end a run.
struct Finish<'a> {
    run: RunDirectory,
    recipe: Recipe,
    selected: Selected,
    splits: burnwright_data::mnist::Splits,
    flags: &'a TrainFlags,
    view: View,
    received: Received,
    started: Instant,
    loading: Duration,
}

impl Finish<'_> {
    fn finish(&self, outcome: Outcome<Network>) -> Result<ExitCode, Failure> {
        let interrupted = outcome.stopped == StopReason::Interrupted;
        let judging = Instant::now();
        let test = if interrupted { None } else { Some(self.judge(&outcome.model)?) };
        let evaluation = judging.elapsed().as_secs_f64();

        let tensors = state_dict(&outcome.model).map_err(internal)?;
        let digest = digest(&tensors);
        let card = self.model_card(&digest)?;
        self.run.write_model(&to_safetensors(&tensors).map_err(internal)?, &card)?;
        let summary = Summary {
            schema: SUMMARY_SCHEMA,
            run: self.run.name(),
            path: self.run.path().display().to_string(),
            device: self.selected.name.clone(),
            epochs: outcome.epochs,
            steps: outcome.steps,
            stopped: outcome.stopped,
            best_epoch: outcome.best_epoch,
            train: outcome.train,
            validation: outcome.validation,
            test,
            seconds: Seconds {
                total: self.started.elapsed().as_secs_f64(),
                loading: self.loading.as_secs_f64(),
                training: outcome.seconds,
                evaluation,
            },
            images_per_second: outcome.images_per_second,
            weights_digest: digest,
            interrupted,
        };
        if !interrupted {
            self.run.write_summary(&summary)?;
        }
        self.close_view(outcome.renderer, &summary);
        self.print(&summary)?;
        Ok(self.exit_code(interrupted))
    }

    fn model_card(&self, digest: &str) -> Result<ModelCard, Failure> {
        let section = |value: Result<serde_json::Value, serde_json::Error>| value.map_err(internal);
        let source = &self.splits.train;
        Ok(ModelCard {
            schema: MODEL_CARD_SCHEMA,
            architecture: section(serde_json::to_value(&self.recipe.model))?,
            loss: section(serde_json::to_value(&self.recipe.loss))?,
            image_shape: image_shape(source.as_ref()),
            classes: source.classes().to_vec(),
            mean: self.recipe.data.normalize.mean.clone(),
            std: self.recipe.data.normalize.std.clone(),
            bright_on_dark: BRIGHT_ON_DARK,
            dataset: self.recipe.data.dataset.clone(),
            data_root: self.recipe.data.root.as_deref().map(absolute),
            weights_digest: digest.to_owned(),
        })
    }

    fn judge(&self, model: &Network) -> Result<TestScore, Failure> {
        let config = LoaderConfig {
            batch_size: EVALUATION_BATCH,
            order: Order::Sequential,
            normalize: self.recipe.data.normalize.clone(),
            workers: 1,
        };
        let loader = Loader::of_all(Arc::clone(&self.splits.test), &config, &self.selected.device)?;
        let classes = self.splits.test.classes().len();
        let Evaluation { correct, total, accuracy, loss, .. } =
            evaluate(model, &loader, classes, loss_of(&self.recipe))?;
        if !loss.is_finite() {
            let text = format!("the loss on the test images is {loss}");
            return Err(Failure::new(status::MALFORMED_DATA, text)
                .with_hint("lower optimizer.learning_rate, or set training.clip_global_norm"));
        }
        let split = "test".to_owned();
        self.run.event_log()?.receive(&Event::Evaluated { split, correct, total, loss })?;
        Ok(TestScore { accuracy, correct, total, loss })
    }

    fn close_view(&self, renderer: Box<dyn MetricsRenderer>, summary: &Summary) {
        if self.view == View::Dashboard {
            let ending = match summary.test {
                Some(test) => format!("test {:.2}%", 100.0 * test.accuracy),
                None => format!("interrupted after {} steps", summary.steps),
            };
            if summary.interrupted {
                drop(renderer);
            } else {
                Dashboard::linger(renderer, summary.epochs, &ending, &self.received);
            }
        }
    }

    fn print(&self, summary: &Summary) -> Result<(), Failure> {
        if self.flags.json {
            return output::json(summary);
        }
        if self.view == View::Quiet {
            return Ok(());
        }
        if let Some(test) = summary.test {
            output::line(&format!(
                "Accuracy of the model on the test images: {:.2}%",
                100.0 * test.accuracy
            ))?;
        }
        if summary.interrupted {
            say(&format!("interrupted after {} steps; the model so far is kept", summary.steps));
        }
        say(&format!("{:.1} s, run {}", summary.seconds.total, summary.path));
        Ok(())
    }

    fn exit_code(&self, interrupted: bool) -> ExitCode {
        // A signal that came after the last step changes nothing; the dashboard's stop key counts as Ctrl-C.
        match (interrupted, self.received.exit_status()) {
            (false, _) => ExitCode::SUCCESS,
            (true, Some(status)) => ExitCode::from(status),
            (true, None) => ExitCode::from(status::INTERRUPTED),
        }
    }
}

fn loss_of(recipe: &Recipe) -> Loss {
    match recipe.loss {
        burnwright_training::LossConfig::CrossEntropy(_) => Loss::CrossEntropy,
        burnwright_training::LossConfig::Mse(_) => Loss::Mse,
    }
}

/// A run must find its data from any folder.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

fn internal(error: impl std::fmt::Display) -> Failure {
    Failure::new(status::INTERNAL, error.to_string())
}
