//! A good file in, one that went bad out.

use crate::dice::Dice;

/// A good file, changed in one of the ways in which files go bad.
pub(super) fn mutated(good: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = good.to_vec();
    let length = bytes.len();
    for _ in 0..=dice.below(3) {
        let at = dice.below(length);
        match dice.below(7) {
            0 => bytes.truncate(at),
            1 => bytes.extend_from_slice(&good[at..]),
            2 => bytes.iter_mut().skip(at).take(8).for_each(|byte| *byte = 0xff),
            3 => bytes.iter_mut().skip(at).take(64).for_each(|byte| *byte = 0),
            4 => {
                let end = (at + 1 + dice.below(40)).min(bytes.len());
                if at < end {
                    bytes.drain(at..end);
                }
            }
            // The head of a file says how much follows: it is hit more often than by chance.
            5 => {
                if let Some(byte) = bytes.get_mut(at % 32) {
                    *byte = u8::try_from(dice.below(256)).expect("below 256 is a byte");
                }
            }
            _ => {
                if let Some(byte) = bytes.get_mut(at) {
                    *byte ^= 1 << dice.below(8);
                }
            }
        }
    }
    bytes
}
