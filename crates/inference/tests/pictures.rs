//! Any picture of a digit becomes the digit that the model knows; anything else becomes an error.
#![allow(clippy::unwrap_used, reason = "in a test's helper, too, a panic is a failure")]

use std::io::Cursor;

use burnwright_data::mnist;
use burnwright_inference::{InferenceError, PreparedImage, prepare};
use burnwright_run::{MODEL_CARD_SCHEMA, ModelCard};
use image::codecs::png::PngEncoder;
use image::imageops::{self, FilterType};
use image::metadata::Orientation;
use image::{
    DynamicImage, GrayImage, ImageEncoder, ImageFormat, Luma, Rgb, RgbImage, Rgba, RgbaImage,
};
use proptest::prelude::*;

fn card(image_shape: [usize; 3], bright_on_dark: bool) -> ModelCard {
    ModelCard {
        schema: MODEL_CARD_SCHEMA,
        architecture: serde_json::json!({ "kind": "mlp" }),
        task: serde_json::json!({ "kind": "classification" }),
        loss: serde_json::json!({ "kind": "cross-entropy" }),
        image_shape,
        classes: (0..10).map(|digit: usize| digit.to_string()).collect(),
        mean: vec![0.5],
        std: vec![0.5],
        bright_on_dark,
        scale: None,
        preparation: None,
        dataset: "mnist".to_owned(),
        data_root: None,
        weights_digest: String::new(),
    }
}

fn mnist_card() -> ModelCard {
    card([1, 28, 28], true)
}

/// The first test images of MNIST.
fn digits(count: usize) -> Vec<GrayImage> {
    let source = mnist::bundled_test().unwrap();
    let digit = |index| {
        let mut pixels = vec![0; 784];
        source.read(index, &mut pixels).unwrap();
        GrayImage::from_raw(28, 28, pixels).unwrap()
    };
    (0..count).map(digit).collect()
}

