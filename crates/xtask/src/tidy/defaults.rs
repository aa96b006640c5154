//! A source file in, its defaults that give no reason out.
//!
//! What cannot happen is an `expect` with the invariant as its text. A default in its place stands for data one day: an empty
//! recipe, weights that were never converted. Where a default is right, a comment says why.

use super::Complaint;
use super::source::Token;

/// Begins the comment that says why a default is right, on the line itself or on those right above.
const REASON: &str = "// default: ";

/// Numbers that stand for no number.
const EXTREMES: [&str; 5] = ["MAX", "MIN", "NAN", "INFINITY", "NEG_INFINITY"];

/// Complaints about a source file, given as its text and its tokens.
pub(super) fn check(file: &str, text: &str, tokens: &[Token]) -> Vec<Complaint> {
    if file.ends_with("/tests.rs") {
        return Vec::new();
    }
    let lines: Vec<&str> = text.lines().collect();
    let complaint = |line| {
        let message = format!(
            "a default without a reason: `expect` what cannot fail, return an error, or say `{REASON}...`"
        );
        Complaint::at(file, line, message)
    };
    let mut found: Vec<usize> = (0..tokens.len())
        .filter(|&place| is_default(&tokens[place..]))
        .map(|place| tokens[place].line)
        .filter(|line| !has_reason(&lines, line - 1))
        .collect();
    found.dedup();
    found.into_iter().map(complaint).collect()
}

/// Whether code begins with a default: `unwrap_or_default`, or `unwrap_or` of a literal or an extreme.
fn is_default(code: &[Token]) -> bool {
    let text = |place: usize| code.get(place).map_or("", |token| &*token.text);
    match text(0) {
        "unwrap_or_default" => true,
        "unwrap_or" if text(1) == "(" => {
            let path = code[2..].iter().take_while(|token| token.text != ")");
            let last = path.last().map_or("", |token| &*token.text);
            // A number, a text or a character; a lifetime is none here.
            text(2).starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '"' | '\''))
                || EXTREMES.contains(&last)
        }
        _ => false,
    }
}

/// Whether the line, or the comment right above its statement, gives the reason.
fn has_reason(lines: &[&str], line: usize) -> bool {
    let is_comment = |line: &&&str| line.trim_start().starts_with("//");
    lines[line].contains(REASON)
        || lines[..line].iter().rev().take_while(is_comment).any(|line| line.contains(REASON))
}

#[cfg(test)]
mod tests {
    use super::super::source::Source;
    use super::*;

    fn lines(text: &str) -> Vec<Option<usize>> {
        let tokens = Source::parse(text).unwrap().tokens();
        let found = check("crates/run/src/lib.rs", text, &tokens);
        found.into_iter().map(|complaint| complaint.line).collect()
    }

    #[test]
    fn defaults_without_a_reason_are_found() {
        for default in [
            "a.unwrap_or_default();",
            "a.map(Result::unwrap_or_default);",
            "a.unwrap_or(0);",
            "a.unwrap_or(-1.5);",
            "a.unwrap_or(u64::MAX);",
            "a.unwrap_or(f32::NAN);",
            "a.unwrap_or(\"\");",
        ] {
            assert_eq!(lines(default), [Some(1)], "{default}");
        }
        for other in ["a.unwrap_or(fallback);", "a.unwrap_or(Kind::Flex);", "// unwrap_or(0)"] {
            assert_eq!(lines(other), [], "{other}");
        }
    }

    #[test]
    fn a_reason_stands_on_the_line_or_right_above() {
        assert_eq!(lines("a.unwrap_or(0); // default: none were asked for"), []);
        assert_eq!(lines("// default: none were\n// asked for\na.unwrap_or(0);"), []);
        assert_eq!(lines("// default: of b\nb.unwrap_or(0);\na.unwrap_or(0);"), [Some(3)]);
    }
}
