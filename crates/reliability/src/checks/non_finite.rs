//! Numbers that are none: the run stops and says where, and no checkpoint ever holds them.

use std::path::Path;

use burn::module::Module;
use burn::store::ModuleRecord;
use burn::tensor::Bytes;
use burnwright_model::{Architecture, state_dict, to_safetensors};
use burnwright_run::{Checkpoint, RunDirectory};
use burnwright_session::{Request, Session, SessionError};
use burnwright_training::{Recipe, TrainingError};

use super::Size;
use crate::found::Found;
use crate::ground::{Ground, Model, Trouble, begin, finish, surroundings};

/// What breaks the numbers of a run.
const CAUSES: [(&str, &[&str]); 5] = [
    ("learning rate 1e30, SGD", &["optimizer.kind=sgd", "optimizer.learning_rate=1e30"]),
    ("learning rate 1e30, Adam", &["optimizer.learning_rate=1e30"]),
    (
        "learning rate 1e38, momentum",
        &["optimizer.kind=sgd", "optimizer.momentum=0.9", "optimizer.learning_rate=1e38"],
    ),
    ("infinite pixels", &["data.normalize.mean=[0.5]", "data.normalize.std=[1e-40]"]),
    ("pixels that overflow", &["data.normalize.mean=[-3e38]", "data.normalize.std=[1e-3]"]),
];

pub(crate) fn run(ground: &Ground, _size: Size) -> Result<Found, Trouble> {
    let artifacts = ground.artifacts("non-finite")?;
    let mut found = Found::default();
    for model in [Model::Mlp, Model::Cnn] {
        for (number, (cause, settings)) in CAUSES.into_iter().enumerate() {
            let settings = [settings, &["checkpoint.every_steps=1"][..]].concat();
            let recipe = ground.recipe(model, &settings)?;
            let name = format!("{}-{number}", model.name());
            let ended = begin(&artifacts, &name, &recipe, "flex").and_then(finish);
            let what = format!("{}, {cause}", model.name());
            found.case(judge(&what, ended.err(), &recipe, &artifacts.join(&name)));
        }
        found.case(broken_weights(ground, &artifacts, model)?);
    }
    Ok(found)
}

/// Training that begins from a weight that is no number.
fn broken_weights(
    ground: &Ground,
    artifacts: &Path,
    model: Model,
) -> Result<Result<(), String>, Trouble> {
    let recipe = ground.recipe(model, &["checkpoint.every_steps=1"])?;
    let network = recipe.model.init([1, 28, 28], 10, 1, &surroundings("flex").device);
    let mut tensors = state_dict(&network)?;
    let weight =
        tensors.iter_mut().find(|tensor| tensor.name == "fc1.bias").ok_or("no fc1.bias")?;
    weight.bytes[..4].copy_from_slice(&f32::NAN.to_le_bytes());
    let bytes = to_safetensors(&tensors)?;
    let name = format!("{}-weights", model.name());
    let request = Request {
        name: Some(&name),
        initial_weights: Some(&bytes),
        ..Request::new(artifacts, "tiny", &recipe)
    };
    let ended = Session::begin(request, &surroundings("flex")).and_then(finish);
    let what = format!("{}, a weight that is no number", model.name());
    Ok(judge(&what, ended.err(), &recipe, &artifacts.join(name)))
}

fn judge(
    what: &str,
    error: Option<SessionError>,
    recipe: &Recipe,
    run: &Path,
) -> Result<(), String> {
    match error {
        Some(SessionError::Training(TrainingError::NonFinite { step, samples, .. }))
            if step > 0 && samples.len() == 8 => {}
        Some(SessionError::Training(
            TrainingError::NonFiniteWeights { .. } | TrainingError::NonFiniteValidation { .. },
        )) => {}
        Some(other) => return Err(format!("{what}: unexpected error: {other}")),
        None => return Err(format!("{what}: was trained to its end")),
    }
    let directory = RunDirectory::open(run).map_err(|error| format!("{what}: {error}"))?;
    if directory.summary().is_ok_and(|summary| summary.is_some()) {
        return Err(format!("{what}: counts as finished"));
    }
    let checkpoints = directory.checkpoints();
    for step in checkpoints.steps().map_err(|error| error.to_string())? {
        let path = checkpoints.folder().join(format!("step-{step}.ckpt"));
        let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
        let checkpoint = Checkpoint::decode(bytes).map_err(|fault| fault.to_string())?;
        let record = checkpoint
            .part("model")
            .ok_or_else(|| format!("{what}: step {step}: the checkpoint has no model"))?;
        finite(record, recipe).map_err(|why| format!("{what}: step {step}: {why}"))?;
    }
    Ok(())
}

/// The weights of a model's record are all numbers.
fn finite(record: &[u8], recipe: &Recipe) -> Result<(), String> {
    let network = recipe.model.init([1, 28, 28], 10, 1, &surroundings("flex").device);
    let record = ModuleRecord::from_bytes(Bytes::from_bytes_vec(record.to_vec()));
    let loaded = record.and_then(|record| network.try_load_record(record));
    let model = loaded.map_err(|error| error.to_string())?;
    for tensor in state_dict(&model).map_err(|error| error.to_string())? {
        let values = tensor.bytes.chunks_exact(4);
        let broken = values.filter(|value| {
            !f32::from_le_bytes([value[0], value[1], value[2], value[3]]).is_finite()
        });
        let count = broken.count();
        if count > 0 {
            return Err(format!("{count} values of {} are no numbers", tensor.name));
        }
    }
    Ok(())
}
