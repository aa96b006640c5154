//! Examples in, a sheet of their pictures out; what is said of each is the task's.

use maud::{Markup, html};

use crate::Picture;

/// An example to look at.
#[derive(Clone, Debug, PartialEq)]
pub struct Example<J> {
    /// What was said of it.
    pub judged: J,
    /// Where it came from, such as the path of its file; none where its data have no names.
    pub name: Option<String>,
    /// What it looks like; none where the data have no pictures.
    pub picture: Option<Picture>,
    /// The columns of its row with their values; none where it is no row.
    pub columns: Vec<(String, String)>,
}

/// Columns of a row that are shown; a table of hundreds would hide what is said of it.
const COLUMNS: usize = 16;

impl<J> Example<J> {
    /// What it is called on the page.
    pub(super) fn place(&self, index: u32) -> String {
        self.name.clone().unwrap_or_else(|| format!("sample {index}")) // default: a sample of a set that numbers them
    }

    /// The first of its columns, each in a cell.
    fn cells(&self) -> Markup {
        html! { @for (_, value) in self.columns.iter().take(COLUMNS) { td { (value) } } }
    }
}

/// The samples in pictures, or in a table where they have none.
pub(super) fn shown<J>(
    examples: &[Example<J>],
    lead: &str,
    in_words: impl Fn(&Example<J>) -> String,
    caption: impl Fn(&Example<J>) -> Markup,
    table: impl FnOnce() -> Markup,
) -> Markup {
    html! {
        @if examples.is_empty() {
            p.quiet { "There are no samples to show." }
        } @else if examples.iter().any(|example| example.picture.is_some()) {
            p { (lead) }
            (sheet(examples, in_words, caption))
        } @else {
            (table())
        }
    }
}

/// A row for each sample: where it came from, what is said of it under `columns`, and the columns of its own row.
pub(super) fn rows<J>(
    examples: &[Example<J>],
    columns: &[&str],
    place: impl Fn(&Example<J>) -> String,
    cells: impl Fn(&J) -> Markup,
) -> Markup {
    let own = examples.first().map(|example| example.columns.iter().take(COLUMNS));
    html! {
        thead {
            tr {
                th scope="col" { "sample" }
                @for name in columns { th scope="col" { (name) } }
                @for (name, _) in own.into_iter().flatten() { th scope="col" { (name) } }
            }
        }
        tbody {
            @for example in examples {
                tr {
                    th scope="row" { (place(example)) }
                    (cells(&example.judged))
                    (example.cells())
                }
            }
        }
    }
}

/// Side of a picture on the page.
const SIDE: u32 = 84;

/// The pictures with what is said of each: in words for those who cannot see it, and below it.
fn sheet<J>(
    examples: &[Example<J>],
    in_words: impl Fn(&Example<J>) -> String,
    caption: impl Fn(&Example<J>) -> Markup,
) -> Markup {
    html! {
        ul.sheet {
            @for example in examples {
                li {
                    figure {
                        (picture(example.picture.as_ref(), &in_words(example)))
                        figcaption { (caption(example)) }
                    }
                }
            }
        }
    }
}

pub(super) fn picture(picture: Option<&Picture>, in_words: &str) -> Markup {
    html! {
        @if let Some(address) = picture.and_then(Picture::data_uri) {
            img src=(address) alt=(in_words) width=(SIDE) height=(SIDE);
        } @else {
            span.missing { "no picture" }
        }
    }
}
