//! What was seen of the pictures of a folder becomes facts about them: classes, sizes, colours, what cannot be read, copies; prints nothing.

mod copies;
mod look;
mod thumbnails;

use std::collections::BTreeMap;

use serde::Serialize;

pub use copies::{CopiedPicture, CopyFacts, CopyGroup};
pub use look::{Measure, Sight, look_at};
pub use thumbnails::thumbnails;

use crate::{FolderListing, Part, UnreadablePicture};
use look::Sums;

/// A picture that is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InspectedPicture<'a> {
    /// Where it is.
    pub path: &'a str,
    /// Its class, a place in the list of classes, where it has one.
    pub class: Option<usize>,
    /// The part of the data that it belongs to.
    pub part: Part,
}

impl FolderListing {
    /// The pictures of all parts, in the order of parts and paths.
    pub fn inspected(&self) -> Vec<InspectedPicture<'_>> {
        let pictures = self.parts.iter().flat_map(|of_part| {
            let part = of_part.part;
            of_part.pictures.iter().map(move |picture| (part, picture))
        });
        pictures
            .map(|(part, picture)| InspectedPicture {
                path: &picture.path,
                class: Some(picture.class),
                part,
            })
            .collect()
    }
}

/// Facts about a set of pictures. Fields are the keys of its JSON form.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Inspection {
    /// Pictures that can be read.
    pub pictures: usize,
    /// How many of these each part has, by its name; parts without pictures are not named.
    pub parts: BTreeMap<String, usize>,
    /// The classes, in their order.
    pub classes: Vec<ClassFacts>,
    /// Pixels in a row; `None` where no picture can be read.
    pub width: Option<Spread>,
    /// Rows.
    pub height: Option<Spread>,
    /// Different pairs of width and height.
    pub sizes: usize,
    /// How many pictures are written in each format, by its name.
    pub formats: BTreeMap<String, usize>,
    /// How many pictures have each kind of pixels: `grey`, `grey, alpha`, `rgb`, `rgb, alpha`, each with `, 16 bit` where they do.
    pub modes: BTreeMap<String, usize>,
    /// How many pictures are grey, whatever their files could hold.
    pub grey: usize,
    /// By channel of the measure, over all pixels at its size; empty where no picture can be read.
    pub channels: Vec<ChannelFacts>,
    /// What cannot be read, in the order that was given.
    pub unreadable: Vec<UnreadableFile>,
    /// Copies.
    pub copies: CopyFacts,
}

/// A class and its pictures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ClassFacts {
    /// Its name.
    pub name: String,
    /// Its pictures that can be read.
    pub pictures: usize,
    /// How many of these each part has, by its name.
    pub parts: BTreeMap<String, usize>,
}

/// The smallest, the middle one (of an even number, the lower of two) and the largest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Spread {
    /// The smallest.
    pub least: usize,
    /// The middle one.
    pub median: usize,
    /// The largest.
    pub most: usize,
}

/// The pixels of a channel, 0 to 1, as torchvision's `ToTensor` gives them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChannelFacts {
    /// Their mean.
    pub mean: f64,
    /// Their standard deviation, of the population.
    pub standard_deviation: f64,
}

/// A file that cannot be read as a picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct UnreadableFile {
    /// The file.
    pub path: String,
    /// What is wrong with it.
    pub reason: String,
}

