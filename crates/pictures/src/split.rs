//! Examples become a training, a validation and a test share; knows of an example its content's hash, its class and its group alone.
//!
//! It serves pictures and tables alike.

use std::collections::BTreeMap;

use burnwright_random::{Purpose, Stream};

use crate::PicturesError;

/// What must be known of an example to divide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// A hash of its content: of a picture's pixels, of a row's cells.
    pub key: [u8; 16],
    /// Its class, or the bin of its target ([`quantile_bins`]): each is divided in the same proportion.
    pub stratum: u32,
    /// The same number for examples that must stay together, such as copies.
    pub group: usize,
}

/// How much of the examples is held out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shares {
    validation: f64,
    test: f64,
}

impl Shares {
    /// Shares from 0 on, together below 1.
    pub fn new(validation: f64, test: f64) -> Result<Self, PicturesError> {
        let possible = validation >= 0.0 && test >= 0.0 && validation + test < 1.0;
        if possible {
            Ok(Self { validation, test })
        } else {
            Err(PicturesError::Shares { validation, test })
        }
    }
}

/// Which examples belong to which share: their places in the list that was divided, ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Division {
    /// To learn from.
    pub train: Vec<usize>,
    /// To choose by.
    pub validation: Vec<usize>,
    /// To judge by.
    pub test: Vec<usize>,
}

/// Divides examples: groups stay whole, and each stratum is divided as the shares say, as closely as its groups allow.
///
/// Who is in which share depends on the contents, the groups and the seed, not on names or on the order of the list. A stratum of three
/// groups and more has an example in each share that is not 0; one of two has one in training and, where rounding gives it one, one
/// elsewhere; one of a single group is trained on. A group of several strata counts with the most frequent one of its members.
///
/// With groups of one and no small strata, this is `train_test_split(.., stratify=strata)` of scikit-learn, applied twice.
pub fn split(members: &[Member], shares: Shares, seed: u64) -> Division {
    let groups = Groups::of(members);
    let mut strata: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for group in groups.all() {
        strata.entry(groups.stratum(group)).or_default().push(group);
    }
    let count = |group: &u32| groups.places(*group).len();
    let counts: Vec<usize> =
        strata.values().map(|stratum| stratum.iter().map(count).sum()).collect();
    let tests = apportioned(&counts, shares.test);
    let validations = apportioned(&counts, shares.validation);

    let mut division = Division::default();
    let stream = Stream::new(seed, Purpose::Validation);
    for (stratum, (test, validation)) in
        strata.into_values().zip(tests.into_iter().zip(validations))
    {
        // At least one where there is enough for all three.
        let wanted = |count: usize, share: f64, groups: usize| {
            if share > 0.0 && groups >= 3 { count.max(1) } else { count }
        };
        let count = stratum.len();
        let test = wanted(test, shares.test, count);
        let validation = wanted(validation, shares.validation, count);
        let mut blocks = groups.ranked(stratum, stream);
        let kept = 1 + usize::from(validation > 0 && count >= 3);
        take(&mut blocks, test, kept, &mut division.test);
        take(&mut blocks, validation, 1, &mut division.validation);
        division.train.extend(blocks.into_iter().flat_map(Block::places));
    }
    for places in [&mut division.train, &mut division.validation, &mut division.test] {
        places.sort_unstable();
    }
    division
}

/// Strata for targets that are numbers: for each value the tenth (of `bins` = 10) that it lies in, equal values in the same.
///
/// Values are in the order of [`f64::total_cmp`]: negative infinity is below all numbers, infinity above them, and a NaN lies outside
/// both, on the side of its sign; -0 is below 0.
pub fn quantile_bins(values: &[f64], bins: u32) -> Vec<u32> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let bin = |value: &f64| {
        let below = sorted.partition_point(|other| other.total_cmp(value).is_lt());
        let bin = below as u128 * u128::from(bins) / values.len().max(1) as u128;
        u32::try_from(bin).expect("below the number of bins, which is a u32")
    };
    values.iter().map(bin).collect()
}

/// All examples, those of a group next to one another: a few bytes an example, because a table has millions of them.
struct Groups<'a> {
    members: &'a [Member],
    /// The places of all examples, group by group.
    places: Vec<u32>,
    /// Where each group begins among these, and where the last ends.
    bounds: Vec<u32>,
}

/// Examples that stay together.
#[derive(Clone, Copy)]
struct Block<'a> {
    random: [u64; 2],
    /// Ascending.
    places: &'a [u32],
}

