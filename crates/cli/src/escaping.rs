//! Text that others wrote (names of files, classes and runs, errors that quote them) in, text that no terminal obeys and no
//! spreadsheet computes out.
//!
//! All that is shown passes here: [`crate::output`] escapes what it prints line by line, cells of tables and errors whole.

use std::borrow::Cow;
use std::fmt::Write;

/// Whether a terminal obeys a character instead of showing it: control characters (C0, DEL, C1), and those that change the direction of
/// the text around them (U+202A to U+202E, U+2066 to U+2069), by which a name reads as another.
fn is_obeyed(letter: char) -> bool {
    letter.is_control() || matches!(letter, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A name, or a text of one line: `\u{1b}` in place of ESC, `\n` in place of a line end.
pub(crate) fn escaped(text: &str) -> Cow<'_, str> {
    escaped_where(text, is_obeyed)
}

/// The same for a text of lines, which it leaves apart.
pub(crate) fn escaped_lines(text: &str) -> Cow<'_, str> {
    escaped_where(text, |letter| letter != '\n' && is_obeyed(letter))
}

fn escaped_where(text: &str, is_meant: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&is_meant) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        if is_meant(letter) {
            shown.extend(letter.escape_default());
        } else {
            shown.push(letter);
        }
    }
    Cow::Owned(shown)
}

/// JSON that means the same: serde escapes control characters up to U+001F, here the rest is. They occur within strings only.
pub(crate) fn escaped_json(text: &str) -> Cow<'_, str> {
    if !text.contains(is_obeyed) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for letter in text.chars() {
        if is_obeyed(letter) {
            write!(shown, "\\u{:04x}", u32::from(letter)).expect("a string takes all text");
        } else {
            shown.push(letter);
        }
    }
    Cow::Owned(shown)
}

/// A text in a cell of a CSV: where a spreadsheet would take it for a formula, a single quote stands before it (OWASP, CSV Injection).
/// For names and messages; a number below 0 stays a number.
pub(crate) fn csv_text(text: &[u8]) -> Cow<'_, [u8]> {
    match text.first() {
        Some(b'=' | b'+' | b'-' | b'@' | b'\t' | b'\r') => Cow::Owned([b"'", text].concat()),
        _ => Cow::Borrowed(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_shown() {
        let title = "a\u{1b}]0;x\u{7}b";
        assert_eq!(escaped(title), "a\\u{1b}]0;x\\u{7}b");
        assert_eq!(escaped("\u{9b}31m\u{7f}"), "\\u{9b}31m\\u{7f}");
        assert_eq!(escaped("gpj\u{202e}.exe\u{2066}"), "gpj\\u{202e}.exe\\u{2066}");
        assert_eq!(escaped("one\ntwo\r\tthree"), "one\\ntwo\\r\\tthree");
        assert_eq!(escaped_lines("one\ntwo\r\u{1b}"), "one\ntwo\\r\\u{1b}");
    }

    #[test]
    fn other_text_stays_as_it_is() {
        for text in ["Größe 7 · 猫 \\ 'x'", "\u{200f}שלום", ""] {
            assert!(matches!(escaped(text), Cow::Borrowed(same) if same == text));
        }
    }

    #[test]
    fn json_says_the_same_without_what_a_terminal_would_obey() {
        let name = "\u{1b}\n\u{7f}\u{9b}1m\u{202e}\u{2069}é";
        let text = serde_json::to_string(name).unwrap();
        let shown = escaped_json(&text);
        assert!(!shown.contains(is_obeyed), "{shown:?}");
        assert_eq!(serde_json::from_str::<String>(&shown).unwrap(), name);
    }

    #[test]
    fn what_a_spreadsheet_would_compute_is_text() {
        for formula in ["=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "\tx", "\rx"] {
            let quoted = format!("'{formula}");
            assert_eq!(csv_text(formula.as_bytes()), quoted.as_bytes());
        }
        for text in ["a=b", "7", "", "'=1", " =1", "\u{e9}"] {
            assert_eq!(csv_text(text.as_bytes()), text.as_bytes());
        }
    }
}
