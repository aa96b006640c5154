//! What a file says, read a second time in the plainest way: the judge of what a reader accepted.

use std::io::Cursor;

use burnwright_data::{IdxImages, IdxLabels};
use burnwright_inference::{PreparedImage, prepare};
use burnwright_model::{Network, state_dict};
use burnwright_run::{Checkpoint, Event, ModelCard, StepRecord, encode};
use burnwright_training::Recipe;
use serde_json::Value;

/// Fine, or what was expected.
fn expect(holds: bool, what: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(what()) }
}

/// Words of four bytes, the highest first, at the head of a file.
fn words<const N: usize>(bytes: &[u8]) -> Result<[usize; N], String> {
    let mut words = bytes
        .chunks_exact(4)
        .map(|word| word.iter().fold(0_usize, |value, &byte| value << 8 | usize::from(byte)));
    let all: Vec<usize> = words.by_ref().take(N).collect();
    all.try_into().map_err(|_| format!("{} bytes were taken for a file", bytes.len()))
}

pub(super) fn idx_images(bytes: &[u8], read: &IdxImages) -> Result<(), String> {
    let [magic, count, rows, columns] = words(bytes)?;
    let whole = magic == 0x0803 && bytes.len() == 16 + count * rows * columns;
    let same = (read.rows, read.columns) == (rows, columns) && read.pixels == bytes[16..];
    expect(whole && same, || format!("read as {} images of {rows} x {columns}", read.len()))
}

pub(super) fn idx_labels(bytes: &[u8], read: &IdxLabels) -> Result<(), String> {
    let [magic, count] = words(bytes)?;
    let whole = magic == 0x0801 && bytes.len() == 8 + count;
    expect(whole && read.labels == bytes[8..], || format!("read as {} labels", read.labels.len()))
}

/// The same picture, decoded without our limits and stored without loss, is prepared to the same pixels.
pub(super) fn picture(bytes: &[u8], read: &PreparedImage, card: &ModelCard) -> Result<(), String> {
    let decoded = image::load_from_memory(bytes).map_err(|error| format!("no picture: {error}"))?;
    let mut stored = Vec::new();
    let written = decoded.write_to(&mut Cursor::new(&mut stored), image::ImageFormat::Png);
    written.map_err(|error| error.to_string())?;
    let again = prepare(&stored, card).map_err(|error| format!("stored anew: {error}"))?;
    let size = card.image_shape.iter().product::<usize>();
    expect(read.pixels == again.pixels && read.pixels.len() == size, || {
        format!("{} pixels, not those of the picture", read.pixels.len())
    })
}

/// Every setting of the text is in the recipe with its value, and the recipe can be written and read again.
pub(super) fn recipe(text: &str, read: &Recipe) -> Result<(), String> {
    let given: toml::Table = text.parse().map_err(|error| format!("no TOML: {error}"))?;
    let written = read.to_toml().map_err(|error| error.to_string())?;
    let kept: toml::Table = written.parse().map_err(|error| format!("written badly: {error}"))?;
    contains(&kept, &given)?;
    let again = Recipe::parse("again", &written, &[]).map_err(|error| error.to_string())?;
    expect(again == *read, || "another recipe once written and read".to_owned())
}

fn contains(kept: &toml::Table, given: &toml::Table) -> Result<(), String> {
    for (key, value) in given {
        match (kept.get(key), value) {
            (Some(toml::Value::Table(kept)), toml::Value::Table(value)) => contains(kept, value)?,
            (Some(kept), value) => {
                expect(is_same(kept, value), || format!("{key} = {value} became {kept}"))?;
            }
            (None, toml::Value::Table(value)) if value.is_empty() => {}
            (None, value) => return Err(format!("{key} = {value} was passed over")),
        }
    }
    Ok(())
}

/// The same value; a whole number may be kept as the float that it is, also in a list.
fn is_same(kept: &toml::Value, given: &toml::Value) -> bool {
    match (kept, given) {
        (toml::Value::Float(kept), toml::Value::Integer(given)) => {
            kept.to_string() == given.to_string()
        }
        (toml::Value::Array(kept), toml::Value::Array(given)) => {
            kept.len() == given.len()
                && kept.iter().zip(given).all(|(kept, given)| is_same(kept, given))
        }
        (kept, given) => kept == given,
    }
}

