//! Pieces that several sections are made of.

use burnwright_metrics::{Score, Unit};
use maud::{Markup, html};

use crate::numbers::{interval_in_words, measured, significant};

/// A table in a box in which it scrolls by itself where it is wider than the page; the keyboard reaches it. The caption stands above,
/// where it is never scrolled away.
pub(super) fn scrolling(name: &str, caption: &Markup, table: &Markup) -> Markup {
    html! {
        div.table {
            p.caption { (caption) }
            div.box tabindex="0" role="region" aria-label=(name) { (table) }
        }
    }
}

/// Names and values, one below the other.
pub(super) fn facts(rows: &[(&str, Markup)]) -> Markup {
    html! {
        dl.facts {
            @for (name, value) in rows { div { dt { (name) } dd { (value) } } }
        }
    }
}

/// A score in a box of its own: name, value, and what it says.
pub(super) fn tile([name, value, explanation]: &[String; 3]) -> Markup {
    html! { li { span.name { (name) } " " strong { (value) } " " span.quiet { (explanation) } } }
}

/// The tile of a score: what it says is its interval, or, where it has none, `meaning`. `unit` is the target's, and may be empty.
pub(super) fn score_tile(score: &Score, unit: &str, meaning: &str) -> [String; 3] {
    let end = |value| match score.metric.unit {
        // The unit stands with the score.
        Unit::Target => significant(value),
        Unit::Share | Unit::Plain => measured(score.metric, value, ""),
    };
    let said = score
        .interval
        .map_or_else(|| meaning.to_owned(), |interval| interval_in_words(interval.map(end)));
    [capitalised(score.metric.title), measured(score.metric, score.value, unit), said]
}

/// The first letter as at the start of a sentence.
pub(super) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase).into_iter().flatten();
    first.chain(letters).collect()
}
