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
    pub(super) fn cells(&self) -> Markup {
        html! { @for (_, value) in self.columns.iter().take(COLUMNS) { td { (value) } } }
    }
}

/// The names of the first columns, each in the head of one.
pub(super) fn heads<J>(examples: &[Example<J>]) -> Markup {
    let columns = examples.first().map(|example| example.columns.iter().take(COLUMNS));
    html! { @for (name, _) in columns.into_iter().flatten() { th scope="col" { (name) } } }
}

/// Side of a picture on the page.
const SIDE: u32 = 84;

/// The pictures with what is said of each: in words for those who cannot see it, and below it.
pub(super) fn sheet<J>(
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
