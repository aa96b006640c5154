//! What the course's settings and all others are like as a whole: read, written, checked, compared.

use burnwright_recipe::kinds::Kinds;
use proptest::prelude::*;

use super::*;

#[test]
fn settings_that_could_not_be_read_back_are_not_written() {
    let mut recipe = <Recipe>::default();
    recipe.training.seed = TrainingConfig::LARGEST_SEED;
    let read = <Recipe>::parse("", &recipe.to_toml().unwrap(), &[]).unwrap();
    assert_eq!(read, recipe);
    recipe.training.seed += 1;
    assert_eq!(
        recipe.to_toml().unwrap_err().to_string(),
        "training.seed is 9223372036854775808, expected 0 to 9223372036854775807: the settings"
    );
}

#[cfg(unix)]
#[test]
fn a_data_root_that_is_not_utf_8_is_refused_with_a_way_out() {
    use std::os::unix::ffi::OsStrExt;
    let mut recipe = <Recipe>::default();
    recipe.data.path = Some(std::ffi::OsStr::from_bytes(b"/x\xff/data").into());
    let error = recipe.to_toml().unwrap_err();
    assert_eq!(
        error.to_string(),
        "data.path is not UTF-8, and a recipe holds no other text: /x\u{fffd}/data"
    );
    assert!(error.hint().unwrap().starts_with("rename the folder"));
}

fn error(text: &str, overrides: &[&str]) -> String {
    let overrides: Vec<Override> = overrides.iter().map(|o| o.parse().unwrap()).collect();
    let error = <Recipe>::parse("my.toml", text, &overrides).unwrap_err();
    match error.hint() {
        Some(hint) => format!("{error}\nhint: {hint}"),
        None => error.to_string(),
    }
}

#[test]
fn an_empty_recipe_is_the_course() {
    assert_eq!(<Recipe>::parse("", "", &[]).unwrap(), <Recipe>::default());
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
        format!(
            "optimizer.kind is \"adm\", expected {}: --set optimizer.kind=adm\nhint: did you mean \"adam\"?",
            OptimizerConfig::NAMES.join(", ")
        )
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
    let recipe = <Recipe>::parse("course", text, &[set("model.kind=cnn")]).unwrap();
    assert_eq!(
        recipe.model,
        burnwright_model::ModelConfig::Cnn(burnwright_model::CnnConfig::default())
    );
    // A key that was itself set is never dropped.
    let wrong = [set("model.kind=cnn"), set("model.activation=relu")];
    let error = <Recipe>::parse("course", text, &wrong).unwrap_err();
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
    let lines = |line: &dyn Fn(usize) -> String| (0..8000).map(line).collect::<Vec<_>>().concat();
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
        Ok(set) => <Recipe>::parse("", "", &[set]).unwrap_err().to_string(),
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
    let recipe = <Recipe>::parse("course", text, &[set]).unwrap();
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
        let recipe = <Recipe>::parse("", "", &overrides).unwrap();
        prop_assert_eq!(<Recipe>::parse("", &recipe.to_toml().unwrap(), &[]).unwrap(), recipe);
    }

    #[test]
    fn any_text_is_a_recipe_or_an_error(text in "[a-z\\[\\]=.\"0-9\\n ]{0,80}") {
        let _ = <Recipe>::parse("my.toml", &text, &[]);
    }
}

fn changed(overrides: &[&str]) -> Vec<String> {
    let overrides: Vec<Override> = overrides.iter().map(|o| o.parse().unwrap()).collect();
    let now = <Recipe>::parse("", "", &overrides).unwrap();
    changed_settings::<Recipe>(&<Recipe>::default().settings(), &now.settings())
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
        "data.path=\"x\"",
        "checkpoint.keep=5",
    ];
    assert_eq!(changed(&free), [""; 0]);
}

#[test]
fn numbers_that_json_reads_otherwise_are_no_change() {
    let set: Override = "data.normalize={ mean = [0.49], std = [0.2023] }".parse().unwrap();
    let recipe = <Recipe>::parse("", "", &[set]).unwrap();
    let read: Value = serde_json::from_str(&recipe.settings().to_string()).unwrap();
    assert_eq!(changed_settings::<Recipe>(&read, &recipe.settings_as_read()), []);
}

