//! Scaling against Pillow's `Image.resize`.

use burnwright_pictures::Interpolation;

use crate::{difference, fixtures, portable};

#[test]
fn scaled_pictures_are_pillows() {
    let mut wrong = Vec::new();
    for path in fixtures("resizing", "pnm") {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let mut words = name.split('-');
        let source = path.with_file_name(format!("{}.pnm", words.next().unwrap()));
        let interpolation = match words.next() {
            Some("bilinear") => Interpolation::Bilinear,
            Some(_) => Interpolation::Bicubic,
            None => continue,
        };
        let expected = portable(&std::fs::read(&path).unwrap());
        let source = portable(&std::fs::read(&source).unwrap());
        let got = source.resize(expected.width, expected.height, interpolation).unwrap();
        assert_eq!((got.width, got.height), (expected.width, expected.height));
        let (most, mean) = difference(&got, &expected);
        // Bicubic weights reach beyond 1, so that a level in the picture in between can become two.
        let enlarged = expected.width > source.width && interpolation == Interpolation::Bicubic;
        if most > if enlarged { 2 } else { 1 } || mean > 0.05 {
            wrong.push(format!("{name}: {most} at most, {mean:.4} on average"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
