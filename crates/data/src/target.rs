//! What is true of an example: a class, labels that each hold or do not, or a number.

use burn::tensor::{Device, Int, Tensor, TensorData};
use serde::{Deserialize, Serialize};

use crate::{DataError, Scale};

/// What is true of one example.
#[derive(Clone, Debug, PartialEq)]
pub enum Target {
    /// The place of its class in the list of classes.
    Class(u32),
    /// Whether each label of the list of labels holds.
    Labels(Box<[bool]>),
    /// A number, in the data's own unit.
    Number(f64),
}

/// What the targets of a data set are, and what they are called.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "names", rename_all = "kebab-case")]
pub enum Targets {
    /// One of these classes.
    Classes(Vec<String>),
    /// Any of these labels.
    Labels(Vec<String>),
    /// A number of this name.
    Number(String),
}

impl Targets {
    /// The names of the classes or labels; that of the number.
    pub fn names(&self) -> &[String] {
        match self {
            Self::Classes(names) | Self::Labels(names) => names,
            Self::Number(name) => std::slice::from_ref(name),
        }
    }

    /// What they are, for people: `classes`, `labels` or `numbers`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Classes(_) => "classes",
            Self::Labels(_) => "labels",
            Self::Number(_) => "numbers",
        }
    }
}

impl Target {
    /// The class, where it is one.
    pub fn class(&self) -> Option<u32> {
        if let Self::Class(class) = self { Some(*class) } else { None }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Class(_) => "a class",
            Self::Labels(_) => "labels",
            Self::Number(_) => "a number",
        }
    }

    /// Bytes that no other target has, for hashes.
    pub(crate) fn hash_into(&self, hash: &mut impl FnMut(&[u8])) {
        match self {
            Self::Class(class) => hash(&class.to_le_bytes()),
            Self::Labels(labels) => labels.iter().for_each(|&holds| hash(&[u8::from(holds)])),
            Self::Number(number) => hash(&number.to_bits().to_le_bytes()),
        }
    }
}

/// Whether what a source says of an example can be: a class that it has, as many labels as it has, a number that is finite. A source may
/// be anybody's: what it says is not trusted.
pub(crate) fn check_target(
    targets: &Targets,
    index: usize,
    target: &Target,
    place: &str,
) -> Result<(), DataError> {
    let place = || place.to_owned();
    match (target, targets) {
        (&Target::Class(label), Targets::Classes(classes)) => {
            let classes = classes.len();
            if (label as usize) < classes {
                return Ok(());
            }
            Err(DataError::Label { label, index, classes, place: place() })
        }
        (Target::Labels(labels), Targets::Labels(names)) => {
            let (got, expected) = (labels.len(), names.len());
            if got == expected {
                return Ok(());
            }
            Err(DataError::LabelCount { got, expected, index, place: place() })
        }
        (&Target::Number(value), Targets::Number(_)) => {
            if value.is_finite() {
                return Ok(());
            }
            Err(DataError::NumberNotFinite { value, index, place: place() })
        }
        _ => {
            let (got, expected) = (target.kind(), targets.kind());
            Err(DataError::TargetKind { got, expected, index, place: place() })
        }
    }
}

/// The targets of a batch, as they lie on the device.
#[derive(Clone, Debug)]
pub enum TargetTensor {
    /// `[batch]`
    Classes(Tensor<1, Int>),
    /// Classes of examples that are mixed, each with the one before it: `torchvision.transforms.v2.MixUp` and `CutMix`.
    Mixed {
        /// The own class of each example, and that of the example that it is mixed with, `[2, batch]`.
        classes: Tensor<2, Int>,
        /// How much of the target is its own class, 0 to 1; the rest is the partner's.
        share: f64,
    },
    /// `[batch, labels]`, 1 where a label holds and 0 where it does not.
    Labels(Tensor<2>),
    /// `[batch, 1]`, as the [`Scale`] makes them.
    Numbers(Tensor<2>),
}

impl TargetTensor {
    /// Copies checked targets, all of one kind, to a device. None of no target are classes.
    ///
    /// # Panics
    ///
    /// Panics where targets are of different kinds.
    pub fn new(targets: &[Target], scale: Scale, device: &Device) -> Self {
        let count = targets.len();
        match targets.first() {
            Some(Target::Labels(labels)) => {
                let holds = |target: &Target| match target {
                    Target::Labels(labels) => labels.iter().map(|&is| f32::from(is)).collect(),
                    other => panic!("labels and {} in one batch", other.kind()),
                };
                let width = labels.len();
                let values: Vec<f32> =
                    targets.iter().flat_map(|one| -> Vec<f32> { holds(one) }).collect();
                Self::Labels(Tensor::from_data(TensorData::new(values, [count, width]), device))
            }
            Some(Target::Number(_)) => {
                let number = |target: &Target| match target {
                    Target::Number(number) => scale.apply(*number),
                    other => panic!("a number and {} in one batch", other.kind()),
                };
                let values: Vec<f32> = targets.iter().map(number).collect();
                Self::Numbers(Tensor::from_data(TensorData::new(values, [count, 1]), device))
            }
            _ => {
                let classes = TensorData::new(numbers_of(targets), [count]);
                Self::Classes(Tensor::from_data(classes, device)) // [batch]
            }
        }
    }

