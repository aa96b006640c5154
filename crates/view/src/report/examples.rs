//! Examples in, a sheet of their pictures out; what is said of each is the task's.

use maud::{Markup, html};

use crate::Picture;

/// An example to look at.
#[derive(Clone, Debug, PartialEq)]
pub struct Example<J> {
    /// What was said of it.
    pub judged: J,
    /// What it looks like; none where the data have no pictures.
    pub picture: Option<Picture>,
}

/// Side of a picture on the page.
const SIDE: u32 = 84;

/// The pictures with what is said of each: in words for those who cannot see it, and below it.
pub(super) fn sheet<J>(
    examples: &[Example<J>],
    in_words: impl Fn(&J) -> String,
    caption: impl Fn(&J) -> Markup,
) -> Markup {
    html! {
        ul.sheet {
            @for example in examples {
                li {
                    figure {
                        (picture(example.picture.as_ref(), &in_words(&example.judged)))
                        figcaption { (caption(&example.judged)) }
                    }
                }
            }
        }
    }
}

fn picture(picture: Option<&Picture>, in_words: &str) -> Markup {
    html! {
        @if let Some(address) = picture.and_then(Picture::data_uri) {
            img src=(address) alt=(in_words) width=(SIDE) height=(SIDE);
        } @else {
            span.missing { "no picture" }
        }
    }
}
