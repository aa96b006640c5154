//! Images that are in memory already become what is known of them: classes, balance, brightness, and exact copies.

use std::collections::{BTreeMap, HashMap};

use burnwright_data::{DataConfig, ImageShape, Source, mean_and_std};
use burnwright_pictures::{ChannelFacts, ClassFacts, Imprint, Part, Picture};
use burnwright_view::{DataSetReport, counted, thousands};
use serde::Serialize;

use super::classes::{class_table, counted_classes};
use super::unreadable;
use super::words::{balance, imbalance, tally};
use crate::SessionError;

/// What was found in a set of images. Fields are the keys of its JSON form.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct InspectedImages {
    /// What the set is called.
    pub source: String,
    /// Channels, rows and columns of each image.
    pub shape: [usize; 3],
    /// Images of each part, by its name.
    pub parts: BTreeMap<String, usize>,
    /// The classes, in their order.
    pub classes: Vec<ClassFacts>,
    /// By channel, over all training pixels.
    pub channels: Vec<ChannelFacts>,
    /// Images that are equal pixel by pixel.
    pub copies: ExactCopies,
    /// Whether the set was told by the names of its files alone.
    #[serde(skip)]
    pub by_names: bool,
}

/// Images that are equal pixel by pixel.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ExactCopies {
    /// Groups of equal images.
    pub groups: usize,
    /// Images that could be left out so that each is there once.
    pub surplus: usize,
    /// Groups whose images were given different classes.
    pub across_classes: usize,
    /// Test images that have a copy in training.
    pub test_seen: usize,
}

/// Looks at images whose pixels are in memory, such as those of a published data set. Near copies are not sought: digits are alike.
pub fn inspect_images(data: &DataConfig) -> Result<InspectedImages, SessionError> {
    let splits = data.open()?;
    let all: Vec<u32> = (0..).take(splits.train.len()).collect();
    let (mean, deviation) = mean_and_std(splits.train.as_ref(), &all)?;
    let rounded = |value: f32| (f64::from(value) * 1e4).round() / 1e4;
    let channel = |(mean, deviation)| ChannelFacts {
        mean: rounded(mean),
        standard_deviation: rounded(deviation),
    };
    let names = splits.train.targets().names();
    let mut counts = vec![BTreeMap::new(); names.len()];
    let mut parts = BTreeMap::new();
    let mut seen = HashMap::new();
    for (part, source) in [(Part::Train, &splits.train), (Part::Test, &splits.test)] {
        parts.insert(part.to_string(), source.len());
        count(part, source.as_ref(), &mut counts, &mut seen)?;
    }
    let class = |(name, parts): (&String, BTreeMap<String, usize>)| ClassFacts {
        name: name.clone(),
        pictures: parts.values().sum(),
        parts,
    };
    Ok(InspectedImages {
        source: data.source.clone(),
        shape: splits.train.shape().dimensions(),
        parts,
        classes: names.iter().zip(counts).map(class).collect(),
        channels: mean.into_iter().zip(deviation).map(channel).collect(),
        copies: ExactCopies::of(&seen),
        by_names: false,
    })
}

/// The parts and the classes of equal images.
type Seen = HashMap<[u8; 16], Vec<(Part, u32)>>;

fn count(
    part: Part,
    source: &dyn Source,
    counts: &mut [BTreeMap<String, usize>],
    seen: &mut Seen,
) -> Result<(), SessionError> {
    let ImageShape { channels, height, width } = source.shape();
    let mut pixels = vec![0; source.shape().pixel_count()];
    for index in 0..source.len() {
        let target = source.read(index, &mut pixels)?;
        let Some(class) = target.class() else { continue };
        if let Some(counts) = counts.get_mut(class as usize) {
            *counts.entry(part.to_string()).or_default() += 1;
        }
        // The order of the samples does not matter to what is equal.
        let picture = Picture::new(width, height, channels, pixels.clone()).map_err(unreadable)?;
        seen.entry(Imprint::of(&[], &picture).pixels).or_default().push((part, class));
    }
    Ok(())
}

impl ExactCopies {
    fn of(seen: &Seen) -> Self {
        let mut copies = Self::default();
        for group in seen.values().filter(|group| group.len() > 1) {
            let of_part = |part| group.iter().filter(|(of, _)| *of == part).count();
            copies.groups += 1;
            copies.surplus += group.len() - 1;
            copies.across_classes +=
                usize::from(group.iter().any(|(_, class)| *class != group[0].1));
            copies.test_seen += if of_part(Part::Train) > 0 { of_part(Part::Test) } else { 0 };
        }
        copies
    }
}

pub(super) fn report(found: &InspectedImages) -> DataSetReport {
    let classes: Vec<(&str, usize)> =
        found.classes.iter().map(|class| (class.name.as_str(), class.pictures)).collect();
    let all: usize = found.parts.values().sum();
    let [channels, height, width] = found.shape;
    let values = |value: fn(&ChannelFacts) -> f64| {
        let each = found.channels.iter().map(|channel| format!("{:.4}", value(channel)));
        format!("{}, of training pixels from 0 to 1", each.collect::<Vec<_>>().join(" "))
    };
    let copies = &found.copies;
    let mut warnings = Vec::new();
    if found.by_names && found.source == "mnist" {
        warnings.push(
            "files of these names are also those of Fashion-MNIST and KMNIST: the classes are called as MNIST's"
                .to_owned(),
        );
    }
    if copies.test_seen > 0 {
        warnings.push(format!(
            "test images that are equal to a training image: {}; scores are better than they should be",
            thousands(copies.test_seen)
        ));
    }
    if copies.across_classes > 0 {
        warnings.push(format!(
            "groups of equal images that were given different classes: {}",
            thousands(copies.across_classes)
        ));
    }
    warnings.extend(imbalance(&classes));
    let facts = [
        ("parts", tally(&found.parts)),
        // default: a set of images has classes.
        ("classes", balance(&classes).unwrap_or_default()),
        ("size", format!("{width} x {height}, {}", counted(channels, "channel"))),
        ("mean", values(|channel| channel.mean)),
        ("deviation", values(|channel| channel.standard_deviation)),
        (
            "copies",
            match copies.surplus {
                0 => "no two are equal".to_owned(),
                surplus => format!(
                    "{} in {} of equal ones",
                    counted(surplus + copies.groups, "image"),
                    counted(copies.groups, "group")
                ),
            },
        ),
    ];
    DataSetReport {
        name: found.source.clone(),
        headline: format!("{} of {}", counted(all, "image"), counted_classes(found.classes.len())),
        facts: facts.map(|(name, value)| [name.to_owned(), value]).to_vec(),
        warnings,
        tables: vec![class_table(
            &found.classes,
            &found.parts,
            all,
            "images",
            "The classes in their order.",
        )],
        version: env!("CARGO_PKG_VERSION").to_owned(),
        ..DataSetReport::default()
    }
}
