//! A few bytes that stand for all weights, to be taken often.

use burn::module::{Module, ModuleVisitor, Param};
use burn::tensor::Tensor;

/// The first 8 bytes of BLAKE3 over the values of all parameters and buffers, in the order of the module; never 0. The digest of a
/// finished model (`weights_digest`) also knows names and shapes, and is slower.
pub(crate) fn weights_digest<M: Module>(model: &M) -> u64 {
    let mut visitor = Digest(blake3::Hasher::new());
    model.visit(&mut visitor);
    let mut eight = [0; 8];
    eight.copy_from_slice(&visitor.0.finalize().as_bytes()[..8]);
    u64::from_le_bytes(eight).max(1)
}

struct Digest(blake3::Hasher);

impl ModuleVisitor for Digest {
    fn visit_float<const D: usize>(&mut self, parameter: &Param<Tensor<D>>) {
        self.0.update(parameter.val().into_data().as_bytes());
    }
}
