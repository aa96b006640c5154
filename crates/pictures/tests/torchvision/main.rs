//! Every transform against what torchvision made of 20 small pictures with the same parameters.
#![allow(clippy::unwrap_used, reason = "a test may end so")]

mod fixtures;

use burnwright_pictures::Picture;
use burnwright_pictures::transform::{
    Affine, Operation, Padding, RandAugment, Size, TrivialAugmentWide, adjust_brightness,
    adjust_contrast, adjust_hue, adjust_saturation, adjust_sharpness, affine, autocontrast,
    crop_and_resize, equalize, erase, horizontal_flip, pad_and_crop, posterize, rotate, solarize,
    vertical_flip,
};
use fixtures::{Case, Difference};

/// What is made of each input with the parameters of its case may be this far away from what torchvision made: one level at any sample, and
/// 0.05 on average over the sheet.
#[track_caller]
#[expect(clippy::print_stdout, reason = "the table of differences, with --nocapture")]
fn assert_like_torchvision(sheet: &str, make: impl Fn(&Picture, &Case) -> Picture) {
    let mut whole = Difference::default();
    for (index, (input, case, expected)) in fixtures::cases(sheet).iter().enumerate() {
        let got = make(input, case);
        assert_eq!(Size::of(&got), Size::of(expected), "{sheet} {index}");
        assert_eq!(got.channels, expected.channels, "{sheet} {index}");
        let difference = Difference::between(&got.samples, &expected.samples);
        assert!(difference.largest <= 1, "{sheet} {index}: {difference:?} {case:?}");
        whole.add(difference);
    }
    // Shown by `cargo test -- --nocapture`.
    println!("| {sheet} | {} | {:.4} |", whole.largest, whole.mean());
    assert!(whole.mean() <= 0.05, "{sheet}: {whole:?}");
}

#[test]
fn crops_and_resizes() {
    assert_like_torchvision("crop_and_resize", |picture, case| {
        let [height, width] = case.numbers("size");
        let size = Size { height, width };
        crop_and_resize(picture, case.rectangle(), size, case.interpolation()).unwrap()
    });
}

#[test]
fn pads_and_crops() {
    assert_like_torchvision("pad_and_crop", |picture, case| {
        let padding = Padding {
            pixels: case.whole("padding"),
            mode: case.padding_mode(),
            fill: case.byte("fill"),
        };
        pad_and_crop(picture, &padding, case.rectangle()).unwrap()
    });
}

#[test]
fn flips() {
    assert_like_torchvision("horizontal_flip", |picture, _| horizontal_flip(picture));
    assert_like_torchvision("vertical_flip", |picture, _| vertical_flip(picture));
}

#[test]
fn rotates() {
    assert_like_torchvision("rotate", |picture, case| {
        rotate(picture, case.real("angle"), case.interpolation(), case.byte("fill"))
    });
}

#[test]
fn rotates_moves_scales_and_shears() {
    assert_like_torchvision("affine", |picture, case| {
        let parameters = Affine {
            angle: case.real("angle"),
            translate: case.numbers("translate"),
            scale: case.real("scale"),
            shear: case.reals("shear").unwrap(),
            center: case.reals("center"),
        };
        affine(picture, &parameters, case.interpolation(), case.byte("fill"))
    });
}

#[test]
fn changes_colours() {
    let by_number = |sheet, function: fn(&Picture, f64) -> Picture| {
        assert_like_torchvision(sheet, |picture, case| function(picture, case.real("number")));
    };
    by_number("adjust_brightness", adjust_brightness);
    by_number("adjust_contrast", adjust_contrast);
    by_number("adjust_saturation", adjust_saturation);
    by_number("adjust_hue", adjust_hue);
    by_number("adjust_sharpness", adjust_sharpness);
    by_number("solarize", solarize);
    assert_like_torchvision("posterize", |picture, case| {
        posterize(picture, u32::from(case.byte("number")))
    });
    assert_like_torchvision("autocontrast", |picture, _| autocontrast(picture));
    assert_like_torchvision("equalize", |picture, _| equalize(picture));
}

#[test]
fn erases() {
    assert_like_torchvision("erase", |picture, case| {
        erase(picture, case.rectangle(), || case.byte("value"))
    });
}

#[test]
fn operations_are_as_strong_as_those_of_trivial_augment_and_rand_augment() {
    use Operation::{
        Posterize, Rotate, Sharpness, ShearX, ShearY, Solarize, TranslateX, TranslateY,
    };
    let operations =
        [ShearX, ShearY, TranslateX, TranslateY, Rotate, Posterize, Solarize, Sharpness];
    for operation in operations {
        check_operation(operation, &format!("trivial_{operation:?}"), |_, bin| {
            TrivialAugmentWide::default().magnitude(operation, bin)
        });
    }
    for operation in [TranslateX, Posterize] {
        check_operation(operation, &format!("rand_{operation:?}"), |size, magnitude| {
            let transform = RandAugment { magnitude, ..RandAugment::default() };
            transform.magnitude(operation, size)
        });
    }
}

#[track_caller]
fn check_operation(operation: Operation, sheet: &str, strength: impl Fn(Size, usize) -> f64) {
    assert_like_torchvision(sheet, |picture, case| {
        let magnitude = strength(Size::of(picture), case.whole("bin"));
        let signed = if case.flag("negative") { -magnitude } else { magnitude };
        assert!((signed - case.real("magnitude")).abs() < 1e-12, "{sheet}: {signed} {case:?}");
        operation.apply(picture, signed, case.interpolation(), case.byte("fill"))
    });
}
