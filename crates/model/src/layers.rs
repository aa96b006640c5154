//! The layers of a model, before it is made.

use std::fmt;

use serde::Serialize;

/// The layers of a model, first to last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Layers {
    /// The layers.
    pub layers: Vec<Layer>,
}

/// One layer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Layer {
    /// The name of its parameters, such as `fc1`; empty where it has none.
    pub name: String,
    /// The name of `torch.nn`'s module.
    pub kind: &'static str,
    /// The shape of its output, without the batch.
    pub output: Vec<usize>,
    /// How many values it learns.
    pub parameters: usize,
}

impl Layer {
    pub(crate) fn without_parameters(kind: &'static str, output: &[usize]) -> Self {
        Self { name: String::new(), kind, output: output.to_vec(), parameters: 0 }
    }

    pub(crate) fn linear(name: &str, inputs: usize, outputs: usize) -> Self {
        let parameters = (inputs + 1) * outputs;
        Self { name: name.to_owned(), kind: "Linear", output: vec![outputs], parameters }
    }

    pub(crate) fn conv2d(name: &str, inputs: usize, kernel: usize, output: &[usize]) -> Self {
        let parameters = (inputs * kernel * kernel + 1) * output[0];
        Self { name: name.to_owned(), kind: "Conv2d", output: output.to_vec(), parameters }
    }

    pub(crate) fn batch_norm(name: &str, output: &[usize]) -> Self {
        let parameters = 2 * output[0];
        Self { name: name.to_owned(), kind: "BatchNorm2d", output: output.to_vec(), parameters }
    }
}

impl Layers {
    /// How many values the model learns.
    pub fn parameters(&self) -> usize {
        self.layers.iter().map(|layer| layer.parameters).sum()
    }
}

impl fmt::Display for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<8}{:<14}{:>16}{:>14}", "layer", "kind", "output", "parameters")?;
        for layer in &self.layers {
            let output = layer.output.iter().map(usize::to_string).collect::<Vec<_>>().join(" x ");
            let parameters = thousands(layer.parameters);
            writeln!(f, "{:<8}{:<14}{output:>16}{parameters:>14}", layer.name, layer.kind)?;
        }
        write!(f, "{:<22}{:>30}", "total", thousands(self.parameters()))
    }
}

fn thousands(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use crate::{CnnConfig, ModelConfig};

    #[test]
    fn the_course_has_109386_parameters() {
        let layers = ModelConfig::default().layers([1, 28, 28], 10);
        let expected = "\
layer   kind                    output    parameters
fc1     Linear                     128       100,480
        ReLU                       128             0
fc2     Linear                      64         8,256
        ReLU                        64             0
fc3     Linear                      10           650
total                                        109,386";
        assert_eq!(layers.to_string(), expected);
    }

    #[test]
    fn the_cnn_has_as_many_parameters_as_its_pytorch_twin() {
        let layers = ModelConfig::Cnn(CnnConfig::default()).layers([1, 28, 28], 10);
        // 320 + 64 + 18,496 + 128 + 1,179,776 + 1,290
        assert_eq!(layers.parameters(), 1_200_074);
    }
}
