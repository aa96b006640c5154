//! Which settings differ, and which of those may.
//!
//! Settings are compared as JSON, as they are kept with a run.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::declared::joined;
use crate::{Declared, Effect, Setting, Settings};

/// Settings as they are read back from a file: JSON is read with an error in the last bit of some numbers, which must not count as a
/// change.
pub fn as_read(settings: &Value) -> Value {
    serde_json::from_str(&settings.to_string()).expect("JSON reads what it has written")
}

/// Settings of an older version by the keys that they have now.
pub fn by_present_keys<S: Settings>(settings: &Value) -> Value {
    renamed(&S::DECLARED, settings, &|setting| setting.key)
}

/// Settings by the keys that they had first: a hash over these never changes.
pub fn by_first_keys<S: Settings>(settings: &Value) -> Value {
    // default: a setting that had no other key has its first.
    renamed(&S::DECLARED, settings, &|setting| setting.formerly.unwrap_or(setting.key))
}

fn renamed(
    declared: &Declared,
    settings: &Value,
    key_of: &impl Fn(&Setting) -> &'static str,
) -> Value {
    let Value::Object(section) = settings else { return settings.clone() };
    let entry = |(key, value): (&String, &Value)| match declared.setting(key) {
        None => (key.clone(), value.clone()),
        Some(setting) => {
            let inner = setting.section.map(|inner| renamed(inner, value, key_of));
            (key_of(setting).to_owned(), inner.unwrap_or_else(|| value.clone()))
        }
    };
    Value::Object(section.iter().map(entry).collect())
}

/// The settings that may not change when a run is resumed.
pub fn fixed<S: Settings>(mut settings: Value) -> Value {
    keep_fixed::<S>("", &mut settings);
    settings
}

fn keep_fixed<S: Settings>(path: &str, settings: &mut Value) {
    let Value::Object(section) = settings else { return };
    section.retain(|key, value| {
        let inner = joined(path, key);
        let is_fixed = S::DECLARED.effect_of(&inner) == Effect::AllSteps;
        if is_fixed {
            keep_fixed::<S>(&inner, value);
        }
        is_fixed
    });
}

/// The settings that may not change and did: key, what it was, what it is. Both [`as_read`].
pub fn changed_settings<S: Settings>(before: &Value, now: &Value) -> Vec<(String, String, String)> {
    let mut changed = Vec::new();
    let of = |settings| fixed::<S>(by_present_keys::<S>(settings));
    compare("", &of(before), &of(now), &mut changed);
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
        let of = |object: &serde_json::Map<String, Value>| object.get(key).cloned();
        // default: a setting that is left out is null.
        let (before, now) = (of(old).unwrap_or_default(), of(new).unwrap_or_default());
        compare(&joined(path, key), &before, &now, changed);
    }
}

/// The settings in which not all agree: key, the value of each. All [`as_read`].
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
            add(&joined(path, key), value, all);
        }
    }
    let mut all = BTreeMap::new();
    add("", settings, &mut all);
    all
}

/// What each setting, [`flattened`], would be where nothing is said of it, with the same kinds and the same optional sections. What
/// decides these ([`Declared::choices`](crate::Declared::choices)) is as where nothing at all is said.
pub fn defaults<S: Settings>(settings: &S) -> BTreeMap<String, String> {
    let of = |settings: &S| {
        let json = serde_json::to_value(settings).expect("defaults are text, numbers and lists");
        flattened(&as_read(&json))
    };
    let (mut defaults, nothing_said) = (of(&settings.with_defaults()), of(&S::default()));
    for key in S::DECLARED.choices() {
        match nothing_said.get(&key) {
            Some(choice) => defaults.insert(key, choice.clone()),
            None => defaults.remove(&key),
        };
    }
    defaults
}

fn text(value: &Value) -> String {
    if value.is_null() { "nothing".to_owned() } else { value.to_string() }
}
