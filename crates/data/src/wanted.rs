//! What kind of target is asked for, where data leave a choice.

/// A kind of target.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wanted {
    /// What it looks like.
    #[default]
    Any,
    /// Classes.
    Classes,
    /// Labels, each of which holds or does not.
    Labels,
    /// A number.
    Number,
}
