//! TOML text and command-line overrides become a [`Recipe`], or an error that names key and place.

use serde::de::DeserializeOwned;
use toml::{Table, Value};

use super::error::{RecipeError, nearest};
use super::place::{DEEPEST, Unreadable, line_at, place_of, table_of};
use super::{Place, Recipe};
use burnwright_task::TaskConfig;

/// One `--set section.key=value`.
#[derive(Clone, Debug, PartialEq)]
pub struct Override {
    section: String,
    key: String,
    value: Value,
    typed: String,
}

impl std::str::FromStr for Override {
    type Err = RecipeError;

    /// `section.key=value`; the value is TOML, or else a string as it stands.
    fn from_str(typed: &str) -> Result<Self, RecipeError> {
        let wrong = || RecipeError::Override(typed.to_owned());
        let (path, value) = typed.split_once('=').ok_or_else(wrong)?;
        let (section, key) = path.trim().split_once('.').ok_or_else(wrong)?;
        if section.is_empty() || key.is_empty() {
            return Err(wrong());
        }
        let value = value.trim();
        let parsed = match table_of(&format!("value = {value}")) {
            Ok(table) => Some(table),
            Err(Unreadable::Syntax(_)) => None,
            Err(Unreadable::TooDeep(_)) => return Err(too_deep(typed)),
        };
        let only = parsed.filter(|table| table.len() == 1).and_then(|mut t| t.remove("value"));
        Ok(Self {
            section: section.to_owned(),
            key: key.to_owned(),
            value: only.unwrap_or_else(|| Value::String(value.to_owned())),
            typed: typed.to_owned(),
        })
    }
}

/// The error for an override that nests too deep, which is quoted by its beginning.
fn too_deep(typed: &str) -> RecipeError {
    const QUOTED: usize = 60;
    let beginning: String = typed.chars().take(QUOTED).collect();
    let flag = if beginning.len() < typed.len() { format!("{beginning}...") } else { beginning };
    RecipeError::TooDeep { most: DEEPEST, place: Place::Flag(flag) }
}

impl Override {
    /// An override from its parts.
    pub fn new(section: &str, key: &str, value: impl Into<Value>) -> Self {
        let value = value.into();
        let typed = format!("{section}.{key}={value}");
        Self { section: section.to_owned(), key: key.to_owned(), value, typed }
    }

    fn path(&self) -> String {
        format!("{}.{}", self.section, self.key)
    }
}

const SECTIONS: [&str; 9] = [
    "task",
    "model",
    "data",
    "loss",
    "optimizer",
    "schedule",
    "training",
    "checkpoint",
    "early_stopping",
];

pub(super) fn parse(name: &str, text: &str, overrides: &[Override]) -> Result<Recipe, RecipeError> {
    let mut document = Document { name, text, overrides, table: read(name, text)? };
    for change in overrides {
        document.apply(change)?;
    }
    document.check_sections()?;
    let task: TaskConfig = document.section_or_default("task")?;
    // default: a loss that is left out is the task's own.
    let loss = document.section("loss")?.unwrap_or_else(|| task.default_loss());
    let recipe = Recipe {
        task,
        loss,
        model: document.section_or_default("model")?,
        data: document.section_or_default("data")?,
        optimizer: document.section_or_default("optimizer")?,
        schedule: document.section_or_default("schedule")?,
        training: document.section_or_default("training")?,
        checkpoint: document.section_or_default("checkpoint")?,
        early_stopping: document.section("early_stopping")?,
    };
    match recipe.fault() {
        None => Ok(recipe),
        Some((key, fault)) => {
            let place = document.place(&key);
            Err(RecipeError::Value { key, fault, place, nearest: None })
        }
    }
}

fn read(name: &str, text: &str) -> Result<Table, RecipeError> {
    let place = |offset| Place::Line { recipe: name.to_owned(), line: line_at(text, offset) };
    table_of(text).map_err(|unreadable| match unreadable {
        Unreadable::Syntax(error) => {
            let place = place(error.span().map_or(0, |span| span.start));
            let message = error.message().lines().collect::<Vec<_>>().join("; ");
            RecipeError::Syntax { message, place }
        }
        Unreadable::TooDeep(offset) => {
            let place = offset.map_or_else(|| Place::Recipe(name.to_owned()), place);
            RecipeError::TooDeep { most: DEEPEST, place }
        }
    })
}

struct Document<'a> {
    name: &'a str,
    text: &'a str,
    overrides: &'a [Override],
    table: Table,
}

