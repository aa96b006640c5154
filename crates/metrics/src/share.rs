//! Two counts in, the share that one is of the other out.

use std::fmt::Debug;

/// `part / whole`; 0 of nothing.
pub(crate) fn share(
    part: impl TryInto<u64, Error: Debug>,
    whole: impl TryInto<u64, Error: Debug>,
) -> f64 {
    let (part, whole) = (part.try_into(), whole.try_into());
    let (part, whole) = (part.expect("counts fit 64 bits"), whole.expect("counts fit 64 bits"));
    #[expect(clippy::cast_precision_loss, reason = "counts of samples are far below 2^53")]
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}
