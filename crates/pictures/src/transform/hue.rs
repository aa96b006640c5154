//! A picture's colours move around the circle of hues.

use crate::Picture;

/// The picture with its hues moved by `factor` of the whole circle, -0.5 to 0.5; torchvision's `adjust_hue` on a Pillow picture, which
/// has 256 hues. A grey picture stays as it is.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "meant: 256 hues")]
pub fn adjust_hue(picture: &Picture, factor: f64) -> Picture {
    let mut samples = picture.samples.clone();
    let moved = (factor * 255.0) as i32 as u8;
    let colours = if picture.channels == 3 { samples.as_chunks_mut().0 } else { &mut [] };
    for pixel in colours {
        let [hue, saturation, value] = hue_saturation_value(*pixel);
        *pixel = red_green_blue([hue.wrapping_add(moved), saturation, value]);
    }
    Picture { samples, ..*picture }
}

/// Hue, saturation and value of a colour, each 0 to 255, as Pillow reckons them: in 32 bits where it does, without the fraction.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "meant: see above")]
fn hue_saturation_value([red, green, blue]: [u8; 3]) -> [u8; 3] {
    let (most, least) = (red.max(green).max(blue), red.min(green).min(blue));
    if most == least {
        return [0, 0, most];
    }
    let range = f32::from(most - least);
    let [from_red, from_green, from_blue] =
        [red, green, blue].map(|value| f32::from(most - value) / range);
    let sixths = if red == most {
        from_blue - from_green
    } else if green == most {
        (2.0 + f64::from(from_red) - f64::from(from_blue)) as f32
    } else {
        (4.0 + f64::from(from_green) - f64::from(from_red)) as f32
    };
    let hue = ((f64::from(sixths) / 6.0 + 1.0) % 1.0) as f32;
    let saturation = range / f32::from(most);
    let [hue, saturation] = [hue, saturation].map(|part| (f64::from(part) * 255.0) as u8);
    [hue, saturation, most]
}

/// The colour of hue, saturation and value, as Pillow reckons it.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rounded before")]
fn red_green_blue([hue, saturation, value]: [u8; 3]) -> [u8; 3] {
    if saturation == 0 {
        return [value; 3];
    }
    let sixths = f64::from(hue) * 6.0 / 255.0;
    let (sector, rest) = (sixths.floor(), (sixths - sixths.floor()) as f32);
    let strength = (f64::from(saturation) / 255.0) as f32;
    let less = |part: f64| (f64::from(value) * (1.0 - part)).round() as u8;
    let least = less(f64::from(strength));
    let falling = less(f64::from(strength * rest));
    let rising = less(f64::from(strength) * (1.0 - f64::from(rest)));
    match sector as u8 % 6 {
        0 => [value, rising, least],
        1 => [falling, value, least],
        2 => [least, value, rising],
        3 => [least, falling, value],
        4 => [rising, least, value],
        _ => [value, least, falling],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_third_of_the_circle_makes_red_green() {
        let red = Picture::new(1, 1, 3, vec![200, 0, 0]).unwrap();
        assert_eq!(adjust_hue(&red, 1.0 / 3.0).samples, [0, 200, 0]);
    }

    #[test]
    fn grey_has_no_hue() {
        let grey = Picture::new(3, 1, 1, vec![200, 0, 100]).unwrap();
        assert_eq!(adjust_hue(&grey, 0.3), grey);
    }

    proptest! {
        #[test]
        fn what_is_lightest_stays_as_light(colour: [u8; 3], factor in -0.5..0.5) {
            let picture = Picture::new(1, 1, 3, colour.to_vec()).unwrap();
            let moved = adjust_hue(&picture, factor).samples;
            prop_assert_eq!(moved.iter().max(), colour.iter().max());
        }
    }
}
