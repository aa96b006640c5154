//! Each program prints what its first lines promise, and is as short as they promise.
#![allow(clippy::unwrap_used, reason = "a test may end so")]

use std::process::Command;

use serde_json::Value;

/// The most lines of code, comments and empty lines apart.
const LINES: usize = 40;

/// A program: the command, and its source.
struct Program {
    command: &'static str,
    source: &'static str,
}

const ACTIVATIONS: Program = Program {
    command: env!("CARGO_BIN_EXE_course-activations"),
    source: include_str!("../src/bin/activations.rs"),
};
const FORWARD: Program = Program {
    command: env!("CARGO_BIN_EXE_course-forward"),
    source: include_str!("../src/bin/forward.rs"),
};
const LOSSES: Program = Program {
    command: env!("CARGO_BIN_EXE_course-losses"),
    source: include_str!("../src/bin/losses.rs"),
};
const BACKPROPAGATION: Program = Program {
    command: env!("CARGO_BIN_EXE_course-backpropagation"),
    source: include_str!("../src/bin/backpropagation.rs"),
};
const UPDATE: Program = Program {
    command: env!("CARGO_BIN_EXE_course-update"),
    source: include_str!("../src/bin/update.rs"),
};
const MNIST: Program = Program {
    command: env!("CARGO_BIN_EXE_course-mnist"),
    source: include_str!("../src/bin/mnist.rs"),
};
const FROM_PYTORCH: Program = Program {
    command: env!("CARGO_BIN_EXE_course-from-pytorch"),
    source: include_str!("../src/bin/from_pytorch.rs"),
};
const ALL: [&Program; 7] =
    [&ACTIVATIONS, &FORWARD, &LOSSES, &BACKPROPAGATION, &UPDATE, &MNIST, &FROM_PYTORCH];

impl Program {
    fn prints(&self, arguments: &[&str]) -> String {
        let output = Command::new(self.command).args(arguments).output().unwrap();
        let talk = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{}: {talk}", self.command);
        String::from_utf8(output.stdout).unwrap()
    }

    /// The block of text in the first lines of the source.
    fn promises(&self) -> String {
        let (_, rest) = self.source.split_once("//! ```text\n").unwrap();
        let (block, _) = rest.split_once("//! ```\n").unwrap();
        block.replace("//! ", "")
    }

    fn code(&self) -> impl Iterator<Item = &'static str> {
        let lines = self.source.lines().map(str::trim);
        lines.filter(|line| !line.is_empty() && !line.starts_with("//"))
    }
}

/// The numbers after `name` in the lines of `text`.
fn numbers(text: &str, name: &str) -> Vec<f64> {
    let found = text.split(name).skip(1);
    found
        .map(|rest| {
            let end = |character: char| !matches!(character, '0'..='9' | '.' | '-');
            let number = rest.split(end).next().unwrap().trim_end_matches('.');
            number.parse().unwrap()
        })
        .collect()
}

#[test]
fn activations_print_what_is_promised() {
    assert_eq!(ACTIVATIONS.prints(&[]), ACTIVATIONS.promises());
}

#[test]
fn the_forward_pass_prints_what_is_promised() {
    assert_eq!(FORWARD.prints(&[]), FORWARD.promises());
}

#[test]
fn losses_print_what_is_promised() {
    assert_eq!(LOSSES.prints(&[]), LOSSES.promises());
}

#[test]
fn backpropagation_prints_what_is_promised() {
    assert_eq!(BACKPROPAGATION.prints(&[]), BACKPROPAGATION.promises());
}

#[test]
fn the_update_prints_what_is_promised() {
    assert_eq!(UPDATE.prints(&[]), UPDATE.promises());
}

#[test]
fn what_is_done_by_hand_is_what_burn_does() {
    for (program, comparisons) in [(ACTIVATIONS, 4), (LOSSES, 2), (BACKPROPAGATION, 2)] {
        let printed = program.prints(&[]);
        assert_eq!(printed.matches("the same to 1e-6: true").count(), comparisons, "{printed}");
        assert!(!printed.contains("false"), "{printed}");
    }
}