/// The model's weights are the bytes that the file's header points to.
pub(super) fn safetensors(bytes: &[u8], read: &Network) -> Result<(), String> {
    let (length, rest) = bytes.split_first_chunk::<8>().ok_or("no header")?;
    let length = usize::try_from(u64::from_le_bytes(*length)).map_err(|e| e.to_string())?;
    let (header, data) = rest.split_at_checked(length).ok_or("a header beyond the end")?;
    let header: Value = serde_json::from_slice(header).map_err(|error| error.to_string())?;
    for tensor in state_dict(read).map_err(|error| error.to_string())? {
        let place = &header[&tensor.name]["data_offsets"];
        let at = |end: usize| place[end].as_u64().and_then(|at| usize::try_from(at).ok());
        let given = at(0).zip(at(1)).and_then(|(from, to)| data.get(from..to));
        expect(given == Some(&tensor.bytes), || format!("{} is not the file's", tensor.name))?;
    }
    Ok(())
}

/// Only the file that was written is accepted.
pub(super) fn checkpoint(
    bytes: &[u8],
    read: &Checkpoint,
    parts: &[(&str, &[u8])],
) -> Result<(), String> {
    let same = parts.iter().all(|(name, part)| read.part(name) == Some(part));
    expect(same && bytes == encode(parts), || "a changed checkpoint was accepted".to_owned())
}

/// Every whole line is an event, which says all of the line that an event can say; or it is of a kind that is not known, or says
/// one of the versions that are read.
pub(super) fn events(bytes: &[u8], read: &[Event]) -> Result<(), String> {
    let whole = bytes.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
    let lines = bytes[..whole].split_inclusive(|&byte| byte == b'\n');
    let mut given: Vec<Value> = lines
        .map(|line| serde_json::from_slice(line).map_err(|error| error.to_string()))
        .collect::<Result<_, String>>()?;
    given.retain(|line| match line["event"].as_str() {
        Some("log") => !matches!(line["version"].as_u64(), Some(1 | 2)),
        Some(kind) => KINDS.contains(&kind),
        None => true,
    });
    expect(given.len() == read.len(), || {
        format!("{} lines became {} events", given.len(), read.len())
    })?;
    for (number, (given, event)) in given.iter().zip(read).enumerate() {
        let mut kept = serde_json::to_value(event).map_err(|error| error.to_string())?;
        // What a log that does not say its metrics is read as: the first programs knew accuracy alone.
        if given.get("metrics").is_none() && is_accuracy(&kept["metrics"]) {
            kept.as_object_mut().map(|kept| kept.remove("metrics"));
        }
        expect(agree(&kept, given), || format!("line {}: {given} became {kept}", number + 1))?;
    }
    Ok(())
}

/// Whether it is the one metric of the first programs.
fn is_accuracy(metrics: &Value) -> bool {
    metrics.as_array().is_some_and(|all| matches!(&all[..], [one] if one["name"] == "accuracy"))
}

const KINDS: [&str; 7] = [
    "training_started",
    "training_resumed",
    "epoch_started",
    "window",
    "epoch_ended",
    "training_stopped",
    "evaluated",
];

/// The same values under the same keys, and nothing that is not given; numbers as near as the precision in which they are kept.
#[expect(clippy::cast_possible_truncation, reason = "to the precision of what was kept")]
fn agree(kept: &Value, given: &Value) -> bool {
    match (kept, given) {
        (Value::Object(kept), Value::Object(given)) => {
            // What is not known is passed over; what is known must be there.
            kept.iter().all(|(key, kept)| given.get(key).is_some_and(|given| agree(kept, given)))
        }
        (Value::Array(kept), Value::Array(given)) => {
            kept.len() == given.len() && kept.iter().zip(given).all(|(k, g)| agree(k, g))
        }
        (Value::Number(kept), Value::Number(given)) => {
            kept == given || kept.as_f64().map(|v| v as f32) == given.as_f64().map(|v| v as f32)
        }
        (kept, given) => kept == given,
    }
}

/// A record is 24 bytes; what follows the last whole one is no record, and neither is a head of version 2 or 1.
pub(super) fn steps(bytes: &[u8], read: &[StepRecord]) -> Result<(), String> {
    let heads = [1, 2].map(|version| [b"BWSTEPS\n", &[version, 0, 0, 0, 0, 0, 0, 0][..]].concat());
    let is_head = |record: &&[u8]| heads.iter().any(|head| record.starts_with(head));
    let given = bytes.chunks_exact(24);
    let head = usize::from(given.clone().next().as_ref().is_some_and(is_head));
    let given = given.skip(head);
    expect(given.len() == read.len(), || format!("{} records", read.len()))?;
    for (step, (given, record)) in (1_u32..).zip(given.zip(read)) {
        let mut kept = record.batch.to_le_bytes().to_vec();
        kept.extend(record.loss.to_le_bytes());
        kept.extend(step.to_le_bytes());
        // default: the format writes 0 where no digest of the weights was taken.
        kept.extend(record.weights.unwrap_or(0).to_le_bytes());
        expect(kept == given, || format!("step {step}: {given:?} became {record:?}"))?;
    }
    Ok(())
}
