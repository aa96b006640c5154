//! A share of the training samples is held out, the same share of each class where there are classes.

use burnwright_random::{Purpose, Stream};

use crate::target::check_target;
use crate::{DataError, Source};

/// Splits `source` into training and validation samples, each list ascending.
///
/// Of each class, `share` of its samples (rounded to the nearest whole number) is held out, chosen by `seed`. This is
/// scikit-learn's `train_test_split(stratify=labels)` up to the rounding and the choice. Samples whose targets are no classes count as one
/// class. A target that is none of the source's is an error. Where the data hold out samples themselves, those are taken whatever the share is.
pub fn stratified_split(
    source: &dyn Source,
    share: f64,
    seed: u64,
) -> Result<(Vec<u32>, Vec<u32>), DataError> {
    let length = in_width_of_orders(source.len())?;
    if share <= 0.0 {
        return Ok(((0..length).collect(), Vec::new()));
    }
    if let Some(held_out) = source.held_out() {
        let mut rest = Vec::with_capacity(source.len().saturating_sub(held_out.len()));
        rest.extend((0..length).filter(|place| held_out.binary_search(place).is_err()));
        return Ok((rest, held_out.to_vec()));
    }
    let mut of_class: Vec<Vec<u32>> = vec![Vec::new(); source.targets().names().len().max(1)];
    for index in 0..length {
        let target = source.target(index as usize)?;
        check_target(source.targets(), index as usize, &target, "the samples to split")?;
        // default: what has no class is one class.
        let class = target.class().unwrap_or(0) as usize;
        of_class[class].push(index);
    }
    let stream = Stream::new(seed, Purpose::Validation);
    let (mut training, mut validation) = (Vec::new(), Vec::new());
    for (class, samples) in of_class.iter().enumerate() {
        let held_out = held_out(samples.len(), share);
        let count = u32::try_from(samples.len()).expect("a class has no more samples than all");
        let order = stream.at(class as u64).permutation(count);
        for (place, &chosen) in order.iter().enumerate() {
            let part = if place < held_out { &mut validation } else { &mut training };
            part.push(samples[chosen as usize]);
        }
    }
    training.sort_unstable();
    validation.sort_unstable();
    Ok((training, validation))
}

/// A number of samples, in the width that orders are made of.
pub(crate) fn in_width_of_orders(length: usize) -> Result<u32, DataError> {
    u32::try_from(length).map_err(|_| DataError::TooMany { got: length })
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of a count below 2^32"
)]
fn held_out(samples: usize, share: f64) -> usize {
    (samples as f64 * share).round() as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ImageShape, Images};
    use proptest::prelude::*;

    fn source(labels: Vec<u32>) -> Images {
        let shape = ImageShape { channels: 1, height: 1, width: 1 };
        let classes = (0..10).map(|digit| digit.to_string()).collect();
        Images::new(shape, classes, vec![0; labels.len()], labels, "test").unwrap()
    }

    #[test]
    fn each_class_gives_its_share() {
        let labels: Vec<u32> = (0..1000).map(|i| u32::from(i % 10 > 6)).collect();
        let (training, validation) = stratified_split(&source(labels.clone()), 0.1, 42).unwrap();
        assert_eq!((training.len(), validation.len()), (900, 100));
        assert_eq!(validation.iter().filter(|&&i| labels[i as usize] == 1).count(), 30);
    }

    #[test]
    fn the_seed_decides() {
        let labels: Vec<u32> = (0..100).map(|i| i % 10).collect();
        let split = |seed| stratified_split(&source(labels.clone()), 0.3, seed).unwrap();
        assert_eq!(split(1), split(1));
        assert_ne!(split(1), split(2));
    }

    proptest! {
        #[test]
        fn no_sample_is_lost_or_doubled(
            labels in proptest::collection::vec(0_u32..10, 0..200),
            share in 0.0_f64..0.99,
        ) {
            let length = u32::try_from(labels.len()).unwrap();
            let (training, validation) = stratified_split(&source(labels), share, 3).unwrap();
            let mut all = [training, validation].concat();
            all.sort_unstable();
            prop_assert_eq!(all, (0..length).collect::<Vec<_>>());
        }
    }
}
