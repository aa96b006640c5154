//! Comes in: a piece of work. Goes out: its result, computed with the widest vectors of this machine.

use pulp::{Simd, WithSimd};

/// Runs `work` with the widest instruction set found at run time.
pub(crate) fn widest<W: WithSimd>(work: W) -> W::Output {
    #[cfg(target_arch = "x86_64")]
    {
        if let Some(simd) = pulp::x86::V4::try_new() {
            return Simd::vectorize(simd, work);
        }
        if let Some(simd) = pulp::x86::V3::try_new() {
            return Simd::vectorize(simd, work);
        }
    }
    pulp::Arch::new().dispatch(work)
}
