//! Sources in, words that their crate must not know out.

use std::collections::BTreeSet;

use super::Complaint;
use super::source::{imports, is_part_of_name, library_code};

/// Words that some crates may not use, and what they do instead.
struct Rule {
    crates: &'static [&'static str],
    words: &'static [&'static str],
    instead: &'static str,
}

const LIBRARIES: &[&str] =
    &["random", "recipe", "kernels", "model", "data", "run", "training", "inference", "session"];

const RULES: [Rule; 12] = [
    Rule {
        crates: LIBRARIES,
        words: &[
            "println!",
            "eprintln!",
            "print!",
            "eprint!",
            "io::stdout",
            "io::stderr",
            "io::stdin",
        ],
        instead: "return a value or send an event; only cli talks",
    },
    Rule {
        crates: LIBRARIES,
        words: &["process::exit", "process::abort"],
        instead: "return an error; only cli ends the program",
    },
    Rule {
        crates: LIBRARIES,
        words: &["std::env", "current_dir"],
        instead: "take it as an argument; only cli reads its surroundings",
    },
    Rule {
        crates: LIBRARIES,
        words: &["SystemTime::now"],
        instead: "take the time as an argument; only cli asks for the date",
    },
    Rule {
        crates: LIBRARIES,
        words: &["clap"],
        instead: "take settings as values; only cli knows flags",
    },
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
        crates: &["run", "recipe"],
        words: &["burn::"],
        instead: "runs and recipes are plain numbers and text, without Burn",
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
        crates: &["recipe", "training", "session"],
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
pub(crate) fn check(folder: &str, file: &str, text: &str) -> Vec<Complaint> {
    let name = folder.trim_start_matches("crates/");
    let code = library_code(text);
    let lines = code.lines().enumerate().map(|(index, line)| (index + 1, line.to_owned()));
    let statements: Vec<_> = lines.chain(imports(&code)).collect();
    let mut found = BTreeSet::new();
    for rule in RULES.iter().filter(|rule| rule.crates.contains(&name)) {
        for word in rule.words {
            let hits = statements.iter().filter(|(_, statement)| holds(statement, word));
            found.extend(hits.map(|&(line, _)| (line, *word, rule.instead)));
        }
    }
    let complaint = |(line, word, instead)| {
        Complaint::at(file, line, format!("`{word}` does not belong in {name}: {instead}"))
    };
    found.into_iter().map(complaint).collect()
}

/// Whether `word` stands in `line`, and not as a part of longer names.
fn holds(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(start, _)| {
        let begins_inside = line[..start].ends_with(is_part_of_name);
        let ends_inside = word.ends_with(is_part_of_name)
            && line[start + word.len()..].starts_with(is_part_of_name);
        !begins_inside && !ends_inside
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complaints(name: &str, text: &str) -> Vec<String> {
        let found = check(&format!("crates/{name}"), "lib.rs", text);
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
            complaints("data", "let x = Instantaneous; clapper(); my_println!(); std::environ;"),
            [""; 0]
        );
    }

    #[test]
    fn grouped_imports_hide_nothing() {
        let found = complaints("model", "use std::{\n    env::args,\n    fs,\n};\n");
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("lib.rs:1: `std::env`"), "{found:?}");
        assert!(found[1].starts_with("lib.rs:1: `std::fs`"), "{found:?}");
    }

    #[test]
    fn comments_texts_and_tests_may_say_anything() {
        let text = "//! std::env\nlet a = \"println!\"; // clap\n#[cfg(test)]\nmod tests {\n    println!();\n}\n";
        assert_eq!(complaints("run", text), [""; 0]);
    }

    #[test]
    fn code_after_the_tests_counts() {
        let found = complaints("run", "#[cfg(test)]\nmod tests {\n}\nfn f() { println!() }\n");
        assert!(found[0].starts_with("lib.rs:4: `println!`"), "{found:?}");
    }

    #[test]
    fn what_training_needs_is_allowed_there() {
        assert_eq!(
            complaints("training", "use std::time::Instant;\nuse burn::optim::Adam;\n"),
            [""; 0]
        );
    }

    #[test]
    fn the_command_line_may_print() {
        assert_eq!(
            complaints("cli", "println!(); std::process::exit(1); std::env::args();"),
            [""; 0]
        );
    }
}
