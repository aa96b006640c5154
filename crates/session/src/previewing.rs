//! A recipe becomes the first examples of an epoch, as a model is given them there: pixels before they are normalised, or numbers.

use burn::tensor::Device;
use burnwright_data::{Assembly, Content, Pictures, Preparation, Source, Target, Targets};
use burnwright_model::Architecture;
use burnwright_training::{Recipe, training_batches};

use crate::{SessionError, opening};

/// The first training examples of an epoch.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// `[channels, height, width]` of an example.
    pub shape: [usize; 3],
    /// What the numbers of a row are called; empty for pictures.
    pub columns: Vec<String>,
    /// The examples, in the order of the epoch.
    pub examples: Vec<PreviewedExample>,
    /// Examples of the whole epoch.
    pub of: usize,
}

/// One of them.
#[derive(Clone, Debug, PartialEq)]
pub struct PreviewedExample {
    /// Its place in the training set.
    pub place: u32,
    /// What it is called where it came from, such as its file.
    pub name: Option<String>,
    /// What is to be said of it: a class, labels, or a number.
    pub target: String,
    /// What the model is given.
    pub given: Previewed,
}

/// What a model is given.
#[derive(Clone, Debug, PartialEq)]
pub enum Previewed {
    /// `[channels, height, width]`, 0 to 255, varied as in the epoch and not yet normalised.
    Pixels(Vec<u8>),
    /// A row.
    Numbers(Vec<f32>),
}

/// The first `count` examples of an epoch, counted from 1, of training by a recipe: read and varied by what makes its batches. `device`
/// only says where these would go.
pub fn preview<A: Architecture>(
    recipe: &Recipe<A>,
    device: &Device,
    epoch: usize,
    count: usize,
) -> Result<Preview, SessionError> {
    let source = opening::open(recipe, None)?.train;
    let batches = training_batches(recipe, &source, device)?;
    let shape = source.shape();
    let assembly: &Pictures = batches.assembly();
    let variation = assembly.begin(epoch, batches.batch_count());
    let mut scratch = vec![0; shape.pixel_count()];
    let mut examples = Vec::new();
    for place in batches.places(epoch).into_iter().take(count) {
        let (target, given) = match source.content() {
            Content::Numbers => {
                let mut numbers = vec![0.0; shape.pixel_count()];
                let target = source.read_numbers(place as usize, &mut numbers)?;
                (target, Previewed::Numbers(numbers))
            }
            Content::Pixels => {
                let mut pixels = vec![0; shape.pixel_count()];
                let target = assembly.varied(&variation, place, &mut pixels, &mut scratch)?;
                (target, Previewed::Pixels(pixels))
            }
        };
        let name = source.name(place as usize);
        let target = in_words(&target, source.targets());
        examples.push(PreviewedExample { place, name, target, given });
    }
    Ok(Preview {
        shape: shape.dimensions(),
        columns: columns(source.as_ref()),
        examples,
        of: batches.sample_count(),
    })
}

/// What the numbers of a row are called; rows that no encoder made have numbered columns.
fn columns(source: &dyn Source) -> Vec<String> {
    if source.content() == Content::Pixels {
        return Vec::new();
    }
    let Preparation::Row(encoder) = source.preparation() else {
        return (1..=source.shape().pixel_count()).map(|column| column.to_string()).collect();
    };
    let layout = encoder.layout();
    let categories = layout.categories.into_iter().map(|(name, _)| format!("{name} (code)"));
    layout.numbers.into_iter().chain(categories).collect()
}

fn in_words(target: &Target, targets: &Targets) -> String {
    let names = targets.names();
    match target {
        Target::Number(number) => number.to_string(),
        Target::Class(class) => {
            names.get(*class as usize).map_or_else(|| class.to_string(), Clone::clone)
        }
        Target::Labels(labels) => {
            let held = names.iter().zip(labels).filter(|(_, holds)| **holds);
            held.map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ")
        }
    }
}
