//! The examples of a batch are mixed in pairs, each step otherwise: mixup and `CutMix`.

use burnwright_random::{Purpose, Stream};

use super::beta::symmetric_beta;
use super::random_rectangle::real;
use super::{Draws, Fault, Rectangle, Size};

/// Whether and how strongly batches are mixed; the settings of torchvision's training script, whose `MixUp` and `CutMix` these are.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Mixing {
    /// Both parameters of the beta distribution of mixup (Zhang et al., 2018, arXiv:1710.09412); 0 is no
    /// mixup. torchvision's `MixUp` has 1, its training script 0.2.
    pub mixup_alpha: f64,
    /// The same of `CutMix` (Yun et al., 2019, arXiv:1905.04899);
    /// torchvision has 1. Where both are above 0, each step has one of the two, as likely.
    pub cutmix_alpha: f64,
}

/// How the examples of one batch are mixed: each with its [`partner`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mixture {
    /// How much of an example stays, 0 to 1: the weight of its own target. The partner's target has the rest.
    pub lambda: f64,
    /// `CutMix`: the rectangle that is the partner's, inside the pictures; its area is the rest. None with mixup.
    pub rectangle: Option<Rectangle>,
}

/// The example that an example is mixed with: the one before it, and of the first the last; torchvision's `roll(1, 0)`.
pub fn partner(example: usize, batch_size: usize) -> usize {
    if example == 0 { batch_size.saturating_sub(1) } else { example - 1 }
}

impl Mixing {
    /// What is wrong with the settings.
    pub fn fault(&self) -> Option<Fault> {
        // Above it all values are 1/2 but for their fourth decimal.
        let most = 1e6;
        Fault::unless_within("mixup_alpha", self.mixup_alpha, [0.0, most])
            .or_else(|| Fault::unless_within("cutmix_alpha", self.cutmix_alpha, [0.0, most]))
    }

    /// How the batch of a step is mixed, whose pictures have this size; none where both settings are 0.
    pub fn mixture(&self, seed: u64, step: u64, size: Size) -> Option<Mixture> {
        let mut draws = Draws::new(Stream::new(seed, Purpose::Mixing).at(step));
        let is_first = draws.happens(0.5);
        match (self.mixup_alpha > 0.0, self.cutmix_alpha > 0.0) {
            (false, false) => None,
            (true, cuts) if is_first || !cuts => {
                let lambda = symmetric_beta(&mut draws, self.mixup_alpha);
                Some(Mixture { lambda, rectangle: None })
            }
            _ => Some(cut(&mut draws, self.cutmix_alpha, size)),
        }
    }
}

/// A rectangle around a random pixel, cut off at the edges, whose sides have the root of the drawn share; what is left of its area
/// decides the weights.
fn cut(draws: &mut Draws, alpha: f64, size: Size) -> Mixture {
    let half = 0.5 * (1.0 - symmetric_beta(draws, alpha)).sqrt();
    let [columns, rows] = [size.width, size.height].map(|side| {
        let (middle, reach) = (draws.below(side), truncated(half * real(side)));
        middle.saturating_sub(reach)..(middle + reach).min(side)
    });
    let rectangle = Rectangle::inside(
        [rows.start, columns.start],
        Size { height: rows.len(), width: columns.len() },
    );
    let share = real(rows.len() * columns.len()) / real(size.height * size.width);
    Mixture { lambda: 1.0 - share, rectangle: Some(rectangle) }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "torchvision's int()")]
fn truncated(value: f64) -> usize {
    value as usize
}

/// What a picture's samples may be.
pub trait Mixable: Copy {
    /// `lambda` of this and the rest of the other.
    #[must_use]
    fn mixed(self, other: Self, lambda: f64) -> Self;
}

impl Mixable for f32 {
    /// In 32 bits, as PyTorch reckons it.
    #[expect(clippy::cast_possible_truncation, reason = "meant")]
    fn mixed(self, other: Self, lambda: f64) -> Self {
        other * ((1.0 - lambda) as f32) + self * (lambda as f32)
    }
}

impl Mixable for u8 {
    /// Rounded to the nearest value.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is a byte")]
    fn mixed(self, other: Self, lambda: f64) -> Self {
        f32::from(self).mixed(f32::from(other), lambda).round() as u8
    }
}

impl Mixture {
    /// Mixes a batch in place: `[batch, channels, height, width]`, planes of pictures of the size that the mixture was drawn for. A rest
    /// that fills no picture stays as it is.
    pub fn apply<S: Mixable>(&self, batch: &mut [S], channels: usize, size: Size) {
        let length = channels * size.height * size.width;
        if length == 0 || batch.len() < 2 * length {
            return;
        }
        let count = batch.len() / length;
        let kept = batch[(count - 1) * length..][..length].to_vec();
        // From the last to the second: the one before is not mixed yet.
        for example in (1..count).rev() {
            let (before, from_here) = batch.split_at_mut(example * length);
            self.mix(&mut from_here[..length], &before[(example - 1) * length..], size);
        }
        self.mix(&mut batch[..length], &kept, size);
    }

