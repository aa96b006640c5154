//! The sheets that `fixtures/torchvision/make.py` wrote, taken apart.

use std::path::PathBuf;
use std::sync::LazyLock;

use burnwright_pictures::transform::{PaddingMode, Rectangle, Size};
use burnwright_pictures::{Interpolation, Picture};
use serde_json::Value;

/// The parameters of one picture.
#[derive(Debug)]
pub(crate) struct Case(Value);

static LINES: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let text = std::fs::read_to_string(folder().join("cases.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
});

static INPUTS: LazyLock<Vec<Picture>> = LazyLock::new(|| {
    let shapes = line("inputs")["shapes"].as_array().unwrap();
    pictures("inputs", &shapes.iter().collect::<Vec<_>>())
});

/// Each input with its parameters and what torchvision made of it.
pub(crate) fn cases(sheet: &str) -> Vec<(Picture, Case, Picture)> {
    let cases = line(sheet)["cases"].as_array().unwrap();
    let shapes: Vec<&Value> = cases.iter().map(|case| &case["shape"]).collect();
    let expected = pictures(sheet, &shapes);
    let cases = cases.iter().cloned().map(Case);
    let all: Vec<_> = INPUTS.iter().cloned().zip(cases).zip(expected).collect();
    assert_eq!(all.len(), 20);
    all.into_iter().map(|((input, case), expected)| (input, case, expected)).collect()
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/torchvision")
}

fn line(sheet: &str) -> &'static Value {
    LINES.iter().find(|line| line["sheet"] == sheet).unwrap()
}

/// The pictures of a sheet, one below the other; grey ones stand in all three channels.
fn pictures(sheet: &str, shapes: &[&Value]) -> Vec<Picture> {
    let whole = image::open(folder().join(sheet).with_extension("png")).unwrap().into_rgb8();
    let mut top = 0;
    let mut next = |shape: &&Value| {
        let [height, width, channels] = integers(shape);
        let rows = (top..top + height).flat_map(|row| (0..width).map(move |column| (row, column)));
        let samples = rows.flat_map(|(row, column)| {
            whole[(u32::try_from(column).unwrap(), u32::try_from(row).unwrap())]
                .0
                .into_iter()
                .take(channels)
        });
        let picture = Picture::new(width, height, channels, samples.collect()).unwrap();
        top += height;
        picture
    };
    shapes.iter().map(&mut next).collect()
}

fn integers<T: TryFrom<i64, Error: std::fmt::Debug>, const N: usize>(value: &Value) -> [T; N] {
    std::array::from_fn(|index| value[index].as_i64().unwrap().try_into().unwrap())
}

impl Case {
    pub(crate) fn real(&self, key: &str) -> f64 {
        self.0[key].as_f64().unwrap()
    }

    pub(crate) fn reals(&self, key: &str) -> Option<[f64; 2]> {
        let pair = self.0[key].as_array()?;
        Some([pair[0].as_f64().unwrap(), pair[1].as_f64().unwrap()])
    }

    pub(crate) fn whole(&self, key: &str) -> usize {
        usize::try_from(self.0[key].as_u64().unwrap()).unwrap()
    }

    pub(crate) fn byte(&self, key: &str) -> u8 {
        u8::try_from(self.0[key].as_u64().unwrap()).unwrap()
    }

    pub(crate) fn flag(&self, key: &str) -> bool {
        self.0[key].as_bool().unwrap()
    }

    pub(crate) fn numbers<T: TryFrom<i64, Error: std::fmt::Debug>, const N: usize>(
        &self,
        key: &str,
    ) -> [T; N] {
        integers(&self.0[key])
    }

    pub(crate) fn rectangle(&self) -> Rectangle {
        let [top, left, height, width] = self.numbers::<i64, 4>("rectangle");
        let side = |side| usize::try_from(side).unwrap();
        Rectangle { top, left, size: Size { height: side(height), width: side(width) } }
    }

    pub(crate) fn interpolation(&self) -> Interpolation {
        match self.0["interpolation"].as_str().unwrap() {
            "nearest" => Interpolation::Nearest,
            "bilinear" => Interpolation::Bilinear,
            _ => Interpolation::Bicubic,
        }
    }

    pub(crate) fn padding_mode(&self) -> PaddingMode {
        match self.0["mode"].as_str().unwrap() {
            "constant" => PaddingMode::Constant,
            "edge" => PaddingMode::Edge,
            "reflect" => PaddingMode::Reflect,
            _ => PaddingMode::Symmetric,
        }
    }
}

/// How far samples are apart.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Difference {
    pub(crate) largest: u8,
    sum: u32,
    count: u32,
}

impl Difference {
    pub(crate) fn between(one: &[u8], other: &[u8]) -> Self {
        let distances = one.iter().zip(other).map(|(one, other)| one.abs_diff(*other));
        let largest = distances.clone().max().unwrap_or(0);
        Self {
            largest,
            sum: distances.map(u32::from).sum(),
            count: u32::try_from(one.len()).unwrap(),
        }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.largest = self.largest.max(other.largest);
        self.sum += other.sum;
        self.count += other.count;
    }

    pub(crate) fn mean(&self) -> f64 {
        f64::from(self.sum) / f64::from(self.count)
    }
}
