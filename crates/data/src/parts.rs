//! Examples with what they are like in, who learns and who judges out: what is given stays as it is, the rest is split so that no copy of
//! an example crosses.

use burnwright_pictures::{Division, Member, Shares, quantile_bins, split};

use crate::{DataConfig, DataError, Target};

/// Samples of a data set whose content hashes are kept with a run: 2^20, whose file takes 40 MB.
pub const MOST_HASHED: usize = 1 << 20;

/// What decides to which part an example belongs.
pub(crate) struct Looks {
    /// A hash of the content.
    pub(crate) keys: Vec<[u8; 16]>,
    /// What [`strata`] says.
    pub(crate) strata: Vec<u32>,
    /// Examples of one group are copies of one another.
    pub(crate) groups: Vec<u32>,
    /// The part that the data themselves give.
    pub(crate) given: Vec<Option<Part>>,
}

/// A part of the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// What models learn from.
    Train,
    /// What they are watched by.
    Validation,
    /// What they are judged by.
    Test,
}

/// The places of the examples of each part.
pub(crate) struct Parts {
    /// Those that models learn from, and those that they are watched by, ascending.
    pub(crate) train: Vec<u32>,
    /// Of these, the places of those that they are watched by, ascending.
    pub(crate) held_out: Vec<u32>,
    /// Those that they are judged by, ascending.
    pub(crate) test: Vec<u32>,
}

/// The parts of a data set. Where the data give validation or test examples, no others are held out.
/// Where a file of test examples is named, none of these are.
pub(crate) fn parts(looks: &Looks, config: &DataConfig) -> Result<Parts, DataError> {
    let mut all = looks.given.clone();
    let has = |part| looks.given.contains(&Some(part));
    let test_is_elsewhere = config.test_path.is_some();
    let (has_validation, has_test) = (has(Part::Validation), has(Part::Test));
    let open: Vec<usize> =
        (0..all.len()).filter(|&place| matches!(all[place], None | Some(Part::Train))).collect();
    let shares = Shares::new(
        if has_validation { 0.0 } else { config.validation },
        if has_test || test_is_elsewhere { 0.0 } else { config.test },
    )?;
    let members: Vec<Member> = (open.iter())
        .map(|&place| Member {
            key: looks.keys[place],
            stratum: looks.strata[place],
            group: looks.groups[place] as usize,
        })
        .collect();
    let Division { train, validation, test } = split(&members, shares, config.split_seed);
    for (part, members) in
        [(Part::Train, train), (Part::Validation, validation), (Part::Test, test)]
    {
        for member in members {
            all[open[member]] = Some(part);
        }
    }
    let mut parts = Parts { train: Vec::new(), held_out: Vec::new(), test: Vec::new() };
    for (place, part) in (0..).zip(all) {
        match part {
            Some(Part::Test) => parts.test.push(place),
            // Nobody asked for examples to be watched by.
            Some(Part::Validation) if config.validation <= 0.0 => {}
            Some(Part::Validation) => {
                parts.held_out.push(u32::try_from(parts.train.len()).expect("places are u32"));
                parts.train.push(place);
            }
            _ => parts.train.push(place),
        }
    }
    for (what, part, wanted) in
        [("training set", &parts.train, true), ("test set", &parts.test, !test_is_elsewhere)]
    {
        if wanted && part.is_empty() {
            return Err(DataError::Empty { what: what.to_owned() });
        }
    }
    Ok(parts)
}

/// Strata of targets that are numbers: tenths.
const TENTHS: u32 = 10;

/// What each example stands for in a split that keeps proportions: its class, in which tenth of all numbers its number lies, or of the labels
/// that hold the rarest one, as the iterative stratification of labels begins (Sechidis et al., 2011).
pub(crate) fn strata<'a>(truth: impl Iterator<Item = &'a Target> + Clone) -> Vec<u32> {
    let numbers: Vec<f64> = truth
        .clone()
        .filter_map(|target| if let Target::Number(number) = target { Some(*number) } else { None })
        .collect();
    let mut tenths = quantile_bins(&numbers, TENTHS).into_iter();
    let mut counts: Vec<usize> = Vec::new();
    for target in truth.clone() {
        if let Target::Labels(labels) = target {
            counts.resize(labels.len(), 0);
            counts.iter_mut().zip(labels).for_each(|(count, &holds)| *count += usize::from(holds));
        }
    }
    let of = |target: &Target| match target {
        Target::Class(class) => *class,
        Target::Number(_) => tenths.next().expect("each number has a tenth"),
        Target::Labels(labels) => {
            let holding = (0..).zip(labels).filter(|(_, holds)| **holds).map(|(place, _)| place);
            let rarest = holding.min_by_key(|&place: &u32| counts[place as usize]);
            // default: an example without labels is of a stratum of its own.
            rarest.unwrap_or_else(|| u32::try_from(labels.len()).unwrap_or(u32::MAX))
        }
    };
    truth.map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_that_the_data_give_stay_as_they_are() {
        let key = |place: u8| [place; 16];
        let mut looks = Looks {
            keys: (0..10).map(key).collect(),
            strata: vec![0; 10],
            groups: (0..10).collect(),
            given: vec![Some(Part::Train); 10],
        };
        (looks.given[3], looks.given[8]) = (Some(Part::Test), Some(Part::Validation));
        let config = |validation| DataConfig { validation, test: 0.4, ..DataConfig::default() };
        let made = parts(&looks, &config(0.5)).unwrap();
        assert_eq!((made.test, made.train.len(), made.held_out), (vec![3], 9, vec![7]));
        // Nobody is watched by examples that nobody asked for.
        let made = parts(&looks, &config(0.0)).unwrap();
        assert_eq!((made.test, made.train.len(), made.held_out.len()), (vec![3], 8, 0));
    }

    #[test]
    fn examples_stand_for_their_class_their_tenth_or_their_rarest_label() {
        assert_eq!(strata([2, 0, 2].map(Target::Class).iter()), [2, 0, 2]);
        let numbers: Vec<Target> = (0..20).rev().map(|i| Target::Number(f64::from(i))).collect();
        let tenths = strata(numbers.iter());
        assert_eq!((tenths[0], tenths[19]), (9, 0));
        let labels = [[true, true], [true, false], [false, false]];
        let labels = labels.map(|labels| Target::Labels(labels.into()));
        assert_eq!(strata(labels.iter()), [1, 0, 2]);
    }

    #[test]
    fn what_is_held_out_is_told_from_what_is_learned() {
        let looks = Looks {
            keys: (0..100).map(|place| [place; 16]).collect(),
            strata: (0..100).map(|place| place % 2).collect(),
            // Each place and the one two further on are copies.
            groups: (0..100).map(|place| place / 4 * 4 + place % 2).collect(),
            given: vec![None; 100],
        };
        let config = DataConfig { validation: 0.1, test: 0.2, ..DataConfig::default() };
        let made = parts(&looks, &config).unwrap();
        // Five of a class are no whole pairs.
        assert_eq!((made.train.len(), made.held_out.len(), made.test.len()), (80, 12, 20));
        let held_out: Vec<u32> =
            made.held_out.iter().map(|&place| made.train[place as usize]).collect();
        let part = |place: &u32| match (made.test.contains(place), made.train.contains(place)) {
            (true, false) => "test",
            (false, true) if held_out.contains(place) => "held out",
            (false, true) => "learned",
            _ => panic!("{place} is in two parts, or in none"),
        };
        for place in (0..100).filter(|place| place % 4 < 2) {
            assert_eq!(part(&place), part(&(place + 2)), "{place}");
        }
    }
}
