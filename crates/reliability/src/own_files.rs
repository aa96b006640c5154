//! Tiny data as users bring them: pictures in folders and a table, made of fixed numbers.

use std::fmt::Write;
use std::path::Path;

use image::{ImageFormat, Rgb, RgbImage};

/// The folder of pictures, below that of all data.
pub(crate) const PICTURES: &str = "pictures";
/// The table that is learned from, and the one of test rows.
pub(crate) const ROWS: &str = "rows.csv";
pub(crate) const TEST_ROWS: &str = "test-rows.csv";

/// Examples to learn from, and to be judged by.
const TRAIN: u32 = 96;
const TEST: u32 = 32;
const CLASSES: [&str; 4] = ["green", "red", "striped", "white"];

/// Writes all of it.
pub(crate) fn write(data: &Path) -> Result<(), Box<dyn std::error::Error>> {
    for (part, numbers) in [("train", 0..TRAIN), ("test", TRAIN..TRAIN + TEST)] {
        let folder = data.join(PICTURES).join(part);
        for class in CLASSES {
            std::fs::create_dir_all(folder.join(class))?;
        }
        for number in numbers {
            let class = CLASSES[number as usize % CLASSES.len()];
            // Both of the formats in which pictures mostly come.
            let (format, ending) = if number % 3 == 0 {
                (ImageFormat::Jpeg, "jpg")
            } else {
                (ImageFormat::Png, "png")
            };
            let path = folder.join(class).join(format!("{number}.{ending}"));
            picture(number, class).save_with_format(path, format)?;
        }
    }
    std::fs::write(data.join(ROWS), rows(0..TRAIN))?;
    std::fs::write(data.join(TEST_ROWS), rows(TRAIN..TRAIN + TEST))?;
    Ok(())
}

/// A byte that looks random, the same each time.
fn noise(number: u32, place: u32) -> u8 {
    let mixed = (number + 1).wrapping_mul(0x9E37_79B9) ^ (place + 1).wrapping_mul(0x85EB_CA6B);
    (mixed.wrapping_mul(0xC2B2_AE35) >> 24).to_le_bytes()[0]
}

/// Pictures are of several sizes, and no two are alike.
fn picture(number: u32, class: &str) -> RgbImage {
    let (width, height) = (12 + number % 5, 10 + number % 7);
    RgbImage::from_fn(width, height, |x, y| {
        let noise = noise(number, y * width + x) / 2;
        match class {
            "green" => Rgb([noise, 200, noise]),
            "red" => Rgb([200, noise, noise]),
            "striped" if x % 4 < 2 => Rgb([noise; 3]),
            _ => Rgb([255 - noise; 3]),
        }
    })
}

/// Numbers with gaps, categories, a class and a number to learn.
fn rows(numbers: std::ops::Range<u32>) -> String {
    let mut text = "width,height,shape,sold,price\n".to_owned();
    for number in numbers {
        let [width, height] = [noise(number, 1), noise(number, 2)];
        let shape = ["round", "square", "flat"][number as usize % 3];
        let sold = if width > height { "yes" } else { "no" };
        let price = 3 * u32::from(width) + u32::from(height) + number % 3 * 100;
        let height = if number % 11 == 5 { String::new() } else { height.to_string() };
        writeln!(text, "{width},{height},{shape},{sold},{price}.5").expect("text can always grow");
    }
    text
}
