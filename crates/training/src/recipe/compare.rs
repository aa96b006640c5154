//! Which settings may change when a run is taken up again, and which did.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Recipe;

/// Settings that no bit of the finished steps depends on. With more or fewer epochs, a schedule that spans the whole run (cosine,
/// one-cycle) has other rates from then on.
const FREE: [&str; 6] = [
    "/training/epochs",
    "/training/max_steps",
    "/data/workers",
    "/data/root",
    "/checkpoint",
    "/early_stopping/patience",
];

impl Recipe {
    /// All settings as JSON.
    pub fn settings(&self) -> Value {
        let mut recipe = self.clone();
        // JSON has no path that is not UTF-8. Where the data are decides nothing, and no such recipe is kept.
        recipe.data.root = recipe.data.root.map(|root| root.to_string_lossy().into_owned().into());
        serde_json::to_value(recipe).expect("a recipe is made of text, numbers and lists")
    }

    /// All settings as they are read back from a file: JSON is read with an error in the last bit of some numbers, which must not
    /// count as a change.
    pub fn settings_as_read(&self) -> Value {
        serde_json::from_str(&self.settings().to_string()).expect("JSON reads what it has written")
    }

    /// The settings that may not change when a run is taken up again.
    pub fn fixed_settings(&self) -> Value {
        fixed(self.settings())
    }
}

fn fixed(mut settings: Value) -> Value {
    for pointer in FREE {
        let (section, key) = pointer.rsplit_once('/').expect("a pointer begins with a slash");
        if let Some(Value::Object(section)) = settings.pointer_mut(section) {
            section.remove(key);
        }
    }
    settings
}

/// The settings that may not change and did: key, what it was, what it is. Both as they were read from a file, see
/// [`Recipe::settings_as_read`].
pub fn changed_settings(before: &Value, now: &Value) -> Vec<(String, String, String)> {
    let mut changed = Vec::new();
    compare("", &fixed(before.clone()), &fixed(now.clone()), &mut changed);
    changed
}

fn compare(path: &str, before: &Value, now: &Value, changed: &mut Vec<(String, String, String)>) {
    let (Value::Object(old), Value::Object(new)) = (before, now) else {
        if before != now {
            changed.push((path.to_owned(), text(before), text(now)));
        }
        return;
    };
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for key in keys {
        let inner = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
        let of = |object: &serde_json::Map<String, Value>| object.get(key).cloned();
        // default: a setting that is left out is null.
        compare(&inner, &of(old).unwrap_or_default(), &of(new).unwrap_or_default(), changed);
    }
}

/// The settings in which not all agree: key, the value of each. As they were read from files, see [`Recipe::settings_as_read`].
pub fn differing_settings(all: &[Value]) -> Vec<(String, Vec<String>)> {
    let flat: Vec<BTreeMap<String, String>> = all.iter().map(flattened).collect();
    let keys: BTreeSet<&String> = flat.iter().flat_map(BTreeMap::keys).collect();
    let values = |key: &String| -> Vec<String> {
        let of = |settings: &BTreeMap<String, String>| settings.get(key).cloned();
        flat.iter().map(|settings| of(settings).unwrap_or_else(|| text(&Value::Null))).collect()
    };
    let rows = keys.into_iter().map(|key| (key.clone(), values(key)));
    rows.filter(|(_, values)| values.windows(2).any(|pair| pair[0] != pair[1])).collect()
}

/// Each setting by its key, such as `optimizer.kind`, with its value as JSON writes it.
pub fn flattened(settings: &Value) -> BTreeMap<String, String> {
    fn add(path: &str, value: &Value, all: &mut BTreeMap<String, String>) {
        let Value::Object(section) = value else {
            all.insert(path.to_owned(), text(value));
            return;
        };
        for (key, value) in section {
            let inner = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            add(&inner, value, all);
        }
    }
    let mut all = BTreeMap::new();
    add("", settings, &mut all);
    all
}

fn text(value: &Value) -> String {
    if value.is_null() { "nothing".to_owned() } else { value.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::Override;

    fn changed(overrides: &[&str]) -> Vec<String> {
        let overrides: Vec<Override> = overrides.iter().map(|o| o.parse().unwrap()).collect();
        let now = Recipe::parse("", "", &overrides).unwrap();
        changed_settings(&Recipe::default().settings(), &now.settings())
            .into_iter()
            .map(|(key, before, now)| format!("{key} was {before}, is {now}"))
            .collect()
    }

    #[test]
    fn what_no_finished_step_depends_on_may_change() {
        let free = [
            "training.epochs=9",
            "training.max_steps=3",
            "data.workers=0",
            "data.root=\"x\"",
            "checkpoint.keep=5",
        ];
        assert_eq!(changed(&free), [""; 0]);
    }

    #[test]
    fn numbers_that_json_reads_otherwise_are_no_change() {
        let set: Override = "data.normalize={ mean = [0.49], std = [0.2023] }".parse().unwrap();
        let recipe = Recipe::parse("", "", &[set]).unwrap();
        let read: Value = serde_json::from_str(&recipe.settings().to_string()).unwrap();
        assert_eq!(changed_settings(&read, &recipe.settings_as_read()), []);
    }

    #[test]
    fn settings_of_many_are_compared() {
        let settings = |overrides: &[&str]| {
            let overrides: Vec<Override> = overrides.iter().map(|o| o.parse().unwrap()).collect();
            Recipe::parse("", "", &overrides).unwrap().settings()
        };
        let all = [
            settings(&[]),
            settings(&["training.epochs=9"]),
            settings(&["optimizer.kind=sgd", "optimizer.learning_rate=0.001"]),
        ];
        let found = differing_settings(&all);
        let values = |key: &str| &found.iter().find(|(found, _)| found == key).unwrap().1;
        assert_eq!(values("training.epochs"), &["5", "9", "5"]);
        assert_eq!(values("optimizer.kind"), &["\"adam\"", "\"adam\"", "\"sgd\""]);
        assert_eq!(values("optimizer.momentum"), &["nothing", "nothing", "0.0"]);
        assert!(!found.iter().any(|(key, _)| key == "optimizer.learning_rate"), "{found:?}");
        assert!(differing_settings(&all[..1]).is_empty());
    }

    #[test]
    fn what_they_depend_on_is_named() {
        assert_eq!(
            changed(&[
                "optimizer.kind=adam",
                "optimizer.learning_rate=0.5",
                "data.batch_size=32",
                "training.seed=1"
            ]),
            [
                "data.batch_size was 64, is 32",
                "optimizer.learning_rate was 0.001, is 0.5",
                "training.seed was 3, is 1"
            ]
        );
        assert_eq!(
            changed(&["training.clip_global_norm=1.0"]),
            ["training.clip_global_norm was nothing, is 1.0"]
        );
    }
}