impl Block<'_> {
    fn places(self) -> impl Iterator<Item = usize> {
        self.places.iter().map(|&place| place as usize)
    }
}

impl<'a> Groups<'a> {
    fn of(members: &'a [Member]) -> Self {
        let count = u32::try_from(members.len()).expect("fewer than 2^32 examples are divided");
        let group = |place: u32| members[place as usize].group;
        let mut places: Vec<u32> = (0..count).collect();
        places.sort_by_key(|&place| group(place));
        let begins = |at: &u32| {
            let at = *at as usize;
            at == 0 || group(places[at]) != group(places[at - 1])
        };
        let bounds = (0..count).filter(begins).chain([count]).collect();
        Self { members, places, bounds }
    }

    fn all(&self) -> std::ops::Range<u32> {
        0..u32::try_from(self.bounds.len() - 1).expect("a group has an example at least")
    }

    fn places(&self, group: u32) -> &[u32] {
        let group = group as usize;
        &self.places[self.bounds[group] as usize..self.bounds[group + 1] as usize]
    }

    fn stratum(&self, group: u32) -> u32 {
        stratum(self.members, self.places(group))
    }

    /// Groups of one stratum in the order in which shares are filled.
    fn ranked(&self, groups: Vec<u32>, stream: Stream) -> Vec<Block<'_>> {
        let key = |places: &[u32]| {
            let keys = places.iter().map(|&place| self.members[place as usize].key);
            keys.min().expect("a group has the member that began it")
        };
        let block = |group| {
            let places = self.places(group);
            let key = key(places);
            let halves = [0, 8].map(|start| {
                let half = key[start..start + 8].try_into().expect("half of 16 bytes");
                u64::from_le_bytes(half)
            });
            let random = stream.at(halves[0]).at(halves[1]);
            Block { random: [random.bits(0), random.bits(1)], places }
        };
        let mut blocks: Vec<Block<'_>> = groups.into_iter().map(block).collect();
        // Two groups with the same content are not one only where whoever grouped them wanted that.
        let tie = |one: &Block<'_>| (key(one.places), one.places.len());
        blocks.sort_by(|one, other| {
            one.random.cmp(&other.random).then_with(|| tie(one).cmp(&tie(other)))
        });
        blocks
    }
}

/// The stratum of most members of a group, the smallest of several.
fn stratum(members: &[Member], places: &[u32]) -> u32 {
    let of = |&place: &u32| members[place as usize].stratum;
    match places {
        [only] => of(only),
        _ => most_frequent(places.iter().map(of)),
    }
}

/// The most frequent value, the smallest of several.
fn most_frequent(values: impl Iterator<Item = u32>) -> u32 {
    let mut counts: BTreeMap<u32, usize> = BTreeMap::new();
    for value in values {
        *counts.entry(value).or_default() += 1;
    }
    let most = counts.into_iter().max_by_key(|(value, count)| (*count, std::cmp::Reverse(*value)));
    most.expect("a group has the member that began it").0
}

/// How many of each stratum make up `share` of all: each rounded down, and what is missing of the whole by the largest remainders.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "counts of examples are far below 2^53, and a share of one lies between 0 and it"
)]
fn apportioned(counts: &[usize], share: f64) -> Vec<usize> {
    let exact: Vec<f64> = counts.iter().map(|count| *count as f64 * share).collect();
    let mut whole: Vec<usize> = exact.iter().map(|exact| exact.floor() as usize).collect();
    let all = (counts.iter().sum::<usize>() as f64 * share).round() as usize;
    let mut order: Vec<usize> = (0..counts.len()).collect();
    let remainder = |stratum: usize| exact[stratum] - exact[stratum].floor();
    order.sort_by(|one, other| remainder(*other).total_cmp(&remainder(*one)).then(one.cmp(other)));
    let missing = all.saturating_sub(whole.iter().sum());
    for stratum in order.into_iter().take(missing) {
        whole[stratum] += 1;
    }
    whole
}

