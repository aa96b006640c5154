//! The layers of a model, before it is made.

use std::fmt;

use serde::Serialize;

use crate::NamedTensor;

/// The layers of a model, first to last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
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
    /// The shape of its output, without the batch; empty where it is not known.
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

    pub(crate) fn embedding(name: &str, values: usize, width: usize) -> Self {
        let parameters = values * width;
        Self { name: name.to_owned(), kind: "Embedding", output: vec![width], parameters }
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
    /// The layers that hold these parameters and buffers, which all count; nothing is known of their kinds and outputs.
    pub fn counted(tensors: &[NamedTensor]) -> Self {
        let mut layers: Vec<Layer> = Vec::new();
        for tensor in tensors {
            let name = tensor.name.rsplit_once('.').map_or("", |(layer, _)| layer);
            let parameters = tensor.shape.iter().product::<usize>();
            match layers.last_mut() {
                Some(last) if last.name == name => last.parameters += parameters,
                _ => layers.push(Layer {
                    name: name.to_owned(),
                    kind: "",
                    output: Vec::new(),
                    parameters,
                }),
            }
        }
        Self { layers }
    }

    /// The most values that a layer gives for one image; 0 where no output is known.
    pub fn widest(&self) -> usize {
        let known = self.layers.iter().filter(|layer| !layer.output.is_empty());
        let widest = known.map(|layer| layer.output.iter().product()).max();
        widest.unwrap_or(0) // default: nothing is known of any
    }

    /// How many values the model learns.
    pub fn parameters(&self) -> usize {
        self.layers.iter().map(|layer| layer.parameters).sum()
    }
}

impl fmt::Display for Layers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Two wider than the longest name, and never less than that of the course's.
        let longest = self.layers.iter().map(|layer| layer.name.len()).max();
        let name = longest.map_or(8, |longest| (longest + 2).max(8));
        let kind = 14;
        writeln!(f, "{:<name$}{:<kind$}{:>16}{:>14}", "layer", "kind", "output", "parameters")?;
        for layer in &self.layers {
            let output = layer.output.iter().map(usize::to_string).collect::<Vec<_>>().join(" x ");
            let parameters = thousands(layer.parameters);
            writeln!(f, "{:<name$}{:<kind$}{output:>16}{parameters:>14}", layer.name, layer.kind)?;
        }
        let width = name + kind;
        write!(f, "{:<width$}{:>30}", "total", thousands(self.parameters()))
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
    use crate::{Architecture, CnnConfig, Layers, ModelConfig, NamedTensor};

    #[test]
    fn layers_that_nobody_says_are_counted_from_the_parameters() {
        let tensor = |name: &str, shape: &[usize]| NamedTensor {
            name: name.to_owned(),
            shape: shape.to_vec(),
            bytes: Vec::new(),
        };
        let tensors = [tensor("a.bias", &[3]), tensor("a.weight", &[3, 4]), tensor("scale", &[1])];
        let layers = Layers::counted(&tensors);
        let found: Vec<_> =
            layers.layers.iter().map(|layer| (layer.name.as_str(), layer.parameters)).collect();
        assert_eq!(found, [("a", 15), ("", 1)]);
        assert_eq!((layers.parameters(), layers.widest()), (16, 0));
    }

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
