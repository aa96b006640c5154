//! Imprints of pictures become groups of copies: the same file, the same pixels, or nearly the same to look at; knows no files and no splits.

mod alignment;
mod candidates;
mod comparison;
mod grid;

use std::borrow::Borrow;
use std::collections::HashMap;

use rayon::prelude::*;

use crate::{Likeness, Picture};
use candidates::{Candidate, Gallery};
use comparison::{Verdict, compare};

/// What is kept of a picture to find its copies, some 1.3 KiB.
#[derive(Clone, Debug, PartialEq)]
pub struct Imprint {
    /// The first half of BLAKE3 of the file's bytes.
    pub file: [u8; 16],
    /// The first half of BLAKE3 of width, height, channels and samples.
    pub pixels: [u8; 16],
    /// What near copies are found by.
    pub likeness: Likeness,
}

impl Imprint {
    /// The imprint of a file of these bytes that was decoded to `picture`.
    pub fn of(file: &[u8], picture: &Picture) -> Self {
        let mut hasher = blake3::Hasher::new();
        for size in [picture.width, picture.height, picture.channels] {
            hasher.update(&(size as u64).to_le_bytes());
        }
        hasher.update(&picture.samples);
        Self {
            file: half(blake3::hash(file)),
            pixels: half(hasher.finalize()),
            likeness: Likeness::of(picture),
        }
    }
}

fn half(hash: blake3::Hash) -> [u8; 16] {
    let (first, _) = hash.as_bytes().split_at(16);
    first.try_into().expect("16 bytes")
}

/// How two pictures are copies of each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub enum Sameness {
    /// The files are equal byte by byte.
    File,
    /// The pixels are equal.
    Pixels,
    /// Another size, another encoding, or a crop of up to a tenth of each side.
    Near,
    /// As near, and one is the mirror image of the other, left to right.
    Mirrored,
}

/// Two copies, by their places in the list that was asked about; `first < second`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct Link {
    /// The one.
    pub first: usize,
    /// The other.
    pub second: usize,
    /// What they have in common.
    pub sameness: Sameness,
}

/// All copies among some pictures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicates {
    /// Enough pairs to connect each group, ascending: of copies of copies not every pair is listed.
    pub links: Vec<Link>,
    /// For each picture the first of its group, itself where it has no copy.
    pub group_of: Vec<usize>,
}

impl Duplicates {
    /// The groups of two and more, each ascending, in the order of their first.
    pub fn groups(&self) -> Vec<Vec<usize>> {
        let mut groups = vec![Vec::new(); self.group_of.len()];
        for (place, first) in self.group_of.iter().enumerate() {
            groups[*first].push(place);
        }
        groups.retain(|group: &Vec<usize>| group.len() > 1);
        groups
    }
}

/// Rows of the comparison of all with all between two looks at what is connected by now.
const WAVE: usize = 1024;
/// Up to so many pictures that are like one at 8 x 8, it is in no crowd of pictures of one kind.
const FEW: usize = 8;

/// Finds the copies among pictures.
///
/// Each is held against each by 32 numbers, and the likest are compared by their thumbnails: 100,000 pictures take a minute of two cores.
/// Pictures of one colour are copies only where they are equal. The result depends on the pictures alone, not on their order.
pub fn find<I: Borrow<Imprint> + Sync>(imprints: &[I]) -> Duplicates {
    let imprints: Vec<&Imprint> = imprints.iter().map(Borrow::borrow).collect();
    let mut groups = Groups::new(imprints.len());
    let mut links = equal(&imprints, &mut groups);

    // One of each group of equal pictures, in the order of their contents: which picture is laid over which must not hang on names.
    let mut distinct: Vec<usize> =
        (0..imprints.len()).filter(|i| groups.first_of(*i) == *i).collect();
    distinct.sort_by_key(|place| imprints[*place].pixels);
    let gallery = Gallery::new(distinct.iter().map(|place| &imprints[*place].likeness).collect());
    let mut neighbours = vec![0_usize; distinct.len()];
    let mut likely = Vec::new();
    let mut connect = |candidate: &Candidate, groups: &mut Groups| {
        let sameness = if candidate.mirrored { Sameness::Mirrored } else { Sameness::Near };
        let link = Link::new(distinct[candidate.first], distinct[candidate.second], sameness);
        groups.join(link.first, link.second);
        links.push(link);
    };
    for start in (0..distinct.len()).step_by(WAVE) {
        let group_of: Vec<usize> = distinct.iter().map(|place| groups.first_of(*place)).collect();
        let rows = start..(start + WAVE).min(distinct.len());
        let candidates = gallery.candidates(rows, &group_of);
        let verdicts = candidates.par_iter().map(|candidate| {
            let [first, second] =
                [candidate.first, candidate.second].map(|place| gallery.likeness(place));
            compare(first, second, candidate.mirrored, candidate.placement)
        });
        let verdicts: Vec<Verdict> = verdicts.collect();
        for (candidate, verdict) in candidates.into_iter().zip(verdicts) {
            neighbours[candidate.first] += 1;
            neighbours[candidate.second] += 1;
            match verdict {
                Verdict::Copies => connect(&candidate, &mut groups),
                Verdict::Likely => likely.push(candidate),
                Verdict::Different => {}
            }
        }
    }
    for candidate in likely {
        if neighbours[candidate.first].max(neighbours[candidate.second]) <= FEW {
            connect(&candidate, &mut groups);
        }
    }
    links.sort_unstable();
    Duplicates {
        links,
        group_of: (0..imprints.len()).map(|place| groups.first_of(place)).collect(),
    }
}

impl Link {
    fn new(one: usize, other: usize, sameness: Sameness) -> Self {
        Self { first: one.min(other), second: one.max(other), sameness }
    }
}

/// Links each picture that has an equal one before it to the first of these.
fn equal(imprints: &[&Imprint], groups: &mut Groups) -> Vec<Link> {
    let mut files = HashMap::new();
    let mut pixels = HashMap::new();
    let mut links = Vec::new();
    for (place, imprint) in imprints.iter().enumerate() {
        let of_file = *files.entry(imprint.file).or_insert(place);
        let of_pixels = *pixels.entry(imprint.pixels).or_insert(place);
        let same = if of_file == place {
            (of_pixels, Sameness::Pixels)
        } else {
            (of_file, Sameness::File)
        };
        if same.0 != place {
            links.push(Link::new(same.0, place, same.1));
            groups.join(same.0, place);
        }
    }
    links
}

/// Disjoint sets; the first member stands for its set.
struct Groups {
    towards: Vec<usize>,
}

impl Groups {
    fn new(count: usize) -> Self {
        Self { towards: (0..count).collect() }
    }

    fn first_of(&mut self, place: usize) -> usize {
        let mut first = place;
        while self.towards[first] != first {
            first = self.towards[first];
        }
        let mut place = place;
        while self.towards[place] != first {
            place = std::mem::replace(&mut self.towards[place], first);
        }
        first
    }

    fn join(&mut self, one: usize, other: usize) {
        let (one, other) = (self.first_of(one), self.first_of(other));
        self.towards[one.max(other)] = one.min(other);
    }
}
