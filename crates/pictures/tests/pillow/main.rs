//! What is decoded and scaled, against what Pillow wrote.
#![allow(clippy::unwrap_used, reason = "a test may end so")]

mod decoding;
mod resizing;

use std::path::PathBuf;

use burnwright_pictures::Picture;

/// The fixtures of this kind whose names end so, sorted.
fn fixtures(kind: &str, ending: &str) -> Vec<PathBuf> {
    let folder =
        [env!("CARGO_MANIFEST_DIR"), "tests", "fixtures", kind].iter().collect::<PathBuf>();
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut paths: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|end| end == ending)).collect();
    paths.sort();
    assert!(!paths.is_empty());
    paths
}

/// A picture written as portable map: `P5` or `P6`, width, height, 255, and its samples.
fn portable(bytes: &[u8]) -> Picture {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap();
    let head = std::str::from_utf8(&bytes[..end]).unwrap();
    let words: Vec<&str> = head.split(' ').collect();
    let [width, height] = [1, 2].map(|place: usize| words[place].parse().unwrap());
    let channels = if words[0] == "P5" { 1 } else { 3 };
    Picture::new(width, height, channels, bytes[end + 1..].to_vec()).unwrap()
}

/// The largest and the mean difference of two pictures' samples.
fn difference(got: &Picture, expected: &Picture) -> (u8, f64) {
    let pairs = got.samples.iter().zip(&expected.samples);
    let differences: Vec<u8> = pairs.map(|(got, expected)| got.abs_diff(*expected)).collect();
    let sum: f64 = differences.iter().map(|difference| f64::from(*difference)).sum();
    (*differences.iter().max().unwrap(), sum / f64::from(u32::try_from(differences.len()).unwrap()))
}
