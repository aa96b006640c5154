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

#[cfg(test)]
mod tests {
    use burnwright_recipe::{Override, Settings, parse};

    use super::*;
    use crate::{Architecture, ModelConfig, Network, state_dict};

    fn config(hidden: &[usize], dropout: f64, categories: &[usize]) -> TabularConfig {
        TabularConfig { hidden: hidden.to_vec(), dropout, categories: categories.to_vec() }
    }

    fn rows(values: &[[f32; 4]]) -> Tensor<4> {
        let count = values.len();
        let rows = Tensor::<1>::from_floats(&values.concat()[..], &Device::flex());
        rows.reshape([count, 1, 1, 4])
    }

    fn outputs(model: &Tabular, rows: Tensor<4>) -> Vec<f32> {
        model.forward(rows).into_data().try_to_vec().unwrap()
    }

    #[test]
    fn settings_out_of_bounds_are_said_by_name() {
        let said = |setting: &str| {
            let change: Override = setting.parse().unwrap();
            parse::<Wrapped>("model", "", &[change]).unwrap_err().to_string()
        };
        settings! {
            struct Wrapped {
                model: TabularConfig, section;
            }
        }
        let place = |setting: &str| format!(": --set {setting}");
        for (setting, expected) in [
            ("model.hidden=[8, 0]", "model.hidden [1] is 0, expected 1 to "),
            ("model.categories=[0]", "model.categories [0] is 0, expected 1 to 1048576"),
            ("model.categories=[2, 1048577]", "model.categories [1] is 1048577, expected 1 to "),
            ("model.dropout=1.0", "model.dropout is 1"),
            ("model.dropout=-0.1", "model.dropout is -0.1"),
        ] {
            let said = said(setting);
            assert!(said.starts_with(expected) && said.ends_with(&place(setting)), "{said}");
        }
        assert_eq!(config(&[], 0.0, &[]).fault(), None);
        assert_eq!(TabularConfig::default(), config(&[128, 64], 0.1, &[]));
    }

    #[test]
    fn shapes_are_those_that_the_layers_say() {
        for (hidden, categories) in
            [(&[8, 5][..], &[4, 3][..]), (&[8], &[]), (&[], &[4, 3, 2, 9]), (&[], &[])]
        {
            let config = config(hidden, 0.0, categories);
            let model = config.init(4, 3, 1, &Device::flex());
            let out = model.forward(rows(&[[1.0, 1.0, 1.0, 1.0], [0.0, 0.0, 0.0, 0.0]]));
            assert_eq!(out.dims(), [2, 3], "{config:?}");
            let layers = ModelConfig::Tabular(config.clone()).layers([1, 1, 4], 3);
            let learned = state_dict(&Network::Tabular(model)).unwrap();
            let values: usize =
                learned.iter().map(|tensor| tensor.shape.iter().product::<usize>()).sum();
            assert_eq!(layers.parameters(), values, "{config:?}");
            assert_eq!(layers.layers.last().unwrap().output, [3]);
        }
    }

    #[test]
    fn rows_that_are_none_or_too_short_are_a_fault() {
        let model = ModelConfig::Tabular(config(&[8], 0.1, &[4, 3]));
        assert_eq!(model.image_fault([1, 1, 2]), None);
        assert_eq!(
            model.image_fault([1, 1, 1]).unwrap(),
            "rows have 1 values, this model needs 2 category codes alone"
        );
        assert_eq!(
            model.image_fault([3, 28, 28]).unwrap(),
            "examples are 3 x 28 x 28, this model is for rows of a table, 1 x 1 x columns"
        );
    }

    #[test]
    fn a_code_chooses_its_own_embedding_and_each_code_has_one() {
        let values = 6;
        let model = config(&[], 0.0, &[values]).init(4, 2, 1, &Device::flex());
        // All codes that a column can have, from that of unseen values to the last.
        let of = |code: u8| outputs(&model, rows(&[[0.5, -1.0, 2.0, f32::from(code)]]));
        let answers: Vec<Vec<f32>> = (0..6).map(of).collect();
        for (code, answer) in answers.iter().enumerate() {
            assert!(answer.iter().all(|value| value.is_finite()));
            assert!(answers[..code].iter().all(|other| other != answer), "{code} is as another");
        }
        assert_eq!(model.embeddings[0].weight.dims(), [values, width(values)]);
    }

    #[test]
    fn dropout_acts_in_training_alone() {
        let config = config(&[64], 0.5, &[]);
        let row = [[0.3, -0.2, 1.0, 0.7]];
        let judged = config.init(4, 3, 1, &Device::flex());
        assert_eq!(outputs(&judged, rows(&row)), outputs(&judged, rows(&row)));
        let without = TabularConfig { dropout: 0.0, ..config.clone() };
        let without = without.init(4, 3, 1, &Device::flex());
        assert_eq!(outputs(&judged, rows(&row)), outputs(&without, rows(&row)));

        let device = Device::flex().autodiff();
        let trained = config.init(4, 3, 1, &device);
        let row = Tensor::<4>::from_data(rows(&row).into_data(), &device);
        assert_ne!(outputs(&trained, row.clone()), outputs(&judged, row.clone().inner()));
        assert_eq!(outputs(&trained.valid(), row.clone().inner()), outputs(&judged, row.inner()));
    }

    #[test]
    fn widths_of_embeddings_follow_the_rule_of_thumb() {
        // round(1.6 n^0.56), at most 50.
        let counts = [1, 2, 3, 10, 42, 100, 1000, 1 << 20];
        assert_eq!(counts.map(width), [2, 2, 3, 6, 13, 21, 50, 50]);
    }

    #[test]
    fn initial_weights_are_spread_as_said() {
        let model = config(&[200], 0.0, &[500]).init(4, 3, 11, &Device::flex());
        let values = |tensor: burn::tensor::TensorData| tensor.try_to_vec::<f32>().unwrap();
        let deviation = |values: &[f32]| {
            let squares: f64 = values.iter().map(|&value| f64::from(value).powi(2)).sum();
            (squares / f64::from(u32::try_from(values.len()).unwrap())).sqrt()
        };
        let embedding = values(model.embeddings[0].weight.val().into_data());
        assert!((deviation(&embedding) - 0.1).abs() < 2e-3, "{}", deviation(&embedding));
        let largest = |values: &[f32]| values.iter().fold(0.0_f32, |most, v| most.max(v.abs()));
        // Uniform with this deviation ends at sqrt(3) times it.
        assert!((0.17..=0.1742).contains(&largest(&embedding)), "{}", largest(&embedding));
        // PyTorch's uniform within 1/sqrt(3 numbers + the embedding's width).
        let bound = 1.0 / (3.0 + f32::from(u8::try_from(width(500)).unwrap())).sqrt();
        let first = values(model.layers[0].weight.val().into_data());
        assert!((0.98 * bound..=bound).contains(&largest(&first)), "{}", largest(&first));
        // Another seed, other weights; the same seed, the same.
        let of = |seed| config(&[2], 0.0, &[3]).init(4, 3, seed, &Device::flex());
        let weights = |seed| values(of(seed).embeddings[0].weight.val().into_data());
        assert_eq!(weights(5), weights(5));
        assert_ne!(weights(5), weights(6));
    }
}
