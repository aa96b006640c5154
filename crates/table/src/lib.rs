//! A table in a file in, columns with kinds, numbers for a model and targets out.
//!
//! This crate knows no tensors, no models and no training.
