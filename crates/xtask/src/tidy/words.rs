//! Sources in, words that their crate must not know out.
//!
//! What no library may do is refused by Clippy, see `clippy.toml`. Here is what some may: Clippy has one list for all, and its lists
//! hold tests, which choose devices, to the same.

use std::collections::BTreeSet;

use super::Complaint;
use super::source::{Source, Token, words};

/// Words that some crates may not use, and what they do instead.
struct Rule {
    crates: &'static [&'static str],
    words: &'static [&'static str],
    instead: &'static str,
}

const LIBRARIES: &[&str] = &[
    "random",
    "recipe",
    "kernels",
    "model",
    "data",
    "run",
    "task",
    "training",
    "inference",
    "session",
];

const RULES: [Rule; 6] = [
    Rule {
        crates: LIBRARIES,
        words: &[
            "Device::default",
            "Device::enumerate",
            "Device::flex",
            "Device::ndarray",
            "Device::wgpu",
            "Device::vulkan",
            "Device::metal",
            "Device::cuda",
            "Device::rocm",
            "Device::cpu",
        ],
        instead: "take the device as an argument; only cli and the examples choose one",
    },
    Rule {
        crates: &["random", "recipe", "model", "data", "run"],
        words: &["Instant"],
        instead: "leave clocks to training, and to those who call it",
    },
    Rule {
        crates: &["random", "model"],
        words: &["std::fs", "std::thread"],
        instead: "a model maps tensors to tensors; files and threads belong to its users",
    },
    Rule {
        crates: &["recipe", "task", "training", "session"],
        words: &["std::fs"],
        instead: "recipes arrive as text and runs are written by run",
    },
    Rule {
        crates: &["model", "data", "inference"],
        words: &["burn::optim", "burn::train", "nn::loss", "lr_scheduler"],
        instead: "losses, optimizers and training belong to training",
    },
    Rule {
        crates: &["data"],
        words: &["burn::nn", "burn::module"],
        instead: "data ends with the batch; layers belong to model",
    },
];

/// Complaints about a source file of the package in `folder`.
pub(super) fn check(folder: &str, file: &str, source: &Source, code: &[Token]) -> Vec<Complaint> {
    let name = folder.trim_start_matches("crates/");
    let mut statements = vec![code.to_vec()];
    let imports = source.imports().into_iter();
    statements.extend(imports.map(|(line, path)| {
        let path = words(&path.join("::")).into_iter();
        path.map(|text| Token { text, line }).collect()
    }));
    let mut found = BTreeSet::new();
    for rule in RULES.iter().filter(|rule| rule.crates.contains(&name)) {
        for word in rule.words {
            let wanted = words(word);
            let holds = |part: &&[Token]| part.iter().map(|token| &token.text).eq(&wanted);
            for statement in &statements {
                let hits = statement.windows(wanted.len()).filter(holds);
                found.extend(hits.map(|hit| (hit[0].line, *word, rule.instead)));
            }
        }
    }
    let complaint = |(line, word, instead)| {
        Complaint::at(file, line, format!("`{word}` does not belong in {name}: {instead}"))
    };
    found.into_iter().map(complaint).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(name: &str, text: &str) -> Vec<String> {
        let source = Source::parse(text).unwrap();
        let found = check(&format!("crates/{name}"), "lib.rs", &source, &source.tokens());
        found.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn every_word_of_every_rule_is_found_in_each_of_its_crates() {
        for rule in &RULES {
            for (name, word) in
                rule.crates.iter().flat_map(|name| rule.words.iter().map(move |word| (name, word)))
            {
                let found = complaints(name, &format!("fn f() {{}}\n    {word}(x);\n"));
                let wanted =
                    format!("lib.rs:2: `{word}` does not belong in {name}: {}", rule.instead);
                assert!(found.contains(&wanted), "{found:?}");
            }
        }
    }

    #[test]
    fn a_word_inside_another_is_no_hit() {
        assert_eq!(
            complaints(
                "data",
                "let x = Instantaneous; burn::nnet(); my_burn::nn(); burn::module_of;"
            ),
            [""; 0]
        );
    }

    #[test]
    fn grouped_imports_hide_nothing() {
        let found = complaints("model", "use std::{\n    thread::spawn,\n    fs,\n};\n");
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("lib.rs:1: `std::fs`"), "{found:?}");
        assert!(found[1].starts_with("lib.rs:1: `std::thread`"), "{found:?}");
    }

    #[test]
    fn comments_texts_and_tests_may_say_anything() {
        let text = "//! Instant\nlet a = \"Instant\"; // Device::flex\n#[cfg(test)]\nmod tests {\n    Instant::now();\n}\n";
        assert_eq!(complaints("run", text), [""; 0]);
    }

    #[test]
    fn code_after_the_tests_counts() {
        let found = complaints("run", "#[cfg(test)]\nmod tests {\n}\nfn f() { Instant::now() }\n");
        assert!(found[0].starts_with("lib.rs:4: `Instant`"), "{found:?}");
    }

    #[test]
    fn what_training_needs_is_allowed_there() {
        assert_eq!(
            complaints("training", "use std::time::Instant;\nuse burn::optim::Adam;\n"),
            [""; 0]
        );
    }

    #[test]
    fn the_command_line_may_choose_a_device_and_ask_a_clock() {
        assert_eq!(complaints("cli", "Device::flex(); Instant::now(); std::fs::read();"), [""; 0]);
    }
}
