//! Sources of libraries in, texts that speak of the command line out.
//!
//! A library is used by other programs, too, which have other flags and commands. It says what it was given; `cli/src/hints.rs` says which
//! flag helps.

use super::Complaint;
use super::source::Token;

/// The packages that have flags.
const PROGRAMS: [&str; 3] = ["crates/cli", "crates/reliability", "crates/xtask"];

/// Files whose texts are of a command that was given, or are still to be mended; none is added.
const NOT_YET: [&str; 5] = [
    "crates/session/src/history.rs",
    "crates/session/src/reporting.rs",
    "crates/recipe/src/document/overrides.rs",
    "crates/recipe/src/error.rs",
    "crates/view/src/report/origin.rs",
];

/// Complaints about the texts of a source file.
pub(super) fn check(folder: &str, file: &str, code: &[Token]) -> Vec<Complaint> {
    // A file of tests shows what was typed.
    if file.ends_with("/tests.rs")
        || PROGRAMS.contains(&folder)
        || folder.starts_with("examples/")
        || NOT_YET.contains(&file)
    {
        return Vec::new();
    }
    let texts = code.iter().filter(|token| token.text.ends_with(['"', '#']));
    let spoken = texts.filter(|token| has_flag(&token.text) || has_command(&token.text));
    let complaint = |token: &Token| {
        let message = "a text that speaks of the command line; say it in crates/cli/src/hints.rs";
        Complaint::at(file, token.line, message)
    };
    spoken.map(complaint).collect()
}

/// Whether a text has `--` and a letter.
fn has_flag(text: &str) -> bool {
    text.match_indices("--")
        .any(|(place, _)| text[place + 2..].starts_with(|letter: char| letter.is_ascii_lowercase()))
}

/// Whether a text has a command to type.
fn has_command(text: &str) -> bool {
    text.contains("`burnwright ")
}

#[cfg(test)]
mod tests {
    use super::super::source::Source;
    use super::*;

    fn lines(folder: &str, text: &str) -> Vec<Option<usize>> {
        let code = Source::parse(text).unwrap().tokens();
        check(folder, &format!("{folder}/src/lib.rs"), &code).iter().map(|c| c.line).collect()
    }

    #[test]
    fn a_library_names_neither_flag_nor_command() {
        let text =
            "/// Not `--name`.\n#[error(\"use --name\")]\nf(r#\"`burnwright runs` lists\"#);";
        assert_eq!(lines("crates/run", text), [Some(2), Some(3)]);
        assert_eq!(lines("crates/cli", text), []);
        assert_eq!(lines("examples/mnist", text), []);
    }

    #[test]
    fn dashes_are_no_flag() {
        let text = "f(\"a -- b\", \"--\", \"|---|\", a--b); // --name";
        assert_eq!(lines("crates/run", text), []);
        let tests = "#[cfg(test)]\nmod tests { f(\"--name\"); }";
        assert_eq!(lines("crates/run", tests), []);
    }
}
