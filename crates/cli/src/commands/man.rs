//! `burnwright man`: all commands as one manual page.

use std::process::ExitCode;

use clap::Command;
use clap_mangen::Man;

use crate::arguments;
use crate::failure::{Failure, status};
use crate::output;

pub(crate) fn run() -> Result<ExitCode, Failure> {
    let page = page().map_err(|error| {
        Failure::new(status::INTERNAL, format!("cannot write the manual page: {error}"))
    })?;
    output::bytes(page.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

/// The page: its head, a section a command, and its end.
fn page() -> std::io::Result<String> {
    let mut program = arguments::command();
    program.build();
    let man = Man::new(program.clone());
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    let mut page = String::from_utf8_lossy(&page).into_owned();
    for command in program.get_subcommands() {
        write_commands(command, &mut page)?;
    }
    let mut end = Vec::new();
    man.render_extra_section(&mut end)?;
    man.render_version_section(&mut end)?;
    page.push_str(&String::from_utf8_lossy(&end).replace(".SH EXTRA", ".SH NOTES"));
    Ok(page)
}

/// A section for a command, unless it does nothing by itself, and for each of the commands below it.
fn write_commands(command: &Command, page: &mut String) -> std::io::Result<()> {
    // What every program has needs no section.
    if command.get_name() == "help" {
        return Ok(());
    }
    if !command.is_subcommand_required_set() {
        write_section(command, page)?;
    }
    command.get_subcommands().try_for_each(|inner| write_commands(inner, page))
}

fn write_section(command: &Command, page: &mut String) -> std::io::Result<()> {
    let man = Man::new(command.clone());
    let mut section = Vec::new();
    man.render_synopsis_section(&mut section)?;
    man.render_description_section(&mut section)?;
    man.render_options_section(&mut section)?;
    if command.get_after_help().is_some() {
        man.render_extra_section(&mut section)?;
    }
    let title = command.get_bin_name().expect("building the program names its commands");
    let title = title.to_uppercase();
    page.extend([".SH \"", &title, "\"\n"]);
    // A page's sections are those of a section here; the headings of text and synopsis go without saying.
    for line in String::from_utf8_lossy(&section).lines() {
        match line {
            ".SH SYNOPSIS" => {}
            ".SH DESCRIPTION" => page.push_str(".PP"),
            line => page
                .push_str(&line.replacen(".SH EXTRA", ".SS NOTES", 1).replacen(".SH ", ".SS ", 1)),
        }
        page.push('\n');
    }
    Ok(())
}
