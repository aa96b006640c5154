//! Every format and mode against Pillow, and what becomes of files that are cut off.

use std::path::PathBuf;

use burnwright_pictures::{Colours, Picture, decode, probe};
use proptest::prelude::*;

use crate::{difference, fixtures, portable};

/// The pictures, each with what Pillow reads.
fn cases() -> Vec<(String, Vec<u8>, Picture)> {
    let case = |path: PathBuf| {
        let picture = path.with_extension("");
        let name = picture.file_name().unwrap().to_str().unwrap().to_owned();
        (name, std::fs::read(&picture).unwrap(), portable(&std::fs::read(&path).unwrap()))
    };
    fixtures("decoding", "ppm").into_iter().map(case).collect()
}

/// What a picture may be off by, at most and on average: nothing where the format says what its pixels are. JPEG leaves rounding to the
/// decoder, and how colours of half the size are spread.
fn allowed(name: &str) -> (u8, f64) {
    let halved = ["jpeg-420", "jpeg-422", "jpeg-progressive", "jpeg-restarts", "orientation-6.jpg"];
    match name {
        _ if halved.iter().any(|start| name.starts_with(start)) => (2, 0.45),
        "tiff-rgb-jpeg.tif" => (1, 0.02),
        _ if name.starts_with("jpeg-") => (2, 0.03),
        _ => (0, 0.0),
    }
}

#[test]
fn every_format_and_mode_is_what_pillow_reads() {
    let mut wrong = Vec::new();
    for (name, bytes, expected) in cases() {
        let got = match decode(&bytes, Colours::Rgb) {
            Ok(got) => got,
            Err(error) => {
                wrong.push(format!("{name}: {error}"));
                continue;
            }
        };
        assert_eq!((got.width, got.height), (expected.width, expected.height), "{name}");
        let header = probe(&bytes).unwrap();
        assert_eq!((header.width, header.height), (expected.width, expected.height), "{name}");
        let (most, mean) = difference(&got, &expected);
        if most > allowed(&name).0 || mean > allowed(&name).1 {
            wrong.push(format!("{name}: {most} at most, {mean:.3} on average"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn grey_is_pillows_luma_of_the_colours() {
    let luma = |pixel: &[u8]| {
        let [red, green, blue] = [0, 1, 2].map(|channel| u32::from(pixel[channel]));
        u8::try_from((19_595 * red + 38_470 * green + 7_471 * blue + 0x8000) >> 16).unwrap()
    };
    for (name, bytes, _) in cases() {
        let grey = decode(&bytes, Colours::Grey).unwrap();
        let colours = decode(&bytes, Colours::Rgb).unwrap();
        assert_eq!(grey.channels, 1);
        assert!(grey.samples.iter().copied().eq(colours.samples.chunks(3).map(luma)), "{name}");
    }
}

#[test]
fn what_is_cut_off_is_an_error_or_the_whole_picture() {
    let mut wrong = Vec::new();
    for (name, bytes, _) in cases() {
        let whole = decode(&bytes, Colours::Rgb).unwrap();
        let fails = |length: &usize| {
            decode(&bytes[..*length], Colours::Rgb).is_ok_and(|picture| picture != whole)
        };
        let lengths: Vec<usize> = (0..bytes.len()).step_by(3).filter(fails).collect();
        if let Some(first) = lengths.first() {
            wrong.push(format!("{name}: {first} of {} bytes, {}", bytes.len(), lengths.len()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damage_is_an_error_or_a_picture(
        case in any::<prop::sample::Index>(),
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let cases = cases();
        let (_, mut bytes, _) = cases[case.index(cases.len())].clone();
        for (place, byte) in places {
            // Most of what matters is at the front.
            let near = place.index(bytes.len() * 2) % bytes.len().min(200);
            let place = if byte % 2 == 0 { near } else { place.index(bytes.len()) };
            bytes[place] = byte;
        }
        if let Ok(picture) = decode(&bytes, Colours::Rgb) {
            prop_assert_eq!(picture.samples.len(), picture.width * picture.height * 3);
            let header = probe(&bytes).unwrap();
            prop_assert_eq!((header.width, header.height), (picture.width, picture.height));
        }
    }
}