#[test]
fn settings_of_many_are_compared() {
    let settings = |overrides: &[&str]| {
        let overrides: Vec<Override> = overrides.iter().map(|o| o.parse().unwrap()).collect();
        <Recipe>::parse("", "", &overrides).unwrap().settings()
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

#[test]
fn defaults_are_those_of_the_same_kinds() {
    let changes = [
        "model.kind=cnn",
        "model.dropout=0.125",
        "data.validation=0.1",
        "early_stopping.patience=3",
    ];
    let changes: Vec<Override> = changes.iter().map(|change| change.parse().unwrap()).collect();
    let recipe = <Recipe>::parse("", "", &changes).unwrap();
    let (now, defaults) = (flattened(&recipe.settings_as_read()), defaults(&recipe));
    let differing: Vec<&str> = now
        .iter()
        .filter(|(key, value)| defaults.get(*key) != Some(value))
        .map(|(key, _)| &**key)
        .collect();
    assert_eq!(
        differing,
        ["data.validation", "early_stopping.patience", "model.dropout", "model.kind"]
    );
}

/// The dotted key and the kinds that it needs, as overrides, of each setting that is not a section itself.
fn all_settings(declared: &Declared, path: &str, kinds: &[String]) -> Vec<(String, Vec<String>)> {
    let joined = |key: &str| if path.is_empty() { key.into() } else { format!("{path}.{key}") };
    match declared {
        Declared::Settings(settings) => settings
            .iter()
            .flat_map(|setting| match setting.section {
                Some(section) => all_settings(section, &joined(setting.key), kinds),
                None => vec![(joined(setting.key), kinds.to_vec())],
            })
            .collect(),
        Declared::Kinds(all) => all
            .iter()
            .flat_map(|kind| {
                let kinds = [kinds, &[format!("{}={}", joined("kind"), kind.name)]].concat();
                all_settings(kind.settings, path, &kinds)
            })
            .collect(),
        Declared::Optional(section) => all_settings(section, path, kinds),
    }
}

/// The task that a loss given as `loss.kind=..` needs, as another override.
fn task_of(loss: &str) -> Option<String> {
    let loss = loss.strip_prefix("loss.kind=")?;
    let has = |task: &&&str| {
        let task = TaskConfig::of_kind(task, serde_json::json!({})).unwrap();
        task.losses().contains(&loss)
    };
    Some(format!("task.kind={}", TaskConfig::NAMES.iter().find(has).unwrap()))
}

fn overrides(typed: &[String]) -> Vec<Override> {
    typed.iter().map(|typed| typed.parse().unwrap()).collect()
}

#[test]
fn every_setting_can_be_given_written_and_read() {
    let all = all_settings(&<Recipe>::DECLARED, "", &[]);
    assert!(all.len() > 50, "{all:?}");
    for (key, mut kinds) in all {
        kinds.extend(kinds.last().and_then(|kind| task_of(kind)));
        // A section that is left out has no settings; an empty one has them all.
        let parent = key.rsplit_once('.').map_or("", |(parent, _)| parent);
        if parent.starts_with("data.") && parent != "data.normalize" {
            kinds.push(format!("{parent}={{}}"));
        }
        // What it is where nothing is said, or a number where that is nothing.
        let value = flattened(&<Recipe>::parse("", "", &overrides(&kinds)).unwrap().settings())
            .get(&key)
            .cloned();
        let value = match key.split('.').next().unwrap() {
            "early_stopping" if key.ends_with("monitor") => "\"accuracy\"".to_owned(),
            _ => value.unwrap_or_else(|| "1".to_owned()),
        };
        let texts = ["data.path", "data.test_path", "data.target", "data.class_order", "task.unit"];
        let value = match &*key {
            // The whole of the data cannot be held out.
            "data.test" => "0.25".to_owned(),
            text if texts.contains(&text) => "\"x\"".to_owned(),
            _ => value,
        };
        let more = ["data.validation=0.1".to_owned(), format!("{key}={value}")];
        // One of these alone is no normalisation.
        let both = ["data.normalize={ mean = [0.5], std = [0.5] }".to_owned()];
        let recipe = <Recipe>::parse("", "", &overrides(&[&kinds, &both[..], &more].concat()));
        let recipe = recipe.unwrap_or_else(|error| panic!("{key}: {error}"));
        let text = recipe.to_toml().unwrap();
        let read = <Recipe>::parse("", &text, &[]).unwrap();
        assert_eq!(read, recipe, "{key}");
        assert!(flattened(&read.settings()).contains_key(&key), "{key} is not in\n{text}");
    }
}

#[test]
fn every_setting_has_its_place_in_an_error() {
    for (key, kinds) in all_settings(&<Recipe>::DECLARED, "", &[]) {
        let (section, rest) = key.split_once('.').unwrap();
        let kind = kinds.last().map_or(String::new(), |kind| {
            format!("kind = \"{}\"", kind.split_once('=').unwrap().1)
        });
        let text = format!("[{section}]\n{kind}\n{rest} = {{ no = [\"value\"] }}\n");
        let said = error(&text, &[]);
        assert!(said.starts_with(&format!("{key} cannot be read (")), "{said}");
        assert!(said.ends_with("): my.toml:3"), "{said}");

        let typed = format!("{key}={{ no = [\"value\"] }}");
        let kinds: Vec<&str> = kinds.iter().map(String::as_str).chain([typed.as_str()]).collect();
        let said = error("", &kinds);
        assert!(said.starts_with(&format!("{key} cannot be read (")), "{said}");
        assert!(said.ends_with(&format!("): --set {typed}")), "{said}");
    }
}

#[test]
fn settings_of_a_users_own_architecture_take_part() {
    settings! {
        /// Settings that no crate here knows.
        pub(crate) struct OwnConfig {
            /// Blocks of layers.
            depth: usize = 4, check(within(1..=8));
            /// Said to the user, and nothing else.
            label: String = "own".to_owned(), without_effect;
        }
    }
    let parse = |text: &str| Recipe::<OwnConfig>::parse("own.toml", text, &[]);
    let recipe = parse("[model]\ndepth = 3\n[optimizer]\nkind = \"sgd\"\n").unwrap();
    assert_eq!(recipe.model.depth, 3);
    assert_eq!(parse(&recipe.to_toml().unwrap()).unwrap(), recipe);
    let said = |text| parse(text).unwrap_err().to_string();
    assert_eq!(said("[model]\ndepth = 9\n"), "model.depth is 9, expected 1 to 8: own.toml:2");
    assert_eq!(said("\n[model]\nkind = \"mlp\"\n"), "unknown key \"model.kind\": own.toml:3");
    let other = parse("[model]\nlabel = \"other\"\ndepth = 2\n").unwrap();
    let default = Recipe::<OwnConfig>::default();
    let changed = changed_settings::<Recipe<OwnConfig>>(&default.settings(), &other.settings());
    assert_eq!(changed, [("model.depth".to_owned(), "4".to_owned(), "2".to_owned())]);
}