impl Document<'_> {
    fn apply(&mut self, change: &Override) -> Result<(), RecipeError> {
        // One is the section.
        if change.key.split('.').nth(DEEPEST - 1).is_some() {
            return Err(too_deep(&change.typed));
        }
        let section =
            self.table.entry(change.section.clone()).or_insert_with(|| Value::Table(Table::new()));
        let mut table = section.as_table_mut();
        let mut parts = change.key.split('.').peekable();
        while let (Some(part), Some(inner)) = (parts.next(), table.take()) {
            if parts.peek().is_none() {
                inner.insert(part.to_owned(), change.value.clone());
                return Ok(());
            }
            table = inner
                .entry(part.to_owned())
                .or_insert_with(|| Value::Table(Table::new()))
                .as_table_mut();
        }
        Err(RecipeError::Override(change.typed.clone()))
    }

    fn check_sections(&self) -> Result<(), RecipeError> {
        for (key, value) in &self.table {
            if !SECTIONS.contains(&key.as_str()) {
                return Err(RecipeError::UnknownKey {
                    key: key.clone(),
                    place: self.place(key),
                    nearest: nearest(key, SECTIONS.into_iter()),
                    known: SECTIONS.map(ToOwned::to_owned).to_vec(),
                });
            }
            if !value.is_table() {
                let fault = format!("is a {}, expected a section", value.type_str());
                let place = self.place(key);
                return Err(RecipeError::Value { key: key.clone(), fault, place, nearest: None });
            }
        }
        Ok(())
    }

    fn section_or_default<T>(&mut self, name: &str) -> Result<T, RecipeError>
    where
        T: DeserializeOwned + Default,
    {
        // default: a section that is left out is the course's.
        Ok(self.section(name)?.unwrap_or_default())
    }

    fn section<T: DeserializeOwned>(&mut self, name: &str) -> Result<Option<T>, RecipeError> {
        let Some(Value::Table(mut table)) = self.table.remove(name) else { return Ok(None) };
        let kind_was_set = self.overrides.iter().any(|o| o.section == name && o.key == "kind");
        let kind_is_replaced = kind_was_set && self.has_own_kind::<T>(name)?;
        loop {
            let message = match attempt::<T>(&table) {
                Ok(section) => return Ok(Some(section)),
                Err(message) => message,
            };
            let key = culprit::<T>(&table, &message);
            let path = key.as_ref().map_or_else(|| name.to_owned(), |key| format!("{name}.{key}"));
            // A kind given by --set brings its own keys; those that the recipe gave for the old kind go.
            if kind_is_replaced
                && self.flag(&path).is_none()
                && let Some(key) = key
            {
                table.remove(&key);
                continue;
            }
            return Err(self.fault(&path, &message));
        }
    }

    /// Whether the recipe gives the section a kind, which --set replaces. The section must be right as it stands, or its mistakes would
    /// go with the keys of the old kind.
    fn has_own_kind<T: DeserializeOwned>(&self, name: &str) -> Result<bool, RecipeError> {
        let original = read(self.name, self.text)?.remove(name);
        let Some(Value::Table(table)) = original else { return Ok(false) };
        if !table.contains_key("kind") {
            return Ok(false);
        }
        attempt::<T>(&table).map(|_| true).map_err(|message| {
            let key = culprit::<T>(&table, &message);
            let path = key.map_or_else(|| name.to_owned(), |key| format!("{name}.{key}"));
            self.fault(&path, &message)
        })
    }

    /// The error for a key, from what serde says of it.
    fn fault(&self, path: &str, message: &str) -> RecipeError {
        let mut quoted = message.split('`').skip(1).step_by(2).map(ToOwned::to_owned);
        let key = path.to_owned();
        if message.starts_with("unknown field") {
            let wrong = quoted.next().expect("serde quotes the field that it does not know");
            let known: Vec<String> = quoted.collect();
            let nearest = nearest(&wrong, known.iter().map(String::as_str));
            let key = if key.ends_with(&wrong) { key } else { format!("{key}.{wrong}") };
            let place = self.place(&key);
            return RecipeError::UnknownKey { key, place, nearest, known };
        }
        let place = self.place(path);
        if message.starts_with("unknown variant") {
            let wrong = quoted.next().expect("serde quotes the variant that it does not know");
            let known: Vec<String> = quoted.collect();
            let nearest = nearest(&wrong, known.iter().map(String::as_str));
            let fault = format!("is \"{wrong}\", expected {}", known.join(", "));
            return RecipeError::Value { key, fault, place, nearest };
        }
        let message = message.lines().collect::<Vec<_>>().join("; ");
        RecipeError::Value {
            key,
            fault: format!("cannot be read ({message})"),
            place,
            nearest: None,
        }
    }

    fn place(&self, key: &str) -> Place {
        place_of(self.name, self.text, self.flag(key), key)
    }

    /// The flag that set a key, something in it, or what it is in.
    fn flag(&self, key: &str) -> Option<&str> {
        let within = |inner: &str, outer: &str| {
            inner.strip_prefix(outer).is_some_and(|rest| rest.starts_with('.'))
        };
        let is_this = |o: &&Override| {
            let path = o.path();
            path == key || within(&path, key) || within(key, &path) || o.section == key
        };
        self.overrides.iter().rev().find(is_this).map(|o| o.typed.as_str())
    }
}

