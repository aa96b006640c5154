//! Likenesses become pairs that may be copies: each is held against each, in a few nanoseconds, and the likest by their sketches.

use std::ops::Range;

use rayon::prelude::*;

use super::alignment::Placement;
use super::comparison::{Laid, Sketch};
use crate::likeness::{FREQUENCIES, Likeness, UNIT};

/// Two pictures, by their places in the list, that may be copies.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Candidate {
    pub(crate) first: usize,
    pub(crate) second: usize,
    pub(crate) mirrored: bool,
    pub(crate) placement: Placement,
}

/// The least product of two descriptors of copies: 99 % of crops of a twentieth of each side reach it, and 0.4 % of other pairs in CIFAR-10.
const LEAST: i32 = UNIT * UNIT / 100 * 78;
/// Pictures that are held against the others together, so that memory is read once for all of them.
const TOGETHER: usize = 16;
/// The likest others of a picture, by descriptors, whose sketches are compared, and by sketches, whose thumbnails are: among thousands of
/// pictures alike, as photographs of one scene are, this bounds the time.
const MOST_SKETCHES: usize = 256;
const MOST: usize = 32;
/// Below this standard deviation, in levels, there is nothing in a picture to compare.
const FAINT: f32 = 2.0;
/// How far the ratios of width to height of copies may be apart: a crop of a tenth of one side.
const ASPECT: f32 = 1.12;

/// Pictures that are held against one another.
pub(crate) struct Gallery<'a> {
    likenesses: Vec<&'a Likeness>,
    /// Apart from the rest, so that what is compared lies together.
    descriptors: Vec<Descriptor>,
    sketches: Vec<Sketch>,
}

impl<'a> Gallery<'a> {
    pub(crate) fn new(likenesses: Vec<&'a Likeness>) -> Self {
        let sketches = likenesses.par_iter().map(|likeness| Sketch::of(likeness)).collect();
        let descriptors = likenesses.iter().map(|likeness| Descriptor::of(likeness)).collect();
        Self { likenesses, descriptors, sketches }
    }

    pub(crate) fn likeness(&self, place: usize) -> &'a Likeness {
        self.likenesses[place]
    }

    /// The candidates whose first picture is in `rows`, in ascending order; pairs in one group already, by `group_of`, are left out.
    pub(crate) fn candidates(&self, rows: Range<usize>, group_of: &[usize]) -> Vec<Candidate> {
        let starts: Vec<usize> = rows.clone().step_by(TOGETHER).collect();
        let blocks = starts.into_par_iter().map(|start| {
            let block = start..(start + TOGETHER).min(rows.end);
            let likest = self.likest(block.clone(), group_of);
            block.zip(likest).flat_map(|(row, likest)| self.sketched(row, likest)).collect()
        });
        blocks.collect::<Vec<Vec<_>>>().concat()
    }

    /// For each row of a block, the later pictures whose descriptors are like its own.
    fn likest(&self, block: Range<usize>, group_of: &[usize]) -> Vec<Vec<Like>> {
        let mut likest = vec![Vec::new(); block.len()];
        let rows = &self.descriptors[block.clone()];
        let others = self.descriptors.iter().enumerate().skip(block.start + 1);
        for (second, other) in others {
            for (row, descriptor) in rows.iter().enumerate() {
                let (product, mirrored) = descriptor.product(other);
                if product >= LEAST {
                    let first = block.start + row;
                    if first < second
                        && group_of[first] != group_of[second]
                        && may_be_copies(self.likenesses[first], self.likenesses[second])
                    {
                        likest[row].push(Like { product, second, mirrored });
                    }
                }
            }
        }
        likest
    }

    /// The candidates of one picture among those whose descriptors are alike.
    fn sketched(&self, first: usize, mut likest: Vec<Like>) -> Vec<Candidate> {
        if likest.len() > MOST_SKETCHES {
            likest.sort_unstable_by_key(|like| (-like.product, like.second));
            likest.truncate(MOST_SKETCHES);
        }
        let laid = likest.into_iter().map(|like| {
            (self.sketches[like.second].lay(&self.sketches[first], like.mirrored), like)
        });
        let mut laid: Vec<(Laid, Like)> = laid.filter(|(laid, _)| laid.may_be_copies()).collect();
        if laid.len() > MOST {
            laid.sort_by(|(a, one), (b, other)| {
                a.rest.total_cmp(&b.rest).then(one.second.cmp(&other.second))
            });
            laid.truncate(MOST);
        }
        let candidate = |(laid, like): (Laid, Like)| Candidate {
            first,
            second: like.second,
            mirrored: like.mirrored,
            placement: laid.placement,
        };
        laid.into_iter().map(candidate).collect()
    }
}

/// A later picture with a like descriptor.
#[derive(Clone, Copy)]
struct Like {
    product: i32,
    second: usize,
    mirrored: bool,
}

/// The lowest frequencies of a picture, those that a mirror keeps and those that it turns around.
struct Descriptor {
    even: [i16; FREQUENCIES],
    odd: [i16; FREQUENCIES],
}

impl Descriptor {
    fn of(likeness: &Likeness) -> Self {
        Self { even: likeness.even, odd: likeness.odd }
    }

    /// The product with another, and whether it is larger with one of them mirrored.
    #[inline]
    fn product(&self, other: &Self) -> (i32, bool) {
        let even = dot(&self.even, &other.even);
        let odd = dot(&self.odd, &other.odd);
        (even + odd.abs(), odd < 0)
    }
}

/// At most [`UNIT`] squared in size, so nothing wraps; checks for it would cost four fifths of the speed.
#[inline]
fn dot(first: &[i16; FREQUENCIES], second: &[i16; FREQUENCIES]) -> i32 {
    let products = first.iter().zip(second).map(|(a, b)| i32::from(*a).wrapping_mul((*b).into()));
    products.fold(0, i32::wrapping_add)
}

fn may_be_copies(first: &Likeness, second: &Likeness) -> bool {
    let aspect = aspect(first) / aspect(second);
    // A side of few pixels is rounded by a large share of itself.
    let shortest = first.width.min(first.height).min(second.width).min(second.height);
    let rounding = 1.0 + 1.0 / f64::from(shortest.max(1));
    let most = f64::from(ASPECT) * rounding;
    first.contrast >= FAINT && second.contrast >= FAINT && aspect <= most && 1.0 / aspect <= most
}

fn aspect(likeness: &Likeness) -> f64 {
    f64::from(likeness.width.max(1)) / f64::from(likeness.height.max(1))
}
