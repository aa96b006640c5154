//! What each command prints with `--json` is what `burnwright schema` says.
#![allow(clippy::unwrap_used, reason = "a test may end so")]

mod support;

use std::collections::BTreeSet;

use serde_json::Value;
use support::Workplace;

/// Commands against their schemas, and which schemas were held.
struct Holder {
    workplace: Workplace,
    schema: Value,
    held: BTreeSet<String>,
}

impl Holder {
    /// Runs a command with `--json`.
    fn hold(&mut self, name: &str, arguments: &[&str]) {
        let run = self.workplace.run(&[arguments, &["--json"]].concat());
        self.check(name, &run.json());
    }

    /// Trains on the tiny MNIST.
    fn train(&mut self, name: &str, more: &[&str]) {
        let quiet = ["--view", "quiet", "--json"];
        let run = self
            .workplace
            .train(&[&quiet[usize::from(more.contains(&"--detach")) * 2..], more].concat());
        self.check(name, &run.json());
    }

    fn check(&mut self, name: &str, printed: &Value) {
        let schema = &self.schema["$defs"][name];
        assert!(schema.is_object(), "no schema of {name}");
        let found = fault(&self.schema, schema, printed);
        assert_eq!(found, None, "{name}: {printed}");
        // Nothing that was printed may be left out, or there is a schema that all fits.
        if let Value::Object(printed) = printed {
            for key in printed.keys() {
                let mut cut = printed.clone();
                cut.remove(key);
                let is_optional = name == "predict-line";
                assert!(
                    is_optional || fault(&self.schema, schema, &Value::Object(cut)).is_some(),
                    "{name} without {key}"
                );
            }
        }
        self.held.insert(name.to_owned());
    }
}

/// The first place where a value is not as a schema says. Knows the keywords that the schemas use, and no other: a crate that knows
/// all of them would switch on a feature of a crate below Burn, and all of Burn would be compiled once more for one test.
fn fault(root: &Value, schema: &Value, value: &Value) -> Option<String> {
    let fits = |one: &Value| fault(root, one, value).is_none();
    let number = value.as_f64();
    let length = value.as_str().map(|text| text.chars().count()).or(value.as_array().map(Vec::len));
    for (keyword, said) in schema.as_object().expect("a schema is an object") {
        let count = || usize::try_from(said.as_u64().unwrap()).unwrap();
        let is_right = match &**keyword {
            "description" | "title" | "default" => true,
            "$ref" => fits(
                root.pointer(said.as_str().unwrap().trim_start_matches('#')).expect("a reference"),
            ),
            "anyOf" => said.as_array().unwrap().iter().any(fits),
            "oneOf" => said.as_array().unwrap().iter().filter(|one| fits(one)).count() == 1,
            "const" => value == said,
            "enum" => said.as_array().unwrap().contains(value),
            "type" => said.as_array().map_or_else(
                || is_of(value, said),
                |types| types.iter().any(|one| is_of(value, one)),
            ),
            "minimum" => number.is_none_or(|number| number >= said.as_f64().unwrap()),
            "maximum" => number.is_none_or(|number| number <= said.as_f64().unwrap()),
            "minLength" | "minItems" => length.is_none_or(|length| length >= count()),
            "maxLength" | "maxItems" => length.is_none_or(|length| length <= count()),
            "required" => value.as_object().is_none_or(|object| {
                said.as_array()
                    .unwrap()
                    .iter()
                    .all(|key| object.contains_key(key.as_str().unwrap()))
            }),
            "additionalProperties" => value.as_object().is_none_or(|object| {
                let mut others =
                    object.iter().filter(|(key, _)| schema["properties"].get(key).is_none());
                match said {
                    Value::Bool(allowed) => *allowed || others.next().is_none(),
                    part => others.all(|(_, value)| fault(root, part, value).is_none()),
                }
            }),
            "properties" => {
                let parts = said.as_object().unwrap().iter();
                let mut inner = parts.filter_map(|(key, part)| {
                    fault(root, part, value.get(key)?).map(|why| format!("{key}: {why}"))
                });
                if let Some(why) = inner.next() {
                    return Some(why);
                }
                true
            }
            "items" => value
                .as_array()
                .is_none_or(|items| items.iter().all(|item| fault(root, said, item).is_none())),
            "prefixItems" => value.as_array().is_none_or(|items| {
                items
                    .iter()
                    .zip(said.as_array().unwrap())
                    .all(|(item, part)| fault(root, part, item).is_none())
            }),
            other => panic!("no check of {other}"),
        };
        if !is_right {
            return Some(format!("{keyword} {said}: {value}"));
        }
    }
    None
}