/// `fixtures/pytorch.json` is what the page's Python lines compute; `fixtures/make_pytorch.py` made it.
#[test]
fn the_programs_print_what_pytorch_computes() {
    let fixture: Value = serde_json::from_str(include_str!("fixtures/pytorch.json")).unwrap();
    let mut count = 0;
    for (program, name) in [
        (ACTIVATIONS, "activations"),
        (FORWARD, "forward"),
        (LOSSES, "losses"),
        (BACKPROPAGATION, "backpropagation"),
        (UPDATE, "update"),
    ] {
        let printed = program.prints(&[]);
        for (line, expected) in fixture["values"][name].as_object().unwrap() {
            let line = printed.lines().find(|printed| printed.starts_with(line)).unwrap();
            let words = line.split([' ', ',', '[', ']']);
            let shown: Vec<f64> = words.filter_map(|word| word.parse().ok()).collect();
            let expected: Vec<f64> =
                expected.as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect();
            // Of a loss, the line also names the tolerance.
            for (shown, expected) in shown.iter().zip(&expected) {
                // Half of the last digit shown, and a little for sums in another order.
                assert!((shown - expected).abs() < 6e-5, "{line}: PyTorch has {expected}");
            }
            assert!(shown.len() >= expected.len(), "{line}: PyTorch has {expected:?}");
            count += expected.len();
        }
    }
    assert_eq!(count, 4 * 7 + 1 + 4 + 7 + 9 * 3);
}

/// In full it takes seconds, and processors with other vector units end with other last digits.
#[test]
fn mnist_learns_in_a_few_steps() {
    let printed = MNIST.prints(&["20"]);
    let losses = numbers(&printed, "Loss: ");
    assert_eq!(losses.len(), 5, "{printed}");
    assert!(losses[4] < losses[0], "{printed}");
    let accuracy = numbers(&printed, "test images: ");
    assert!((75.0..95.0).contains(&accuracy[0]), "{printed}");

    let promised = numbers(&MNIST.promises(), "test images: ");
    assert!((95.5..98.0).contains(&promised[0]), "{promised:?}");
}

#[test]
fn pytorchs_weights_go_on_as_in_pytorch() {
    let traces =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../crates/training/tests/fixtures/traces");
    let trace = std::fs::read_to_string(format!("{traces}/relu_ce_adam.json")).unwrap();
    let trace: Value = serde_json::from_str(&trace).unwrap();
    for text in [FROM_PYTORCH.prints(&[]), FROM_PYTORCH.promises()] {
        let losses = numbers(&text, "Loss: ");
        assert_eq!(losses.len(), 6, "{text}");
        for (loss, step) in losses.into_iter().zip([1, 10, 20, 50, 100, 200]) {
            let of_pytorch = trace["losses"][step - 1].as_f64().unwrap();
            // Burn's Adam computes `1 - beta^t` in f32, which the later losses show.
            let allowed = if step <= 20 { 1e-4 } else { 1e-2 };
            assert!((loss - of_pytorch).abs() < allowed, "step {step}: {loss}, {of_pytorch}");
        }
    }
}

#[test]
fn no_program_is_longer_than_a_screen() {
    for program in ALL {
        let count = program.code().count();
        assert!(count <= LINES, "{}: {count} lines of code; allowed: {LINES}", program.command);
    }
}

/// The page's lines of Burn are lines of a program or of the course's network.
#[test]
fn the_page_shows_what_the_programs_do() {
    let page = include_str!("../README.md");
    let network = include_str!("../src/lib.rs");
    let blocks = page.split("```rust\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let mut count = 0;
    for line in blocks.flat_map(str::lines).map(str::trim).filter(|line| !line.is_empty()) {
        let stands = |source: &str| source.lines().any(|other| other.trim() == line);
        let known = ALL.iter().any(|program| stands(program.source)) || stands(network);
        assert!(known, "no program has the line: {line}");
        count += 1;
    }
    assert!(count > 40, "{count} lines of Burn on the page");
}
