//! Rows of a table: numbers as they are, categories as embeddings, then linear layers with dropout between them.
//!
//! The multi-layer perceptron for tables of Gorishniy et al., "Revisiting Deep Learning Models for Tabular Data" (2021), section 3.1.

use burn::module::Module;
use burn::nn::{Dropout, DropoutConfig, Embedding, Linear};
use burn::tensor::{Device, Tensor};
use burnwright_recipe::checks::{each, share, within};
use burnwright_recipe::settings;

use crate::initialization::Initializer;
use crate::layers::{Layer, Layers};
use crate::linear::{self, WIDEST};
use crate::{Activation, Model};

/// The most values of a category column.
const MOST_VALUES: usize = 1 << 20;

settings! {
    /// Settings of a network for rows of a table.
    pub struct TabularConfig {
        /// Width of each hidden layer; none makes it linear.
        hidden: Vec<usize> = vec![128, 64], check(each(within(1..=WIDEST)));
        /// Share of the values of each hidden layer that are zeroed while training.
        dropout: f64 = 0.1, check(share);
        /// Values that each category column can have, the place of unseen ones among them: a row ends with a code for each. A new run
        /// takes them from the data.
        categories: Vec<usize>, check(each(within(1..=MOST_VALUES)));
    }
}

/// A network for rows of a table; its linear layers are exported as `fc1`, `fc2`, ...
#[derive(Module, Debug)]
pub struct Tabular {
    embeddings: Vec<Embedding>,
    layers: Vec<Linear>,
    dropout: Dropout,
}

/// Values of the embedding of a category column with so many values: a rule of thumb, fastai's `min(600, 1.6 n^0.56)`, bounded by 50.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a count below 2^20 in, a number from 1 to 50 out"
)]
fn width(values: usize) -> usize {
    ((1.6 * (values as f64).powf(0.56)).round() as usize).clamp(1, 50)
}

impl TabularConfig {
    /// A network for rows of `columns` values, the last of which are category codes, with initial weights for `seed`: PyTorch's of the
    /// linear layers, uniform with a deviation of 0.1 of the embeddings.
    pub fn init(&self, columns: usize, outputs: usize, seed: u64, device: &Device) -> Tabular {
        let mut initializer = Initializer::new(seed, device);
        let embeddings = self.categories.iter().map(|&values| {
            let width = width(values);
            initializer.embedding(values, width)
        });
        let embeddings = embeddings.collect();
        let layers = self
            .widths(columns, outputs)
            .windows(2)
            .map(|width| initializer.linear(width[0], width[1]))
            .collect();
        Tabular { embeddings, layers, dropout: DropoutConfig::new(self.dropout).init() }
    }

    pub(crate) fn layers(&self, columns: usize, outputs: usize) -> Layers {
        let embeddings = self.categories.iter().enumerate().map(|(number, &values)| {
            Layer::embedding(&format!("embeddings.{number}"), values, width(values))
        });
        let mut layers: Vec<Layer> = embeddings.collect();
        for (number, width) in self.widths(columns, outputs).windows(2).enumerate() {
            if number > 0 {
                layers.push(Layer::without_parameters("ReLU", &[width[0]]));
                layers.push(Layer::without_parameters("Dropout", &[width[0]]));
            }
            layers.push(Layer::linear(&format!("fc{}", number + 1), width[0], width[1]));
        }
        Layers { layers }
    }

    /// What is wrong with rows of so many values, if anything.
    pub(crate) fn row_fault(&self, [channels, height, columns]: [usize; 3]) -> Option<String> {
        if channels != 1 || height != 1 {
            let fault = format!(
                "examples are {channels} x {height} x {columns}, this model is for rows of a table, 1 x 1 x columns"
            );
            return Some(fault);
        }
        let codes = self.categories.len();
        (columns < codes).then(|| {
            format!("rows have {columns} values, this model needs {codes} category codes alone")
        })
    }

    fn widths(&self, columns: usize, outputs: usize) -> Vec<usize> {
        let embedded: usize = self.categories.iter().map(|&values| width(values)).sum();
        let inputs = columns.saturating_sub(self.categories.len()) + embedded;
        [&[inputs], &self.hidden[..], &[outputs]].concat()
    }
}

impl Model for Tabular {
    type Input = Tensor<4>;

    fn forward(&self, rows: Tensor<4>) -> Tensor<2> {
        let rows = rows.flatten::<2>(1, 3); // [batch, columns]
        let [batch, columns] = rows.dims();
        let numbers = columns - self.embeddings.len();
        let mut parts = Vec::with_capacity(1 + self.embeddings.len());
        if numbers > 0 {
            parts.push(rows.clone().slice([0..batch, 0..numbers]));
        }
        for (place, embedding) in self.embeddings.iter().enumerate() {
            let column = numbers + place;
            let codes = rows.clone().slice([0..batch, column..column + 1]).int(); // [batch, 1]
            parts.push(embedding.forward(codes).flatten::<2>(1, 2)); // [batch, width]
        }
        let mut values = Tensor::cat(parts, 1); // [batch, inputs]
        let last = self.layers.len().saturating_sub(1);
        for (number, layer) in self.layers.iter().enumerate() {
            if number < last {
                values = linear::forward(layer, values, Some(Activation::Relu));
                values = self.dropout.forward(values); // [batch, width of this layer]
            } else {
                values = linear::forward(layer, values, None);
            }
        }
        values
    }
}