fn is_of(value: &Value, name: &Value) -> bool {
    match name.as_str().unwrap() {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("no type {other}"),
    }
}

/// A table with a column that gives the target away, and pictures of which two are copies and one cannot be read.
fn write_data(workplace: &Workplace) {
    let rows: Vec<String> = (0..200).map(|row| format!("{},{}", row % 2, row % 2 * 9)).collect();
    std::fs::write(workplace.path("rows.csv"), format!("y,x\n{}\n", rows.join("\n"))).unwrap();
    for name in ["photos/train/a", "photos/train/b", "photos/test/a"] {
        std::fs::create_dir_all(workplace.path(name)).unwrap();
        workplace.write_digit(&format!("{name}/0.png"), name.len(), |value| value);
    }
    std::fs::write(workplace.path("photos/train/a/bad.png"), "no picture").unwrap();
    std::fs::write(workplace.path("photos/note.txt"), "words").unwrap();
}

#[test]
fn every_command_prints_what_its_schema_says() {
    let workplace = Workplace::new();
    workplace.write_digit("digit.png", 0, |value| value);
    std::fs::write(workplace.path("bad.png"), "no picture").unwrap();
    let schema: Value = serde_json::from_str(&workplace.run(&["schema"]).stdout()).unwrap();
    let mut holder = Holder { workplace, schema, held: BTreeSet::new() };
    holder.train(
        "train",
        &["--name", "a", "--set", "data.validation=0.25", "--set", "early_stopping.patience=1"],
    );
    holder.train("train", &["--name", "b", "--set", "training.max_steps=3"]);
    holder.hold("resume", &["resume", "b"]);
    holder.train("train-seeds", &["--seeds", "2", "--name", "s"]);
    holder.train("train-seeds", &["--seeds", "2", "--name", "t", "--set", "training.seed=7"]);
    holder.train("train-detach", &["--detach", "--name", "d"]);
    holder.hold("evaluate", &["evaluate", "a"]);
    holder.hold("evaluate", &["evaluate", "a", "--split", "validation"]);
    holder.hold("compare", &["compare", "s", "t"]);
    holder.hold("compare", &["compare", "a", "b"]);
    holder.hold("report", &["report", "a"]);
    holder.hold("predict", &["predict", "a", "digit.png", "bad.png"]);
    holder.hold("diverge", &["diverge", "a", "b"]);
    holder.hold("diverge", &["diverge", "b", "b"]);
    holder.hold("data-fingerprint", &["data", "fingerprint", "./data"]);
    holder.hold("data-inspect-images", &["data", "inspect", "./data"]);
    write_data(&holder.workplace);
    holder.hold("data-inspect", &["data", "inspect", "photos"]);
    holder.hold("data-inspect-table", &["data", "inspect", "rows.csv", "--target", "y"]);
    holder.hold("data-inspect-table", &["data", "inspect", "rows.csv"]);
    holder.hold("runs", &["runs"]);
    holder.hold("runs-verify", &["runs", "verify"]);
    holder.hold("recipes", &["recipes"]);
    holder.hold("devices", &["devices"]);
    let lines = holder
        .workplace
        .run(&["predict", "a", "digit.png", "bad.png", "--format", "jsonl"])
        .stdout();
    for line in lines.lines() {
        holder.check("predict-line", &serde_json::from_str(line).unwrap());
    }
    let all: BTreeSet<String> =
        holder.schema["$defs"].as_object().unwrap().keys().cloned().collect();
    // The command line has no data yet of which labels or numbers could be learned.
    let of_other_tasks = ["evaluate-multi-label", "evaluate-regression"];
    let is_part = |name: &str| {
        name.starts_with(|first: char| first.is_ascii_uppercase()) || of_other_tasks.contains(&name)
    };
    let left: Vec<&String> =
        all.iter().filter(|name| !holder.held.contains(*name) && !is_part(name)).collect();
    assert!(left.is_empty(), "schemas that nothing was held to: {left:?}");
}