fn encode(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.into().write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn png(picture: impl Into<DynamicImage>) -> Vec<u8> {
    encode(picture, ImageFormat::Png)
}

fn prepared(bytes: &[u8]) -> PreparedImage {
    prepare(bytes, &mnist_card()).unwrap()
}

fn inverted(mut picture: GrayImage) -> GrayImage {
    imageops::invert(&mut picture);
    picture
}

/// The digit scaled to 100 x 100, dark on white paper of 100 x 140, `top` rows from above.
fn drawing(digit: &GrayImage, top: i64) -> GrayImage {
    let mut paper = GrayImage::from_pixel(100, 140, Luma([255]));
    let large = imageops::resize(digit, 100, 100, FilterType::CatmullRom);
    imageops::overlay(&mut paper, &inverted(large), 0, top);
    paper
}

fn mean_difference(one: &[u8], two: &[u8]) -> f64 {
    let sum: u64 = one.iter().zip(two).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
    f64::from(u32::try_from(sum).unwrap()) / f64::from(u32::try_from(one.len()).unwrap())
}

#[test]
fn a_picture_as_the_model_knows_it_keeps_its_bytes() {
    for digit in digits(20) {
        let got = prepared(&png(digit.clone()));
        let pixels = digit.into_raw();
        assert_eq!(
            got,
            PreparedImage { pixels, inverted: false, resized: false, converted: false }
        );
    }
}

#[test]
fn dark_on_light_of_the_right_size_is_only_inverted() {
    for digit in digits(20) {
        let got = prepared(&png(inverted(digit.clone())));
        let pixels = digit.into_raw();
        assert_eq!(got, PreparedImage { pixels, inverted: true, resized: false, converted: false });
    }
}

#[test]
fn a_large_dark_drawing_becomes_the_mnist_image_it_was() {
    let (mut sum, mut worst) = (0.0, 0.0_f64);
    for digit in digits(200) {
        for top in [0, 17, 40] {
            let got = prepared(&png(drawing(&digit, top)));
            assert!(got.inverted && got.resized && !got.converted);
            let difference = mean_difference(&got.pixels, digit.as_raw());
            sum += difference / 600.0;
            worst = worst.max(difference);
        }
    }
    // Some digits land one pixel beside their place, by which they differ by up to 25 levels of 255.
    assert!(sum < 7.0 && worst < 25.0, "{sum} levels on average, {worst} at worst");
}

#[test]
fn paper_and_noise_do_not_matter_to_a_drawing() {
    let mut sum = 0.0;
    for digit in digits(50) {
        let clean = prepared(&png(drawing(&digit, 20)));
        let mut paper = drawing(&digit, 20);
        for (x, y, Luma([value])) in paper.enumerate_pixels_mut() {
            let noise = u8::try_from((x * 7 + y * 13) % 11).unwrap();
            *value = *value / 2 + 70 + noise;
        }
        let photo = prepared(&encode(paper, ImageFormat::Jpeg));
        sum += mean_difference(&clean.pixels, &photo.pixels) / 50.0;
    }
    assert!(sum < 7.0, "{sum} levels on average");
}

#[test]
fn all_colour_types_give_the_same_digit() {
    for digit in digits(5) {
        let small = inverted(digit.clone());
        for picture in [drawing(&digit, 9), small, digit] {
            let expected = prepared(&png(picture.clone()));
            let grey = DynamicImage::from(picture.clone());
            let clear = RgbaImage::from_fn(picture.width(), picture.height(), |x, y| {
                Rgba([0, 0, 0, 255 - picture.get_pixel(x, y)[0]])
            });
            let variants = [
                ("grey with alpha", png(grey.to_luma_alpha8())),
                ("RGB", png(grey.to_rgb8())),
                ("RGBA", png(grey.to_rgba8())),
                ("16-bit grey", png(grey.to_luma16())),
                ("16-bit grey with alpha", png(grey.to_luma_alpha16())),
                ("16-bit RGB", png(grey.to_rgb16())),
                ("16-bit RGBA", png(grey.to_rgba16())),
                ("black on clear", png(clear)),
                ("palette", palette_png(&picture)),
            ];
            for (name, bytes) in variants {
                let got = prepared(&bytes);
                assert_eq!(got, PreparedImage { converted: true, ..expected.clone() }, "{name}");
            }
        }
    }
}

#[test]
fn a_jpeg_gives_nearly_the_same_digit() {
    let mut sum = 0.0;
    for digit in digits(50) {
        let [lossless, lossy] = [ImageFormat::Png, ImageFormat::Jpeg]
            .map(|format| prepared(&encode(drawing(&digit, 20), format)).pixels);
        sum += mean_difference(&lossless, &lossy) / 50.0;
    }
    assert!(sum < 3.0, "{sum} levels on average");
}

#[test]
fn blank_paper_is_all_background() {
    for brightness in [0, 90, 255] {
        for (width, height) in [(100, 140), (1, 1), (3000, 2)] {
            let got = prepared(&png(GrayImage::from_pixel(width, height, Luma([brightness]))));
            assert!(got.resized && got.pixels == [0; 784], "{brightness}");
        }
    }
}

#[test]
fn other_models_get_pictures_scaled_to_their_size() {
    let red = RgbImage::from_pixel(60, 20, Rgb([200, 10, 30]));
    let got = prepare(&png(red.clone()), &card([3, 8, 16], false)).unwrap();
    let planes = [[200; 128], [10; 128], [30; 128]].concat();
    assert_eq!(
        got,
        PreparedImage { pixels: planes, inverted: false, resized: true, converted: false }
    );
    let got = prepare(&png(red.clone()), &card([1, 2, 2], false)).unwrap();
    assert_eq!((got.pixels, got.converted), (vec![69; 4], true));
    let white = RgbImage::from_pixel(3, 2, Rgb([255, 250, 245]));
    let got = prepare(&png(white), &card([3, 2, 3], true)).unwrap();
    assert_eq!(got.pixels, [[0; 6], [5; 6], [10; 6]].concat());
    assert!(got.inverted && !got.resized);
}

/// A PNG whose EXIF data give it an orientation, 1 to 8.
fn png_turned(picture: impl Into<DynamicImage>, orientation: u8) -> Vec<u8> {
    let picture = picture.into();
    // Little-endian TIFF, one directory at byte 8 with one entry: tag 0x0112, a short.
    let entry = [0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0];
    let exif = [&b"II*\0\x08\0\0\0\x01\0"[..], &entry, &[0; 4]].concat();
    let mut bytes = Vec::new();
    let mut encoder = PngEncoder::new(&mut bytes);
    encoder.set_exif_metadata(exif).unwrap();
    let (width, height) = (picture.width(), picture.height());
    encoder.write_image(picture.as_bytes(), width, height, picture.color().into()).unwrap();
    bytes
}

#[test]
fn the_orientation_counts() {
    let colours = RgbImage::from_fn(40, 30, |x, y| {
        Rgb([x * 6, y * 8, (x * y) % 256].map(|v| v.to_le_bytes()[0]))
    });
    for (orientation, turn) in [
        (1, Orientation::NoTransforms),
        (2, Orientation::FlipHorizontal),
        (3, Orientation::Rotate180),
        (4, Orientation::FlipVertical),
        (5, Orientation::Rotate90FlipH),
        (6, Orientation::Rotate90),
        (7, Orientation::Rotate270FlipH),
        (8, Orientation::Rotate270),
    ] {
        let mut upright = DynamicImage::from(colours.clone());
        upright.apply_orientation(turn);
        for shape in [[1, 40, 30], [3, 40, 30], [1, 16, 8], [3, 16, 8], [3, 30, 40]] {
            let card = card(shape, false);
            let got = prepare(&png_turned(colours.clone(), orientation), &card).unwrap();
            let expected = prepare(&png(upright.clone()), &card).unwrap();
            // Scaling before turning rounds in another order.
            let near = got.pixels.iter().zip(&expected.pixels).all(|(a, b)| a.abs_diff(*b) <= 1);
            assert!(
                near && got.resized == expected.resized,
                "orientation {orientation}, {shape:?}"
            );
        }
        let card = card([1, 40, 30], true);
        let got = prepare(&png_turned(colours.clone(), orientation), &card).unwrap();
        assert_eq!(got, prepare(&png(upright), &card).unwrap(), "orientation {orientation}");
    }
}

#[test]
fn a_small_file_that_decodes_to_half_a_gigabyte_is_refused() {
    // 16 bits, RGBA: 8 bytes a pixel.
    let mut bytes = png_of(8192, 8192, 6, &[], &[0; 16_384]);
    bytes[24] = 16;
    let check = crc(&bytes[12..29]).to_be_bytes();
    bytes[29..33].copy_from_slice(&check);
    let error = prepare(&bytes, &mnist_card()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the picture of 8192 x 8192 pixels takes 536870912 bytes to decode, expected at most 268435456"
    );
}

#[test]
fn cards_whose_images_no_picture_can_be_are_refused() {
    for shape in [[2, 28, 28], [0, 28, 28], [1, 0, 28], [1, 28, usize::MAX], [3, 1 << 20, 1 << 20]]
    {
        let error = prepare(&png(GrayImage::new(28, 28)), &card(shape, true)).unwrap_err();
        assert!(matches!(error, InferenceError::Card { .. }), "{error}");
    }
}

#[test]
fn every_truncated_picture_is_an_error() {
    let digit = drawing(&digits(1)[0], 3);
    for format in [ImageFormat::Png, ImageFormat::Jpeg] {
        let bytes = encode(digit.clone(), format);
        // The last 12 bytes of a PNG are its empty end chunk.
        let content = bytes.len() - if format == ImageFormat::Png { 16 } else { 1 };
        for length in (0..content).step_by(7).chain([content]) {
            let error = prepare(&bytes[..length], &mnist_card()).unwrap_err();
            let text = error.to_string();
            assert!(length < 16 || text.contains("cannot be decoded"), "{length}: {text}");
        }
    }
}

#[test]
fn a_png_bomb_is_an_error() {
    for (width, height) in [(30_000, 30_000), (u32::MAX, u32::MAX), (1, 1 << 20), (0, 5)] {
        let error = prepare(&png_of(width, height, 0, &[], &[0; 64]), &mnist_card()).unwrap_err();
        let refused =
            matches!(error, InferenceError::TooLarge { .. } | InferenceError::Broken { .. });
        assert!(refused, "{width} x {height}: {error}");
    }
    let error = prepare(&png_of(8000, 8000, 0, &[], &[0; 64]), &mnist_card()).unwrap_err();
    assert!(matches!(error, InferenceError::Oversized { .. }), "{error}");
}

#[test]
fn other_files_are_errors_that_say_what_they_are() {
    for (bytes, expected) in [
        (&b""[..], "not a PNG or JPEG picture: the file is empty"),
        (b"hello", "not a PNG or JPEG picture: it looks like text"),
    ] {
        let error = prepare(bytes, &mnist_card()).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
}

/// A grey picture as a PNG with a palette, in which colour `i` is grey `255 - i`.
fn palette_png(picture: &GrayImage) -> Vec<u8> {
    let palette: Vec<u8> = (0..=255).rev().flat_map(|grey| [grey; 3]).collect();
    let rows = picture.as_raw().chunks(picture.width() as usize);
    let raw: Vec<u8> =
        rows.flat_map(|row| [0].into_iter().chain(row.iter().map(|value| 255 - value))).collect();
    png_of(picture.width(), picture.height(), 3, &palette, &raw)
}

/// An 8-bit PNG, uncompressed, with whatever size in its header.
fn png_of(width: u32, height: u32, colour_type: u8, palette: &[u8], raw: &[u8]) -> Vec<u8> {
    let [width, height] = [width, height].map(u32::to_be_bytes);
    let header = [&width[..], &height, &[8, colour_type, 0, 0, 0]].concat();
    let length = u16::try_from(raw.len()).unwrap();
    let adler = raw.iter().fold([1_u32, 0], |[a, b], &byte| {
        let a = (a + u32::from(byte)) % 65_521;
        [a, (b + a) % 65_521]
    });
    let (length, inverse) = (length.to_le_bytes(), (!length).to_le_bytes());
    let check = (adler[1] << 16 | adler[0]).to_be_bytes();
    let zlib = [&[0x78, 1, 1][..], &length, &inverse, raw, &check].concat();
    let mut bytes = b"\x89PNG\r\n\x1A\n".to_vec();
    for (kind, content) in
        [(b"IHDR", &header[..]), (b"PLTE", palette), (b"IDAT", &zlib), (b"IEND", &[])]
    {
        if kind != b"PLTE" || !content.is_empty() {
            let named = [&kind[..], content].concat();
            bytes.extend(u32::try_from(content.len()).unwrap().to_be_bytes());
            bytes.extend(&named);
            bytes.extend(crc(&named).to_be_bytes());
        }
    }
    bytes
}

fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, &byte| {
        (0..8).fold(crc ^ u32::from(byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 * (crc & 1)))
    })
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(
        start in prop::sample::select(vec![
            &b""[..], b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR", b"\xFF\xD8\xFF\xE0", b"\xFF\xD8\xFF\xDB\0\x43",
        ]),
        rest in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let _ = prepare(&[start, &rest].concat(), &mnist_card());
    }

    #[test]
    fn damaged_pictures_never_panic(
        jpeg: bool,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let format = if jpeg { ImageFormat::Jpeg } else { ImageFormat::Png };
        let picture = RgbImage::from_fn(20, 30, |x, y| Rgb([x, y, x * y].map(|v| v.to_le_bytes()[0])));
        let mut bytes = encode(picture, format);
        for (place, byte) in damage {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let _ = prepare(&bytes, &mnist_card());
    }

    #[test]
    fn any_header_is_survived(
        width: u32, height: u32, depth_and_colour: [u8; 2], small: bool, raw: [u8; 32],
    ) {
        let shrink = if small { 1 << 20 } else { 1 };
        let mut bytes = png_of(width / shrink, height / shrink, depth_and_colour[1] % 7, &[], &raw);
        bytes[24] = [1, 2, 4, 8, 16][usize::from(depth_and_colour[0]) % 5];
        let check = crc(&bytes[12..29]).to_be_bytes();
        bytes[29..33].copy_from_slice(&check);
        let _ = prepare(&bytes, &mnist_card());
    }
}
