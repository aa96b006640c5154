//! Words in, a command line that a shell reads as these words out.

/// The words with blanks between them, quoted where a shell would take them for something else.
pub fn command_line(words: &[String]) -> String {
    words.iter().map(|text| word(text)).collect::<Vec<_>>().join(" ")
}

fn word(text: &str) -> String {
    let is_plain = |letter: char| letter.is_alphanumeric() || "-_./:=,+@".contains(letter);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_a_shell() {
        let words =
            ["burnwright", "train", "my recipe.toml", "--set", "model.hidden=[8]", "it's", ""];
        assert_eq!(
            command_line(&words.map(str::to_owned)),
            r"burnwright train 'my recipe.toml' --set 'model.hidden=[8]' 'it'\''s' ''"
        );
    }
}
