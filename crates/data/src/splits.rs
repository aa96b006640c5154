//! What a model learns from, and what it is judged by.

use std::fmt;
use std::sync::Arc;

use crate::Source;

/// Training and test samples of one data set.
#[derive(Clone)]
pub struct Splits {
    /// What models learn from.
    pub train: Arc<dyn Source>,
    /// What they are judged by.
    pub test: Arc<dyn Source>,
}

impl Splits {
    /// Samples of your own.
    pub fn new(train: impl Source + 'static, test: impl Source + 'static) -> Self {
        Self { train: Arc::new(train), test: Arc::new(test) }
    }
}

impl fmt::Debug for Splits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let said = |source: &Arc<dyn Source>| format!("{} x {}", source.len(), source.shape());
        f.debug_struct("Splits")
            .field("train", &said(&self.train))
            .field("test", &said(&self.test))
            .finish()
    }
}
