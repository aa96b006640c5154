//! `burnwright schema`: what the JSON of each command looks like, from the types that are printed.

use std::process::ExitCode;

use burnwright_metrics::{ClassificationEvaluation, MultiLabelEvaluation, RegressionEvaluation};
use burnwright_run::Summary;
use burnwright_session::{Comparison, InspectedImages, InspectedPictures, InspectedTable};
use schemars::generate::{SchemaGenerator, SchemaSettings};
use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema};
use serde_json::{Map, Value, json};

use super::{data, devices, diverge, evaluate, predict, recipes, report, runs, train};
use crate::failure::{Failure, status};
use crate::output;

/// Numbers between 0 and 1, wherever they are printed.
const SHARES: [&str; 13] = [
    "accuracy",
    "confidence",
    "corrected",
    "error",
    "f1",
    "high",
    "low",
    "mean",
    "p",
    "precision",
    "probability",
    "recall",
    "roc_auc",
];
/// Numbers that are at least 0.
const NOT_NEGATIVE: [&str; 7] =
    ["deviation", "evaluation", "loading", "seconds", "total", "training", "training_seconds"];
/// Numbers that are null where they are not finite.
const MAY_BE_NULL: [&str; 2] = ["images_per_second", "loss"];
/// Hashes, as 64 hexadecimal digits.
const HASHES: [&str; 3] = ["fingerprint", "look", "weights_digest"];

/// One document; its `$defs` hold a schema for each command.
pub(crate) fn run() -> Result<ExitCode, Failure> {
    let text = serde_json::to_string_pretty(&document())
        .map_err(|error| Failure::new(status::INTERNAL, format!("cannot write JSON: {error}")))?;
    output::bytes(format!("{text}\n").as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn document() -> Value {
    let mut generator = SchemaSettings::draft2020_12()
        .for_serialize()
        .with(|settings| settings.meta_schema = None)
        .with_transform(Details)
        .into_generator();
    let mut commands = Map::new();
    let mut add = |name: &str, schema: fn(&mut SchemaGenerator) -> Schema| {
        commands.insert(name.to_owned(), schema(&mut generator).to_value());
    };
    add("train", of::<Summary>);
    add("resume", of::<Summary>);
    add("train-seeds", of::<train::seeds::SeedSet>);
    add("train-detach", of::<train::detach::Begun>);
    add("evaluate", of::<evaluate::Output<ClassificationEvaluation>>);
    add("evaluate-multi-label", of::<evaluate::Output<MultiLabelEvaluation>>);
    add("evaluate-regression", of::<evaluate::Output<RegressionEvaluation>>);
    add("compare", of::<Comparison>);
    add("report", of::<report::Output>);
    add("predict", of::<predict::report::Output>);
    add("predict-line", of::<predict::report::Line>);
    add("diverge", of::<diverge::Output>);
    add("data-fingerprint", of::<data::fingerprint::Output>);
    add("data-inspect", of::<data::inspect::Output<InspectedPictures>>);
    add("data-inspect-table", of::<data::inspect::Output<InspectedTable>>);
    add("data-inspect-images", of::<data::inspect::Output<InspectedImages>>);
    add("runs", of::<runs::Output>);
    add("runs-verify", of::<runs::Verified>);
    add("recipes", of::<recipes::Output>);
    add("devices", of::<devices::Output>);
    let mut definitions = generator.take_definitions(true);
    definitions.extend(commands);
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What burnwright prints with --json",
        "description": "$defs holds a schema for each command, and their parts, whose names are capitalised.",
        "$defs": definitions,
    })
}

/// The schema of a command's object itself; the types in it are definitions.
fn of<T: JsonSchema>(generator: &mut SchemaGenerator) -> Schema {
    let mut schema = T::json_schema(generator);
    Details.transform(&mut schema);
    schema
}

/// What a type does not say: that nothing else is printed, and what a number or text of a name may be.
#[derive(Clone)]
struct Details;

impl Transform for Details {
    fn transform(&mut self, schema: &mut Schema) {
        transform_subschemas(self, schema);
        schema.remove("format");
        let Some(properties) = schema.get_mut("properties").and_then(Value::as_object_mut) else {
            return;
        };
        // Of the range of a column, whose mean is any number.
        let is_range = properties.contains_key("least");
        for (name, property) in properties.iter_mut() {
            if let Some(property) = property.as_object_mut()
                && !(is_range && name == "mean")
            {
                add_bounds(name, property);
            }
        }
        if schema.get("additionalProperties").is_none() {
            schema.insert("additionalProperties".to_owned(), Value::Bool(false));
        }
    }
}

fn add_bounds(name: &str, property: &mut Map<String, Value>) {
    let is_of = |wanted: &str| match property.get("type") {
        Some(Value::String(name)) => name == wanted,
        Some(Value::Array(names)) => names.iter().any(|name| name == wanted),
        _ => false,
    };
    let (is_number, is_text) = (is_of("number"), is_of("string"));
    let mut insert = |key: &str, value: Value| property.insert(key.to_owned(), value);
    if is_number && SHARES.contains(&name) {
        insert("minimum", json!(0));
        insert("maximum", json!(1));
    }
    if is_number && NOT_NEGATIVE.contains(&name) {
        insert("minimum", json!(0));
    }
    if is_number && MAY_BE_NULL.contains(&name) {
        insert("type", json!(["number", "null"]));
    }
    if is_text && name == "split" {
        insert("enum", json!(["train", "validation", "test"]));
    }
    if is_text && HASHES.contains(&name) {
        insert("minLength", json!(64));
        insert("maxLength", json!(64));
    }
}