/// Moves blocks, in their order, to a share until it has `wanted` examples, as nearly as their sizes allow; `kept` blocks stay.
fn take(blocks: &mut Vec<Block<'_>>, wanted: usize, kept: usize, share: &mut Vec<usize>) {
    let mut left = wanted;
    let mut available = blocks.len().saturating_sub(kept);
    if left == 0 || available == 0 {
        return;
    }
    let mut rest = Vec::with_capacity(blocks.len());
    for block in blocks.drain(..) {
        let size = block.places.len();
        // Not more than it is too little without.
        if available > 0 && left > 0 && size <= 2 * left {
            left = left.saturating_sub(size);
            available -= 1;
            share.extend(block.places());
        } else {
            rest.push(block);
        }
    }
    if left == wanted {
        // All are too large: the smallest is nearest.
        let smallest = rest.iter().enumerate().min_by_key(|(_, block)| block.places.len());
        let smallest = smallest.expect("one is available at least").0;
        share.extend(rest.remove(smallest).places());
    }
    *blocks = rest;
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn member(content: u64, stratum: u32, group: usize) -> Member {
        let hash = blake3::hash(&content.to_le_bytes());
        Member { key: hash.as_bytes()[..16].try_into().unwrap(), stratum, group }
    }

    /// One group each, `count` of each of `classes` classes.
    fn balanced(classes: usize, count: usize) -> Vec<Member> {
        let stratum = |place: usize| u32::try_from(place % classes).unwrap();
        (0..classes * count).map(|place| member(place as u64, stratum(place), place)).collect()
    }

    fn shares(validation: f64, test: f64) -> Shares {
        Shares::new(validation, test).unwrap()
    }

    fn per_stratum(members: &[Member], places: &[usize]) -> BTreeMap<u32, u32> {
        let mut counts = BTreeMap::new();
        for place in places {
            *counts.entry(members[*place].stratum).or_default() += 1;
        }
        counts
    }

    #[test]
    fn each_class_is_divided_in_the_same_proportion() {
        let members = balanced(3, 100);
        let division = split(&members, shares(0.1, 0.2), 1);
        let all = |count| BTreeMap::from([(0, count), (1, count), (2, count)]);
        assert_eq!(per_stratum(&members, &division.test), all(20));
        assert_eq!(per_stratum(&members, &division.validation), all(10));
        assert_eq!(per_stratum(&members, &division.train), all(70));
    }

    #[test]
    fn the_whole_is_divided_as_asked_where_classes_round() {
        // 14 of each of ten classes: 1.4 of each, 14 together.
        let division = split(&balanced(10, 14), shares(0.0, 0.1), 1);
        assert_eq!((division.test.len(), division.validation.len()), (14, 0));
    }

    #[test]
    fn the_seed_chooses() {
        let members = balanced(2, 50);
        let of = |seed| split(&members, shares(0.1, 0.1), seed);
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
    }

    #[test]
    fn choices_never_change() {
        let division = split(&balanced(2, 10), shares(0.1, 0.2), 42);
        assert_eq!((&division.validation[..], &division.test[..]), (&GOLDEN.0[..], &GOLDEN.1[..]));
    }

    const GOLDEN: ([usize; 2], [usize; 4]) = ([5, 18], [1, 4, 14, 15]);

    #[test]
    fn one_more_example_moves_few_others() {
        let mut members = balanced(2, 500);
        let before = split(&members, shares(0.1, 0.1), 3);
        members.push(member(1_000_000, 0, 1000));
        let after = split(&members, shares(0.1, 0.1), 3);
        let moved = |before: &[usize], after: &[usize]| {
            after.iter().filter(|place| **place != 1000 && !before.contains(place)).count()
        };
        assert!(moved(&before.test, &after.test) <= 1);
        assert!(moved(&before.validation, &after.validation) <= 2);
    }

    #[test]
    fn small_classes_are_trained_on_first() {
        let of = |sizes: &[usize]| {
            let members: Vec<Member> = sizes
                .iter()
                .enumerate()
                .flat_map(|(class, size)| {
                    let class = u32::try_from(class).unwrap();
                    (0..*size).map(move |number| {
                        member(
                            (u64::from(class) << 32) + number as u64,
                            class,
                            (class as usize) << 16 | number,
                        )
                    })
                })
                .collect();
            let division = split(&members, shares(0.1, 0.1), 5);
            [division.train, division.validation, division.test].map(|part| part.len())
        };
        assert_eq!(of(&[1]), [1, 0, 0]);
        assert_eq!(of(&[2]), [2, 0, 0]);
        assert_eq!(of(&[3]), [1, 1, 1]);
        assert_eq!(of(&[4, 1]), [3, 1, 1]);
        assert_eq!(of(&[]), [0, 0, 0]);
    }

    #[test]
    fn a_group_that_is_too_large_is_not_cut() {
        // Three groups of ten, of which a tenth is three examples.
        let members: Vec<Member> =
            (0..30).map(|place| member(place, 0, (place / 10) as usize)).collect();
        let division = split(&members, shares(0.1, 0.1), 1);
        assert_eq!(
            [&division.train, &division.validation, &division.test].map(Vec::len),
            [10, 10, 10]
        );
    }

    #[test]
    fn numbers_are_binned_by_their_quantiles() {
        assert_eq!(quantile_bins(&[5.0, 1.0, 3.0, 2.0, 4.0], 5), [4, 0, 2, 1, 3]);
        assert_eq!(quantile_bins(&[1.0, 1.0, 1.0, 2.0], 2), [0, 0, 0, 1]);
        let ends = [f64::NAN, f64::INFINITY, 0.0, -0.0, f64::NEG_INFINITY, -f64::NAN];
        assert_eq!(quantile_bins(&ends, 6), [5, 4, 3, 2, 1, 0]);
        assert_eq!(quantile_bins(&[], 10), [0; 0]);
    }

    #[test]
    fn shares_leave_something_to_train_on() {
        for (validation, test) in [(0.5, 0.5), (-0.1, 0.1), (0.0, f64::NAN), (f64::INFINITY, 0.0)] {
            assert!(Shares::new(validation, test).is_err(), "{validation} {test}");
        }
        assert_eq!(
            Shares::new(0.9, 0.2).unwrap_err().to_string(),
            "shares of 0.9 for validation and 0.2 for the test, expected each from 0 on and together below 1"
        );
    }

    /// Classes and groups as they come; contents that differ.
    fn any_members() -> impl Strategy<Value = Vec<Member>> {
        let of_all = |(first, all): (u32, Vec<(u32, usize)>)| {
            let contents = u64::from(first)..;
            let members = contents.zip(all);
            members.map(|(content, (stratum, group))| member(content, stratum, group)).collect()
        };
        let all = prop::collection::vec((0_u32..6, 0_usize..60), 0..200);
        (any::<u32>(), all).prop_map(of_all)
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_groups_stay_whole(
            members in any_members(), validation in 0.0..0.5, test in 0.0..0.49, seed: u64,
        ) {
            let division = split(&members, shares(validation, test), seed);
            let mut all = [&division.train[..], &division.validation, &division.test].concat();
            for part in [&division.train, &division.validation, &division.test] {
                prop_assert!(part.is_sorted());
            }
            all.sort_unstable();
            prop_assert_eq!(all, (0..members.len()).collect::<Vec<_>>());
            let mut part_of_group = BTreeMap::new();
            for (part, places) in [&division.train, &division.validation, &division.test].into_iter().enumerate() {
                for place in places {
                    let first = *part_of_group.entry(members[*place].group).or_insert(part);
                    prop_assert_eq!(first, part);
                }
            }
        }

        #[test]
        fn a_share_misses_by_less_than_its_strata_s_largest_groups(
            members in any_members(), test in 0.05..0.4, validation in 0.05..0.4, seed: u64,
        ) {
            let of_group = |group: usize| u32::try_from(group % 3).unwrap();
            let members: Vec<Member> = members
                .into_iter()
                .map(|member| Member { stratum: of_group(member.group), ..member })
                .collect();
            let division = split(&members, shares(validation, test), seed);
            let got = per_stratum(&members, &division.test);
            let mut strata: BTreeMap<u32, BTreeMap<usize, u32>> = BTreeMap::new();
            for member in &members {
                let groups = strata.entry(member.stratum).or_default();
                *groups.entry(member.group).or_default() += 1;
            }
            for (stratum, groups) in strata.into_iter().filter(|(_, groups)| groups.len() >= 3) {
                let got = f64::from(got[&stratum]);
                let wanted = f64::from(groups.values().sum::<u32>()) * test;
                let most = f64::from(*groups.values().max().unwrap()) + 1.0;
                prop_assert!((got - wanted).abs() <= most, "{got} of {wanted}: {groups:?}");
            }
        }

        #[test]
        fn the_order_of_the_list_does_not_matter(members in any_members(), seed: u64, turn in 0_usize..200) {
            let division = split(&members, shares(0.2, 0.2), seed);
            let turn = turn % members.len().max(1);
            let turned = [&members[turn..], &members[..turn]].concat();
            let of_turned = split(&turned, shares(0.2, 0.2), seed);
            let keys = |members: &[Member], places: &[usize]| {
                let mut keys: Vec<_> = places.iter().map(|place| members[*place].key).collect();
                keys.sort_unstable();
                keys
            };
            prop_assert_eq!(keys(&members, &division.test), keys(&turned, &of_turned.test));
            prop_assert_eq!(keys(&members, &division.validation), keys(&turned, &of_turned.validation));
        }
    }
}
