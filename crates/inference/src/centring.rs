//! A bright digit of any size and place becomes one of MNIST's size and place; knows no file and no model.
//!
//! "The original black and white images from NIST were size normalized to fit in a 20x20 pixel box while preserving their
//! aspect ratio. [...] The images were centered in a 28x28 image by computing the center of mass of the pixels, and
//! translating the image so as to position this point at the center of the 28x28 field." (Yann `LeCun` and others, "The
//! MNIST database of handwritten digits".) In MNIST's files that centre is pixel (14, 14), counted from 0.

use image::imageops::{self, FilterType};
use image::{GrayImage, Luma};

/// The longer side of the digit, in [`FIELD`]ths of the image's side.
const BOX: u32 = 20;
const FIELD: u32 = 28;
/// Brightness above the background below which there is no ink: more than a scanner's noise, less than a pale pencil.
const LEAST_CONTRAST: u8 = 32;
/// Brightness, of 255, above which a pixel counts for the digit's extent.
const INK: u8 = 64;

/// The digit of a bright-on-dark picture, `width` x `height`, in MNIST's convention. `background` is the brightness of the
/// paper. Without a digit, all is background.
pub(crate) fn centre(mut picture: GrayImage, background: u8, width: u32, height: u32) -> GrayImage {
    let mut field = GrayImage::new(width, height);
    if brightest(&picture).saturating_sub(background) < LEAST_CONTRAST {
        return field;
    }
    stretch(&mut picture, background);
    let [left, top, columns, rows] = ink_extent(&picture);
    let longer = (width.min(height) * BOX + FIELD / 2) / FIELD;
    let [new_columns, new_rows] = fit([columns, rows], longer.max(1));
    let ink = imageops::crop_imm(&picture, left, top, columns, rows);
    // Enlarged MNIST images come back nearer to themselves than with a triangle: 6.1 levels a pixel off against 7.2.
    let mut digit = imageops::resize(&*ink, new_columns, new_rows, FilterType::Lanczos3);
    // Thin lines pale as they shrink; MNIST's brightest pixel is always 254 or 255.
    stretch(&mut digit, 0);
    let [x, y] = offset(&digit, width, height);
    imageops::replace(&mut field, &digit, x, y);
    field
}

fn brightest(picture: &GrayImage) -> u8 {
    // default: a picture without pixels is dark.
    picture.as_raw().iter().copied().max().unwrap_or(0)
}

/// Makes `background` and all below it 0, and the brightest pixel 255.
fn stretch(picture: &mut GrayImage, background: u8) {
    let range = u32::from(brightest(picture).saturating_sub(background)).max(1);
    for Luma([value]) in picture.pixels_mut() {
        let above = u32::from(value.saturating_sub(background));
        *value = u8::try_from((above * 255 + range / 2) / range)
            .expect("no pixel is brighter than the brightest");
    }
}

/// `[left, top, columns, rows]` of the smallest rectangle with all ink; the whole picture where there is none.
fn ink_extent(picture: &GrayImage) -> [u32; 4] {
    let (width, height) = picture.dimensions();
    let [mut left, mut top, mut right, mut bottom] = [width, height, 0, 0];
    for (x, y, Luma([value])) in picture.enumerate_pixels() {
        if *value > INK {
            (left, right) = (left.min(x), right.max(x + 1));
            (top, bottom) = (top.min(y), bottom.max(y + 1));
        }
    }
    if right > left { [left, top, right - left, bottom - top] } else { [0, 0, width, height] }
}

/// Scales sides so that the longer one is `longer` and neither is 0.
fn fit([columns, rows]: [u32; 2], longer: u32) -> [u32; 2] {
    let largest = u64::from(columns.max(rows).max(1));
    [columns, rows].map(|side| {
        let scaled = (u64::from(side) * u64::from(longer) + largest / 2) / largest;
        u32::try_from(scaled).expect("no side becomes longer than the longer one").clamp(1, longer)
    })
}

/// Where the digit's upper left corner goes, so that its centre of mass is the middle of the field and nothing is cut.
fn offset(digit: &GrayImage, width: u32, height: u32) -> [i64; 2] {
    let (mut mass, mut moments) = (0, [0, 0]);
    for (x, y, Luma([value])) in digit.enumerate_pixels() {
        let value = u64::from(*value);
        mass += value;
        moments = [moments[0] + value * u64::from(x), moments[1] + value * u64::from(y)];
    }
    let mass = mass.max(1);
    let place = |moment: u64, side: u32, digit: u32| {
        let centre_of_mass = (moment + mass / 2) / mass;
        let room = i64::from(side) - i64::from(digit);
        (i64::from(side / 2) - centre_of_mass.cast_signed()).clamp(0, room.max(0))
    };
    [place(moments[0], width, digit.width()), place(moments[1], height, digit.height())]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A bright rectangle, `[left, top, columns, rows]`, on a ground of brightness `ground`.
    fn rectangle(size: [u32; 2], [left, top, columns, rows]: [u32; 4], ground: u8) -> GrayImage {
        let inside = |x, y| (left..left + columns).contains(&x) && (top..top + rows).contains(&y);
        GrayImage::from_fn(size[0], size[1], |x, y| Luma([if inside(x, y) { 200 } else { ground }]))
    }

    #[test]
    fn ink_fills_20_of_28_around_pixel_14() {
        let field = centre(rectangle([300, 500], [13, 7, 60, 120], 40), 40, 28, 28);
        // 10 x 20, its middle (4.5, 9.5) rounded to (5, 10) and put on (14, 14).
        assert_eq!(ink_extent(&field), [9, 4, 10, 20]);
        assert_eq!(*field.get_pixel(14, 14), Luma([255]));
        assert_eq!(*field.get_pixel(0, 0), Luma([0]));
    }

    #[test]
    fn other_fields_keep_the_proportion() {
        let field = centre(rectangle([9, 9], [0, 0, 9, 1], 0), 0, 64, 56);
        assert_eq!(ink_extent(&field)[2..], [40, 4]);
        let field = centre(rectangle([9, 9], [4, 4, 1, 1], 0), 0, 1, 1);
        assert_eq!(field.as_raw(), &[255]);
    }

    #[test]
    fn paper_without_ink_is_all_background() {
        for (picture, background) in [
            (rectangle([50, 40], [0, 0, 0, 0], 90), 90),
            (rectangle([50, 40], [9, 9, 9, 9], 180), 180),
            (rectangle([1, 1], [0, 0, 1, 1], 0), 255),
        ] {
            assert!(centre(picture, background, 28, 28).as_raw().iter().all(|&value| value == 0));
        }
    }

    #[test]
    fn thin_lines_stay_bright() {
        let field = centre(rectangle([1000, 1000], [500, 100, 2, 800], 0), 0, 28, 28);
        assert_eq!(brightest(&field), 255);
        assert_eq!(ink_extent(&field)[2..], [1, 20]);
    }
}
