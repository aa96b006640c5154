//! The name of a data set in, verified files in a cache out.
//!
//! This is the one library that asks the network. It knows no formats, no pictures and no training.
