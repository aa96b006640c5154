//! How often each class or label occurs in each part of a user's data.

use burnwright_data::{Source, Target, Targets};
use burnwright_model::Architecture;

use crate::judging::parts;
use crate::{Session, SessionError};

/// A class or a label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClassCount {
    /// Its name; its place in the list is its number.
    pub name: String,
    /// Examples of it that are learned from.
    pub train: usize,
    /// Examples of it that are held out.
    pub validation: usize,
    /// Examples of it that the model is judged by.
    pub test: usize,
}

impl<A: Architecture> Session<A> {
    /// The classes or labels of a user's data, in the order of the model's outputs; none of other data, and none of numbers.
    pub fn classes(&self) -> Result<Vec<ClassCount>, SessionError> {
        let source = &self.splits.train;
        let is_number = matches!(source.targets(), Targets::Number(_));
        if is_number || source.preparation().is_none() {
            return Ok(Vec::new());
        }
        let names = source.targets().names();
        let [train, validation] = parts(&self.recipe, source)?;
        let all = [train.as_ref(), validation.as_ref(), self.splits.test.as_ref()];
        let mut counts = vec![[0; 3]; names.len()];
        for (place, part) in all.into_iter().enumerate() {
            for class in holding(part)? {
                counts[class][place] += 1;
            }
        }
        let count = |(name, [train, validation, test]): (&String, [usize; 3])| ClassCount {
            name: name.clone(),
            train,
            validation,
            test,
        };
        Ok(names.iter().zip(counts).map(count).collect())
    }

    /// Pictures of the data that cannot be read and were left out.
    pub fn left_out(&self) -> usize {
        self.splits.train.left_out()
    }
}

/// The classes and labels of all examples, each as often as it occurs.
fn holding(source: &dyn Source) -> Result<Vec<usize>, SessionError> {
    let mut holding = Vec::new();
    for index in 0..source.len() {
        match source.target(index)? {
            Target::Class(class) => holding.push(class as usize),
            Target::Labels(labels) => {
                holding.extend((0..labels.len()).filter(|&label| labels[label]));
            }
            Target::Number(_) => {}
        }
    }
    Ok(holding)
}