    fn mix<S: Mixable>(&self, own: &mut [S], other: &[S], size: Size) {
        let Some(Rectangle { top, left, size: part }) = self.rectangle else {
            for (own, other) in own.iter_mut().zip(other) {
                *own = own.mixed(*other, self.lambda);
            }
            return;
        };
        let place = |side| usize::try_from(side).expect("the rectangle is inside the pictures");
        let (top, left) = (place(top), place(left));
        let planes = own.chunks_exact_mut(size.height * size.width);
        for (own, other) in planes.zip(other.chunks_exact(size.height * size.width)) {
            for row in top..top + part.height {
                let line = row * size.width + left..row * size.width + left + part.width;
                own[line.clone()].copy_from_slice(&other[line]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SIZE: Size = Size { height: 2, width: 3 };

    /// Three examples of 0, 10 and 20.
    fn batch() -> Vec<u8> {
        (0_u8..3).flat_map(|example| [example * 10; 6]).collect()
    }

    fn mixed_up<S: Mixable>(mut batch: Vec<S>, lambda: f64) -> Vec<S> {
        Mixture { lambda, rectangle: None }.apply(&mut batch, 1, SIZE);
        batch
    }

    #[test]
    fn mixup_takes_the_rest_from_the_example_before() {
        let numbers = mixed_up(batch().into_iter().map(f32::from).collect(), 0.75);
        let expected = [[5.0_f32; 6], [7.5; 6], [17.5; 6]].as_flattened().to_vec();
        assert_eq!(numbers, expected);
        let rounded = [[5_u8; 6], [8; 6], [18; 6]].as_flattened().to_vec();
        assert_eq!(mixed_up(batch(), 0.75), rounded);
    }

    #[test]
    fn cutmix_takes_the_rectangle_from_the_example_before() {
        let mut batch = batch();
        let rectangle = Rectangle { top: 1, left: 1, size: Size { height: 1, width: 2 } };
        Mixture { lambda: 2.0 / 3.0, rectangle: Some(rectangle) }.apply(&mut batch, 1, SIZE);
        assert_eq!(batch[..6], [0, 0, 0, 0, 20, 20]);
        assert_eq!(batch[6..12], [10, 10, 10, 10, 0, 0]);
        assert_eq!(batch[12..], [20, 20, 20, 20, 10, 10]);
    }

    #[test]
    fn partners_are_what_is_mixed() {
        assert_eq!((0..3).map(|example| partner(example, 3)).collect::<Vec<_>>(), [2, 0, 1]);
        assert_eq!(partner(0, 1), 0);
    }

    #[test]
    fn one_example_or_none_stays_as_it_is() {
        assert_eq!(mixed_up(vec![1_u8; 6], 0.5), [1; 6]);
        assert!(mixed_up(Vec::<u8>::new(), 0.5).is_empty());
    }

    #[test]
    fn no_alpha_is_no_mixing() {
        assert_eq!(Mixing::default().mixture(1, 1, SIZE), None);
    }

    #[test]
    fn either_is_as_likely() {
        let mixing = Mixing { mixup_alpha: 0.2, cutmix_alpha: 1.0 };
        let cuts = |step| mixing.mixture(1, step, SIZE).unwrap().rectangle.is_some();
        let count = (0..1000).filter(|step| cuts(*step)).count();
        assert!((430..570).contains(&count), "{count}");
    }

    #[test]
    fn values_never_change() {
        let mixing = Mixing { mixup_alpha: 0.2, cutmix_alpha: 0.0 };
        let lambda = mixing.mixture(42, 7, SIZE).unwrap().lambda;
        assert!((lambda - GOLDEN_LAMBDA).abs() < 1e-12, "{lambda}");
        let mixing = Mixing { mixup_alpha: 0.0, cutmix_alpha: 1.0 };
        let size = Size { height: 28, width: 32 };
        assert_eq!(mixing.mixture(42, 7, size).unwrap().rectangle, Some(GOLDEN_WINDOW));
    }

    const GOLDEN_LAMBDA: f64 = 0.608_018_725_180_721_4;
    const GOLDEN_WINDOW: Rectangle =
        Rectangle { top: 6, left: 19, size: Size { height: 16, width: 13 } };

    proptest! {
        #[test]
        fn the_weight_is_what_is_left_of_the_area(
            seed: u64, step: u64, alpha in 0.01..10.0, height in 1_usize..40, width in 1_usize..40,
        ) {
            let mixing = Mixing { mixup_alpha: 0.0, cutmix_alpha: alpha };
            let size = Size { height, width };
            let Mixture { lambda, rectangle } = mixing.mixture(seed, step, size).unwrap();
            let mut batch = vec![0_u8; 2 * height * width];
            batch[..height * width].fill(1);
            Mixture { lambda, rectangle }.apply(&mut batch, 1, size);
            let kept: u32 = batch[..height * width].iter().copied().map(u32::from).sum();
            prop_assert!((f64::from(kept) / real(height * width) - lambda).abs() < 1e-12);
        }
    }
}
