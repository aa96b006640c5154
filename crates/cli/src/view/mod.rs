//! What is seen of a training: lines, Burn's dashboard, or nothing.

mod dashboard;
mod plain;
mod replay;

use std::io::IsTerminal;

pub(crate) use dashboard::Dashboard;
pub(crate) use plain::{PlainLines, Stream};
pub(crate) use replay::{Beside, Replay};

use crate::arguments::View;
use crate::failure::Failure;

/// The view that `auto` stands for here.
pub(crate) fn resolve(view: View) -> Result<View, Failure> {
    let terminal = std::io::stdout().is_terminal() && std::io::stdin().is_terminal();
    let dumb = std::env::var("TERM").is_ok_and(|term| term == "dumb");
    let in_ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false");
    match view {
        View::Auto if terminal && !dumb && !in_ci => Ok(View::Dashboard),
        View::Auto => Ok(View::Plain),
        View::Dashboard if !terminal => {
            Err(Failure::new(2, "--view dashboard needs a terminal on stdin and stdout")
                .with_hint("--view plain prints one line an epoch"))
        }
        other => Ok(other),
    }
}
