//! A picture's brightness, contrast, saturation and hue change a little, in a random order.

use super::brightness::adjust_brightness;
use super::contrast::adjust_contrast;
use super::hue::adjust_hue;
use super::saturation::adjust_saturation;
use super::{Changed, Draws, Fault, RandomTransform, Size};
use crate::Picture;

/// torchvision's `ColorJitter`.
#[derive(Clone, Debug, PartialEq)]
pub struct ColorJitter {
    /// Brightness is multiplied by a number from 1 less this, but not below 0, to 1 and this.
    pub brightness: f64,
    /// Contrast likewise.
    pub contrast: f64,
    /// Saturation likewise.
    pub saturation: f64,
    /// Hue is moved by up to this share of the whole circle, either way.
    pub hue: f64,
}

impl ColorJitter {
    /// torchvision's defaults: nothing changes.
    pub const DEFAULT: Self = Self { brightness: 0.0, contrast: 0.0, saturation: 0.0, hue: 0.0 };

    /// The four factors, in the order of the fields. Where a field is 0, the factor is none.
    fn factors(&self, draws: &mut Draws) -> [Option<f64>; 4] {
        let Self { brightness, contrast, saturation, hue } = *self;
        let ranges = [
            [(1.0 - brightness).max(0.0), 1.0 + brightness],
            [(1.0 - contrast).max(0.0), 1.0 + contrast],
            [(1.0 - saturation).max(0.0), 1.0 + saturation],
            [-hue, hue],
        ];
        ranges.map(|range| {
            // Drawn in any case, so that one field does not change the values of the others.
            let factor = draws.uniform(range);
            (range[0] < range[1]).then_some(factor)
        })
    }
}

impl Default for ColorJitter {
    fn default() -> Self {
        Self::DEFAULT
    }
}

impl RandomTransform for ColorJitter {
    fn fault(&self) -> Option<Fault> {
        let factors = [
            ("brightness", self.brightness),
            ("contrast", self.contrast),
            ("saturation", self.saturation),
        ];
        factors
            .into_iter()
            .find_map(|(name, value)| Fault::unless_within(name, value, [0.0, 100.0]))
            .or_else(|| Fault::unless_within("hue", self.hue, [0.0, 0.5]))
    }

    fn apply(&self, picture: &Picture, draws: &mut Draws, _: Size) -> Changed {
        const ADJUST: [fn(&Picture, f64) -> Picture; 4] =
            [adjust_brightness, adjust_contrast, adjust_saturation, adjust_hue];
        let order = draws.order::<4>();
        let factors = self.factors(draws);
        let mut changed = None;
        for which in order {
            if let Some(factor) = factors[which] {
                let so_far = changed.as_ref().unwrap_or(picture); // default: nothing has changed it so far
                changed = Some(ADJUST[which](so_far, factor));
            }
        }
        Ok(changed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use burnwright_random::{Purpose, Stream};

    #[test]
    fn nothing_changes_by_default() {
        let picture = Picture::new(1, 2, 3, vec![1, 2, 3, 40, 50, 60]).unwrap();
        let mut draws = Draws::new(Stream::new(1, Purpose::Augmentation));
        let size = Size::of(&picture);
        let changed = ColorJitter::default().apply(&picture, &mut draws, size).unwrap();
        assert_eq!(changed, None);
    }

    #[test]
    fn factors_are_those_of_torchvision() {
        let jitter =
            ColorJitter { brightness: 0.4, contrast: 2.0, hue: 0.1, ..ColorJitter::default() };
        let mut draws = Draws::new(Stream::new(1, Purpose::Augmentation));
        for _ in 0..1000 {
            let [brightness, contrast, saturation, hue] = jitter.factors(&mut draws);
            assert!((0.6..1.4).contains(&brightness.unwrap()));
            assert!((0.0..3.0).contains(&contrast.unwrap()));
            assert!((-0.1..0.1).contains(&hue.unwrap()));
            assert!(saturation.is_none());
        }
    }
}