fn attempt<T: DeserializeOwned>(table: &Table) -> Result<T, String> {
    Value::Table(table.clone()).try_into().map_err(|error| error.message().to_owned())
}

/// The key at which serde stopped with this message; none where it missed one. Serde keeps no place inside tagged enums, so it is
/// found by trial: keys are read in the table's order, after `kind`, so that the shortest beginning of the table that fails in the
/// same way ends with the culprit. With n keys these are log n trials.
fn culprit<T: DeserializeOwned>(table: &Table, message: &str) -> Option<String> {
    if message.starts_with("missing field") {
        return None;
    }
    let (kind, others): (Vec<_>, Vec<_>) = table.iter().partition(|(key, _)| *key == "kind");
    let fails = |count: usize| {
        let part = kind.iter().chain(&others[..count]);
        let part = part.map(|(key, value)| ((*key).clone(), (*value).clone())).collect();
        attempt::<T>(&part).is_err_and(|other| other == message)
    };
    if fails(0) {
        return kind.first().map(|(key, _)| (*key).clone());
    }
    // The first `low` keys are fine, the first `high` fail.
    let (mut low, mut high) = (0, others.len());
    while high - low > 1 {
        let middle = low.midpoint(high);
        if fails(middle) {
            high = middle;
        } else {
            low = middle;
        }
    }
    others.get(low).map(|(key, _)| (*key).clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn error(text: &str, overrides: &[&str]) -> String {
        let overrides: Vec<Override> = overrides.iter().map(|o| o.parse().unwrap()).collect();
        let error = Recipe::parse("my.toml", text, &overrides).unwrap_err();
        match error.hint() {
            Some(hint) => format!("{error}\nhint: {hint}"),
            None => error.to_string(),
        }
    }

    #[test]
    fn an_empty_recipe_is_the_course() {
        assert_eq!(Recipe::parse("", "", &[]).unwrap(), Recipe::default());
    }

    #[test]
    fn unknown_names_suggest_the_nearest_and_say_where() {
        assert_eq!(
            error("[model]\nkind = \"mlp\"\nhiden = [3]\n", &[]),
            "unknown key \"model.hiden\": my.toml:3\nhint: did you mean \"hidden\"?"
        );
        assert_eq!(
            error("[modle]\n", &[]),
            "unknown key \"modle\": my.toml:1\nhint: did you mean \"model\"?"
        );
        assert_eq!(
            error("[model]\nkind = \"mlp\"\nactivation = \"rleu\"\n", &[]),
            "model.activation is \"rleu\", expected relu, sigmoid, tanh, gelu, leaky-relu, silu: \
             my.toml:3\nhint: did you mean \"relu\"?"
        );
        assert_eq!(
            error("", &["optimizer.kind=adm"]),
            "optimizer.kind is \"adm\", expected sgd, adam, adamw, rmsprop, adagrad: \
             --set optimizer.kind=adm\nhint: did you mean \"adam\"?"
        );
        assert_eq!(
            error("", &["training.epoch=3"]),
            "unknown key \"training.epoch\": --set training.epoch=3\nhint: did you mean \"epochs\"?"
        );
    }

    #[test]
    fn values_that_cannot_be_say_what_was_expected() {
        assert_eq!(
            error("[data]\nbatch_size = 0\n", &[]),
            "data.batch_size is 0, expected 1 to 65536: my.toml:2"
        );
        assert_eq!(
            error("\n[optimizer]\nkind = \"adam\"\nlearning_rate = nan\n", &[]),
            "optimizer.learning_rate is NaN, expected a number above 0: my.toml:4"
        );
        assert_eq!(
            error("", &["model.kind=mlp", "model.hidden=[128,0]"]),
            "model.hidden [1] is 0, expected 1 to 65536: --set model.hidden=[128,0]"
        );
        assert_eq!(
            error("", &["training.epochs=0"]),
            "training.epochs is 0, expected 1 to 1000000: --set training.epochs=0"
        );
        assert_eq!(
            error("", &["data.validation=1.5"]),
            "data.validation is 1.5, expected 0 up to but not 1: --set data.validation=1.5"
        );
        assert_eq!(
            error("[training]\nepochs = \"five\"\n", &[]),
            "training.epochs cannot be read (invalid type: string \"five\", expected usize): my.toml:2"
        );
        assert_eq!(
            error("[early_stopping]\npatience = 2\n", &[]),
            "early_stopping.monitor needs held-out samples, but data.validation is 0: my.toml:1"
        );
    }

    #[test]
    fn broken_toml_names_the_line() {
        let text = error("[model]\nkind = \n", &[]);
        assert!(text.ends_with("my.toml:2"), "{text}");
    }

    #[test]
    fn a_kind_that_is_set_drops_the_keys_of_the_old_one() {
        let text = crate::recipe::builtin("course").unwrap().text;
        let set = |typed: &str| typed.parse::<Override>().unwrap();
        let recipe = Recipe::parse("course", text, &[set("model.kind=cnn")]).unwrap();
        assert_eq!(
            recipe.model,
            burnwright_model::ModelConfig::Cnn(burnwright_model::CnnConfig::default())
        );
        // A key that was itself set is never dropped.
        let wrong = [set("model.kind=cnn"), set("model.activation=relu")];
        let error = Recipe::parse("course", text, &wrong).unwrap_err();
        assert!(error.to_string().starts_with("unknown key \"model.activation\""), "{error}");
    }

    #[test]
    fn mistakes_are_not_dropped_with_the_old_kind() {
        let text = "[optimizer]\nkind = \"adam\"\nlearnin_rate = 3\n";
        assert_eq!(
            error(text, &["optimizer.kind=sgd"]),
            "unknown key \"optimizer.learnin_rate\": my.toml:3\nhint: did you mean \"learning_rate\"?"
        );
    }

    #[test]
    fn a_kind_that_only_the_command_line_gives_drops_no_key() {
        assert_eq!(
            error("[optimizer]\nlearnin_rate = 3\n", &["optimizer.kind=sgd"]),
            "unknown key \"optimizer.learnin_rate\": my.toml:2\nhint: did you mean \"learning_rate\"?"
        );
    }

    #[test]
    fn the_key_that_is_wrong_is_named_whatever_the_others_are_like() {
        // Two of one fault: the first.
        assert_eq!(
            error("[training]\nepochs = \"x\"\nseed = 3\nmax_steps = \"x\"\n", &[]),
            "training.epochs cannot be read (invalid type: string \"x\", expected usize): my.toml:2"
        );
        // A value that is the name of another key.
        assert_eq!(
            error("[model]\nkind = \"mlp\"\nactivation = \"hidden\"\nhidden = [3]\n", &[]),
            "model.activation is \"hidden\", expected relu, sigmoid, tanh, gelu, leaky-relu, silu: my.toml:3"
        );
        assert_eq!(
            error("[model]\nhidden = [3]\n", &[]),
            "model cannot be read (missing field `kind`): my.toml:1"
        );
    }

    #[test]
    fn a_recipe_of_thousands_of_unknown_keys_is_refused_at_once() {
        let lines =
            |line: &dyn Fn(usize) -> String| (0..8000).map(line).collect::<Vec<_>>().concat();
        let keys = lines(&|number| format!("key{number} = {number}\n"));
        let begun = std::time::Instant::now();
        let all = [
            ("[model]\n", &[][..], "model cannot be read (missing field `kind`): my.toml:1"),
            ("[model]\n", &["model.kind=mlp"], "unknown key \"model.key0\": my.toml:2"),
            ("[training]\n", &[], "unknown key \"training.key0\": my.toml:2"),
            ("[data.normalize]\n", &[], "unknown key \"data.normalize.key0\": my.toml:2"),
            ("", &[], "unknown key \"key0\": my.toml:1"),
        ];
        for (head, overrides, expected) in all {
            let said = error(&format!("{head}{keys}"), overrides);
            assert_eq!(said.lines().next(), Some(expected));
        }
        let sections = lines(&|number| format!("[model.key{number}]\n"));
        assert!(error(&sections, &[]).starts_with("model cannot be read (missing field `kind`)"));
        assert!(begun.elapsed() < std::time::Duration::from_secs(5), "{:?}", begun.elapsed());
    }

    #[test]
    fn what_nests_deeper_than_any_setting_is_refused() {
        let dots = |count: usize| vec!["a"; count].join(".");
        let brackets = |count: usize| format!("{}{}", "[".repeat(count), "]".repeat(count));
        // Inline tables in each other, each of which is as deep as toml lets a key be.
        let mut tables = "1".to_owned();
        for _ in 0..79 {
            tables = format!("{{ {} = {tables} }}", dots(79));
        }
        for (text, place) in [
            (format!("[model]\n{} = 1\n", dots(20)), "my.toml:2"),
            (format!("[model]\n{} = 1\n", dots(60_000)), "my.toml"),
            (format!("[model]\nx = {}\n", brackets(20)), "my.toml:2"),
            (format!("[model]\nx = {}\n", brackets(60_000)), "my.toml:2"),
            (format!("[model]\nx = {tables}\n"), "my.toml:2"),
            (format!("\n[{}]\n", dots(79)), "my.toml:2"),
        ] {
            let expected = format!("keys and values nest deeper than 16 levels: {place}");
            assert_eq!(error(&text, &[]), expected, "{} bytes", text.len());
        }
        let refusal = |typed: String| match typed.parse::<Override>() {
            Ok(set) => Recipe::parse("", "", &[set]).unwrap_err().to_string(),
            Err(error) => error.to_string(),
        };
        for typed in [
            format!("model.{}=1", dots(60_000)),
            format!("model.x={}", brackets(60_000)),
            format!("model.x={}", brackets(17)),
            format!("model.x={tables}"),
        ] {
            let beginning: String = typed.chars().take(60).collect();
            let dots = if beginning == typed { "" } else { "..." };
            let expected =
                format!("keys and values nest deeper than 16 levels: --set {beginning}{dots}");
            assert_eq!(refusal(typed), expected);
        }
        assert_eq!(
            refusal("model.a.b.c=1".to_owned()),
            "model cannot be read (missing field `kind`): --set model.a.b.c=1"
        );
    }

    #[test]
    fn nested_keys_can_be_set() {
        let set = "data.normalize.mean=[0.1]".parse::<Override>().unwrap();
        let text = crate::recipe::builtin("course").unwrap().text;
        let recipe = Recipe::parse("course", text, &[set]).unwrap();
        assert_eq!(recipe.data.normalize.mean, [0.1]);
    }

    #[test]
    fn overrides_without_a_section_are_refused() {
        for typed in ["epochs=3", "training.epochs", ".x=1", "training.=1", ""] {
            let error = typed.parse::<Override>().unwrap_err();
            assert!(matches!(error, RecipeError::Override(_)), "{typed}");
        }
    }

    proptest! {
        #[test]
        fn a_recipe_survives_being_written(
            hidden in proptest::collection::vec(1_usize..300, 0..4),
            batch_size in 1_usize..500,
            rate in 1e-6_f64..1.0,
            seed in 0_u64..(1 << 62),
            smoothing in 0.0_f64..1.0,
            steps in proptest::option::of(1_usize..99),
        ) {
            let set = |key: &str, value: String| format!("{key}={value}").parse::<Override>().unwrap();
            let mut overrides = vec![
                set("model.kind", "mlp".to_owned()),
                set("model.hidden", format!("{hidden:?}")),
                set("data.batch_size", batch_size.to_string()),
                set("optimizer.kind", "sgd".to_owned()),
                set("optimizer.learning_rate", format!("{rate:?}")),
                set("training.seed", seed.to_string()),
                set("loss.kind", "cross-entropy".to_owned()),
                set("loss.label_smoothing", format!("{smoothing:?}")),
            ];
            overrides.extend(steps.map(|steps| set("training.max_steps", steps.to_string())));
            let recipe = Recipe::parse("", "", &overrides).unwrap();
            prop_assert_eq!(Recipe::parse("", &recipe.to_toml().unwrap(), &[]).unwrap(), recipe);
        }

        #[test]
        fn any_text_is_a_recipe_or_an_error(text in "[a-z\\[\\]=.\"0-9\\n ]{0,80}") {
            let _ = Recipe::parse("my.toml", &text, &[]);
        }
    }
}