/// States the facts about pictures of which `sights`, in the same order, were seen ([`look_at`]).
///
/// Copies are sought among all of them, which takes time: see [`find`](crate::find).
pub fn inspect(
    classes: &[String],
    pictures: &[InspectedPicture<'_>],
    sights: &[Result<Sight, UnreadablePicture>],
) -> Inspection {
    let seen: Vec<(InspectedPicture<'_>, &Sight)> = pictures
        .iter()
        .zip(sights)
        .filter_map(|(picture, sight)| Some((*picture, sight.as_ref().ok()?)))
        .collect();
    let unreadable = sights.iter().filter_map(|sight| sight.as_ref().err());
    let unreadable = unreadable
        .map(|file| UnreadableFile { path: file.path.clone(), reason: file.reason.clone() });
    let side =
        |side: fn(&Sight) -> usize| Spread::of(seen.iter().map(|(_, sight)| side(sight)).collect());
    let sizes = counts(seen.iter().map(|(_, sight)| (sight.header.width, sight.header.height)));
    Inspection {
        pictures: seen.len(),
        parts: counts(seen.iter().map(|(picture, _)| picture.part.to_string())),
        classes: class_facts(classes, &seen),
        width: side(|sight| sight.header.width),
        height: side(|sight| sight.header.height),
        sizes: sizes.len(),
        formats: counts(seen.iter().map(|(_, sight)| sight.header.format.to_string())),
        modes: counts(seen.iter().map(|(_, sight)| mode(sight))),
        grey: seen.iter().filter(|(_, sight)| sight.grey).count(),
        channels: channel_facts(&seen),
        unreadable: unreadable.collect(),
        copies: CopyFacts::of(classes, &seen),
    }
}

fn counts<K: Ord>(keys: impl Iterator<Item = K>) -> BTreeMap<K, usize> {
    let mut counts = BTreeMap::new();
    for key in keys {
        *counts.entry(key).or_default() += 1;
    }
    counts
}

fn class_facts(classes: &[String], seen: &[(InspectedPicture<'_>, &Sight)]) -> Vec<ClassFacts> {
    let mut parts = vec![BTreeMap::new(); classes.len()];
    for (picture, _) in seen {
        if let Some(parts) = picture.class.and_then(|class| parts.get_mut(class)) {
            *parts.entry(picture.part.to_string()).or_default() += 1;
        }
    }
    let facts = |(name, parts): (&String, BTreeMap<String, usize>)| ClassFacts {
        name: name.clone(),
        pictures: parts.values().sum(),
        parts,
    };
    classes.iter().zip(parts).map(facts).collect()
}

impl Spread {
    fn of(mut values: Vec<usize>) -> Option<Self> {
        values.sort_unstable();
        let (least, most) = (*values.first()?, *values.last()?);
        Some(Self { least, median: values[(values.len() - 1) / 2], most })
    }
}

fn mode(sight: &Sight) -> String {
    let colours = match sight.header.channels {
        1 => "grey",
        2 => "grey, alpha",
        3 => "rgb",
        _ => "rgb, alpha",
    };
    if sight.header.wide { format!("{colours}, 16 bit") } else { colours.to_owned() }
}

fn channel_facts(seen: &[(InspectedPicture<'_>, &Sight)]) -> Vec<ChannelFacts> {
    let channel = |channel: usize| {
        let mut all = Sums::default();
        for sums in seen.iter().map(|(_, sight)| sight.sums[channel]) {
            all.levels += sums.levels;
            all.squares += sums.squares;
            all.count += sums.count;
        }
        (all.count > 0).then(|| all.facts())
    };
    (0..3).filter_map(channel).collect()
}

impl Sums {
    #[expect(
        clippy::cast_precision_loss,
        reason = "a quotient of whole numbers is rounded where it is taken"
    )]
    fn facts(self) -> ChannelFacts {
        let count = u128::from(self.count);
        let (levels, squares) = (u128::from(self.levels), u128::from(self.squares));
        let mean = levels as f64 / (count * 255) as f64;
        // In whole numbers nothing cancels: the mean of squares less the square of the mean, both times count squared.
        let variance = (squares * count - levels * levels) as f64 / (count * count) as f64;
        ChannelFacts { mean, standard_deviation: variance.sqrt() / 255.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_has_the_lower_middle() {
        let spread = Spread { least: 1, median: 2, most: 9 };
        assert_eq!(Spread::of(vec![9, 1, 2, 3]), Some(spread));
        assert_eq!(Spread::of(vec![9, 1, 2]), Some(spread));
        assert_eq!(Spread::of(Vec::new()), None);
    }

    #[test]
    fn sums_become_mean_and_standard_deviation() {
        // Levels 0, 51 and 102: mean 51, variance 1734.
        let facts = Sums { levels: 153, squares: 51 * 51 + 102 * 102, count: 3 }.facts();
        assert!((facts.mean - 0.2).abs() < 1e-15);
        assert!((facts.standard_deviation - 1734.0_f64.sqrt() / 255.0).abs() < 1e-15);
        let constant =
            Sums { levels: 7_000_000_007, squares: 49_000_000_049, count: 1_000_000_001 };
        assert!(constant.facts().standard_deviation < 1e-15);
    }
}
