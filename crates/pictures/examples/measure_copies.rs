//! How many planted copies `find` finds, and what else it takes for copies: a folder made by `tests/fixtures/plant_copies.py` in.
//!
//! `cargo run --release -p burnwright-pictures --example measure_copies -- FOLDER`
//!
//! Prints recall for each kind, then every pair that was not planted, for the eye.
#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program for developers"
)]

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::time::Instant;

use burnwright_pictures::{Imprint, Picture, find};
use rayon::prelude::*;

fn main() {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap());
    let mut names = Vec::new();
    for part in ["originals", "copies"] {
        let files = std::fs::read_dir(folder.join(part)).into_iter().flatten();
        let files = files.map(|file| format!("{part}/{}", file.unwrap().file_name().display()));
        names.extend(files);
    }
    names.sort();
    let start = Instant::now();
    let imprints: Vec<Imprint> = names.par_iter().map(|name| imprint(&folder.join(name))).collect();
    println!("{} pictures: {:.1} s to decode", names.len(), start.elapsed().as_secs_f64());
    let start = Instant::now();
    let found = find(&imprints);
    println!("{} links: {:.2} s to find", found.links.len(), start.elapsed().as_secs_f64());

    // A picture belongs to its original, and originals to themselves.
    let mut origin: HashMap<String, String> = HashMap::new();
    let mut kinds: BTreeMap<String, [usize; 2]> = BTreeMap::new();
    let place: HashMap<&str, usize> = names.iter().map(String::as_str).zip(0..).collect();
    let planted = std::fs::read_to_string(folder.join("copies.csv")).unwrap_or_default(); // default: nothing planted
    for line in planted.lines().skip(1) {
        let [original, copy, kind] = line.split(',').collect::<Vec<_>>().try_into().unwrap();
        let [hits, all] = kinds.entry(kind.to_owned()).or_default();
        *hits += usize::from(found.group_of[place[original]] == found.group_of[place[copy]]);
        *all += 1;
        origin.insert(copy.to_owned(), original.to_owned());
    }
    for (kind, [hits, all]) in kinds {
        println!("{kind}: {hits} of {all}");
    }
    for link in &found.links {
        let [one, other] = [link.first, link.second].map(|place| &names[place]);
        let [a, b] = [one, other].map(|name| origin.get(name).unwrap_or(name));
        if a != b {
            println!("not planted: {one} {other} {:?}", link.sameness);
        }
    }
}

fn imprint(path: &Path) -> Imprint {
    let bytes = std::fs::read(path).unwrap();
    let picture = image::load_from_memory(&bytes).unwrap().into_rgb8();
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let picture = Picture::new(width, height, 3, picture.into_raw()).unwrap();
    Imprint::of(&bytes, &picture)
}
