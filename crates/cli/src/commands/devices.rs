//! `burnwright devices`: what is compiled in, what was found, why one was rejected.

use std::process::ExitCode;

use schemars::JsonSchema;
use serde::Serialize;

use crate::arguments::DevicesFlags;
use crate::devices::{self, DeviceName, Found, Kind};
use crate::failure::Failure;
use crate::output;
use crate::table::table;

/// What `--json` prints.
#[derive(Serialize, JsonSchema)]
pub(super) struct Output {
    compiled: Vec<&'static str>,
    auto: String,
    devices: Vec<Found>,
    unavailable: Vec<Unavailable>,
}

#[derive(Serialize, JsonSchema)]
struct Unavailable {
    device: &'static str,
    rejected: String,
}

pub(crate) fn run(flags: &DevicesFlags) -> Result<ExitCode, Failure> {
    let found: Vec<(Kind, Result<Vec<Found>, String>)> =
        Kind::COMPILED.iter().map(|&kind| (kind, devices::find(kind))).collect();
    let automatic = devices::select(&DeviceName::Auto)?.name;
    if flags.json {
        let compiled = Kind::COMPILED.iter().map(|kind| kind.name()).collect();
        let devices =
            found.iter().filter_map(|(_, f)| f.as_ref().ok()).flatten().cloned().collect();
        let unavailable = found
            .iter()
            .filter_map(|(kind, found)| {
                Some(Unavailable { device: kind.name(), rejected: reason_of_none(found)? })
            })
            .collect();
        output::json(&Output { compiled, auto: automatic, devices, unavailable })?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut rows =
        vec![["device", "adapter", "kind", "api", "driver", ""].map(ToOwned::to_owned).to_vec()];
    for (kind, found) in &found {
        if let Some(why) = reason_of_none(found) {
            let dash = || "-".to_owned();
            rows.push(vec![kind.name().to_owned(), dash(), dash(), dash(), dash(), why]);
        }
        for found in found.iter().flatten() {
            let note = match &found.rejected {
                Some(why) => format!("auto passes over it: {why}"),
                None if found.device == automatic => "auto takes this one".to_owned(),
                None => String::new(),
            };
            let Found { device, adapter, kind, api, driver, .. } = found.clone();
            rows.push(vec![device, adapter, kind, api, driver, note]);
        }
    }
    output::line(&table(&rows))?;
    Ok(ExitCode::SUCCESS)
}

fn reason_of_none(found: &Result<Vec<Found>, String>) -> Option<String> {
    match found {
        Ok(found) if found.is_empty() => Some("no adapter was found".to_owned()),
        Ok(_) => None,
        Err(why) => Some(why.clone()),
    }
}
