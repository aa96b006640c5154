//! The terminal as it was before a dashboard took it.

use std::io::{IsTerminal, stdout};

use ratatui::crossterm::cursor::Show;
use ratatui::crossterm::event::DisableMouseCapture;
use ratatui::crossterm::execute;
use ratatui::crossterm::terminal::{LeaveAlternateScreen, disable_raw_mode};

/// Puts the terminal back, whoever holds it.
pub(crate) fn restore() {
    if disable_raw_mode().is_ok() && stdout().is_terminal() {
        let _ = execute!(stdout(), DisableMouseCapture, LeaveAlternateScreen, Show);
    }
}
