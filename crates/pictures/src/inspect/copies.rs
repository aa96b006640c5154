//! Groups of copies become what is to be known of them: between which parts they lie, and which classes they were given.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{InspectedPicture, Sight};
use crate::{Imprint, Part, Sameness, find};

/// What is to be known of copies.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CopyFacts {
    /// Pictures that could be left out so that each is there once.
    pub surplus: usize,
    /// Groups with pictures in more than one part: the later part does not judge honestly what was learned from the earlier one.
    pub across_parts: usize,
    /// Groups whose pictures were given different classes.
    pub across_classes: usize,
    /// Pictures of validation that have a copy in training.
    pub validation_seen: usize,
    /// Pictures of the test that have a copy in training or validation.
    pub test_seen: usize,
    /// All groups, in the order of their first pictures.
    pub groups: Vec<CopyGroup>,
}

/// Pictures that are copies of one another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CopyGroup {
    /// The pictures, in the order that was given.
    pub pictures: Vec<CopiedPicture>,
    /// What connects them, from the most to the least in common.
    pub sameness: Vec<Sameness>,
    /// Whether they lie in more than one part.
    pub across_parts: bool,
    /// Whether they were given different classes.
    pub across_classes: bool,
}

/// A picture of a group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct CopiedPicture {
    /// Where it is.
    pub path: String,
    /// The name of its class, where it has one.
    pub class: Option<String>,
    /// The name of its part.
    pub part: String,
}

impl CopyFacts {
    /// The copies among what was seen.
    pub(super) fn of(classes: &[String], seen: &[(InspectedPicture<'_>, &Sight)]) -> Self {
        let imprints: Vec<&Imprint> = seen.iter().map(|(_, sight)| &sight.imprint).collect();
        let found = find(&imprints);
        let mut sameness = vec![BTreeSet::new(); seen.len()];
        for link in &found.links {
            sameness[found.group_of[link.first]].insert(link.sameness);
        }
        let mut facts = Self {
            surplus: 0,
            across_parts: 0,
            across_classes: 0,
            validation_seen: 0,
            test_seen: 0,
            groups: Vec::new(),
        };
        for places in found.groups() {
            let pictures: Vec<InspectedPicture<'_>> =
                places.iter().map(|place| seen[*place].0).collect();
            let in_part = |part| pictures.iter().filter(|picture| picture.part == part).count();
            let [train, validation] = [Part::Train, Part::Validation].map(in_part);
            facts.surplus += pictures.len() - 1;
            facts.validation_seen += if train > 0 { validation } else { 0 };
            facts.test_seen += if train + validation > 0 { in_part(Part::Test) } else { 0 };
            let differ = |differs: fn(&InspectedPicture<'_>, &InspectedPicture<'_>) -> bool| {
                pictures.iter().any(|picture| differs(picture, &pictures[0]))
            };
            let across_parts = differ(|one, other| one.part != other.part);
            let across_classes = differ(|one, other| one.class != other.class);
            facts.across_parts += usize::from(across_parts);
            facts.across_classes += usize::from(across_classes);
            let copied = |picture: &InspectedPicture<'_>| CopiedPicture {
                path: picture.path.to_owned(),
                class: picture.class.and_then(|class| classes.get(class)).cloned(),
                part: picture.part.to_string(),
            };
            facts.groups.push(CopyGroup {
                pictures: pictures.iter().map(copied).collect(),
                sameness: sameness[places[0]].iter().copied().collect(),
                across_parts,
                across_classes,
            });
        }
        facts
    }
}