    /// Copies the classes of mixed examples to a device, `share` of which is an example's own, and the rest that of the one before it, of the
    /// first the last.
    ///
    /// # Panics
    ///
    /// Panics where targets are no classes.
    pub fn mixed(targets: &[Target], share: f64, device: &Device) -> Self {
        let own = numbers_of(targets);
        let mut partner = own.clone();
        if !partner.is_empty() {
            partner.rotate_right(1);
        }
        let both = TensorData::new([own, partner].concat(), [2, targets.len()]);
        Self::Mixed { classes: Tensor::from_data(both, device), share } // [2, batch]
    }

    /// The own classes of mixed examples and those of their partners, `[batch]` each, of `classes` `[2, batch]`.
    pub fn own_and_partner(classes: &Tensor<2, Int>) -> [Tensor<1, Int>; 2] {
        [0, 1].map(|row: usize| classes.clone().narrow(0, row, 1).squeeze_dim::<1>(0))
    }

    /// Of mixed examples the class that has the larger share, their own where both have half; others as they are. This is what the correct
    /// ones are counted by while training.
    #[must_use]
    pub fn settled(self) -> Self {
        match self {
            Self::Mixed { classes, share } => {
                let [own, partner] = Self::own_and_partner(&classes);
                Self::Classes(if share >= 0.5 { own } else { partner })
            }
            other => other,
        }
    }

    /// Those of several batches, one after the other; mixed ones are [settled](Self::settled).
    ///
    /// # Panics
    ///
    /// Panics where there is none, or where they are of different kinds.
    pub fn cat(all: impl IntoIterator<Item = Self>) -> Self {
        let (mut classes, mut values) = (Vec::new(), Vec::new());
        let mut are_labels = false;
        for targets in all {
            match targets.settled() {
                Self::Classes(tensor) => classes.push(tensor),
                Self::Mixed { .. } => unreachable!("what is settled is not mixed"),
                Self::Labels(tensor) => {
                    are_labels = true;
                    values.push(tensor);
                }
                Self::Numbers(tensor) => values.push(tensor),
            }
        }
        assert!(classes.is_empty() || values.is_empty(), "batches of different kinds");
        if values.is_empty() {
            Self::Classes(Tensor::cat(classes, 0)) // [n]
        } else if are_labels {
            Self::Labels(Tensor::cat(values, 0)) // [n, labels]
        } else {
            Self::Numbers(Tensor::cat(values, 0)) // [n, 1]
        }
    }

    /// Without a device that records for the backward pass.
    #[must_use]
    pub fn inner(self) -> Self {
        match self {
            Self::Classes(tensor) => Self::Classes(tensor.inner()),
            Self::Mixed { classes, share } => Self::Mixed { classes: classes.inner(), share },
            Self::Labels(tensor) => Self::Labels(tensor.inner()),
            Self::Numbers(tensor) => Self::Numbers(tensor.inner()),
        }
    }

    /// What they are, for people.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Classes(_) => "classes",
            Self::Mixed { .. } => "mixed classes",
            Self::Labels(_) => "labels",
            Self::Numbers(_) => "numbers",
        }
    }
}

/// The numbers of classes.
fn numbers_of(targets: &[Target]) -> Vec<i32> {
    let class = |target: &Target| match target {
        Target::Class(class) => {
            i32::try_from(*class).expect("a class is below the number of classes")
        }
        other => panic!("a class and {} in one batch", other.kind()),
    };
    targets.iter().map(class).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ImageShape, Images, Source};

    const SHAPE: ImageShape = ImageShape { channels: 1, height: 1, width: 1 };

    fn refusal(targets: Targets, target: Target) -> String {
        let truth = vec![target];
        Images::with_targets(SHAPE, targets, vec![0], truth, "mine").unwrap_err().to_string()
    }

    #[test]
    fn a_target_that_does_not_fit_names_its_example() {
        let number = || Targets::Number("price".to_owned());
        let labels = || Targets::Labels(vec!["sun".to_owned(), "rain".to_owned()]);
        assert_eq!(
            refusal(number(), Target::Number(f64::NAN)),
            "the target at sample 0 is NaN, expected a finite number: mine"
        );
        assert_eq!(
            refusal(labels(), Target::Labels([true].into())),
            "1 labels at sample 0, expected 2: mine"
        );
        assert_eq!(
            refusal(number(), Target::Class(3)),
            "the target at sample 0 is a class, expected one of the numbers of the data set: mine"
        );
    }

    #[test]
    fn targets_of_other_kinds_have_other_fingerprints() {
        let of = |targets, target| {
            let images = Images::with_targets(SHAPE, targets, vec![7], vec![target], "").unwrap();
            images.fingerprint().unwrap()
        };
        let name = || vec!["a".to_owned()];
        let class = of(Targets::Classes(name()), Target::Class(0));
        let label = of(Targets::Labels(name()), Target::Labels([false].into()));
        let number = of(Targets::Number("a".to_owned()), Target::Number(0.0));
        assert!(class != label && label != number && class != number);
    }
}
