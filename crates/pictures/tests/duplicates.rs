//! Copies that Pillow made of pictures of CIFAR-10 (`fixtures/plant_copies.py`), and what is found of them.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use burnwright_pictures::{Duplicates, Imprint, Picture, Sameness, find};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/copies")
}

/// Kind, original, copy, of each line of `copies.csv`.
fn planted() -> Vec<[String; 3]> {
    let text = std::fs::read_to_string(folder().join("copies.csv")).unwrap();
    let line = |line: &str| {
        let [original, copy, kind] = line.split(',').collect::<Vec<_>>().try_into().unwrap();
        [kind, original, copy].map(str::to_owned)
    };
    text.lines().skip(1).map(line).collect()
}

fn names() -> Vec<String> {
    let originals = (0..24).map(|number| format!("originals/{number:05}.png"));
    originals.chain(planted().into_iter().map(|[_, _, copy]| copy)).collect()
}

fn imprint(name: &str) -> Imprint {
    let bytes = std::fs::read(folder().join(name)).unwrap();
    let picture = image::load_from_memory(&bytes).unwrap().into_rgb8();
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    Imprint::of(&bytes, &Picture::new(width, height, 3, picture.into_raw()).unwrap())
}

fn found(names: &[String]) -> Duplicates {
    find(&names.iter().map(|name| imprint(name)).collect::<Vec<_>>())
}

#[test]
fn every_planted_copy_is_found_and_nothing_else() {
    let names = names();
    let duplicates = found(&names);
    let place = |name: &str| names.iter().position(|other| other == name).unwrap();
    for [kind, original, copy] in planted() {
        let together = [&original, &copy].map(|name| duplicates.group_of[place(name)]);
        assert_eq!(together[0], together[1], "{kind}: {original} {copy}");
    }
    for (original, first) in duplicates.group_of[..24].iter().enumerate() {
        assert_eq!(*first, original, "an original is no copy of another");
    }
}

#[test]
fn links_say_what_copies_have_in_common() {
    for (kind, expected) in [
        ("file", Sameness::File),
        ("pixels", Sameness::Pixels),
        ("quality-50", Sameness::Near),
        ("half", Sameness::Near),
        ("double", Sameness::Near),
        ("crop-5", Sameness::Near),
        ("mirror", Sameness::Mirrored),
    ] {
        let planted = planted().into_iter().find(|[of_kind, ..]| of_kind == kind);
        let [_, original, copy] = planted.unwrap();
        // What was written as the original by the same encoder is the same file, too.
        let expected = if kind == "pixels" { Sameness::File } else { expected };
        let links = found(&[original, copy]).links;
        assert_eq!(links.len(), 1, "{kind}");
        assert_eq!(
            (links[0].first, links[0].second, links[0].sameness),
            (0, 1, expected),
            "{kind}"
        );
    }
}

#[test]
fn groups_do_not_depend_on_the_order_of_files() {
    let names = names();
    let by_name = |names: &[String]| {
        let groups = found(names).groups();
        let mut groups: Vec<Vec<String>> = groups
            .iter()
            .map(|group| group.iter().map(|place| names[*place].clone()).collect())
            .collect();
        for group in &mut groups {
            group.sort();
        }
        groups.sort();
        groups
    };
    let expected = by_name(&names);
    assert!(!expected.is_empty());
    for step in [5, 7, 11] {
        let count = names.len();
        let mut order: Vec<(usize, &String)> = names
            .iter()
            .enumerate()
            .map(|(place, name)| (place * step % (count + 1), name))
            .collect();
        order.sort();
        let shuffled: Vec<String> = order.into_iter().map(|(_, name)| name.clone()).collect();
        assert_eq!(by_name(&shuffled), expected);
    }
}

#[test]
fn groups_do_not_depend_on_the_number_of_threads() {
    let imprints: Vec<Imprint> = names().iter().map(|name| imprint(name)).collect();
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| find(&imprints))
    };
    assert_eq!(with(1), with(3));
}

fn flat(level: u8, side: usize) -> Imprint {
    let picture = Picture::new(side, side, 1, vec![level; side * side]).unwrap();
    Imprint::of(&[level, u8::try_from(side).unwrap()], &picture)
}

#[test]
fn pictures_of_one_colour_are_copies_only_where_equal() {
    let imprints = [flat(0, 8), flat(255, 8), flat(0, 16), flat(0, 8), flat(1, 8)];
    let duplicates = find(&imprints);
    assert_eq!(duplicates.groups(), [[0, 3]]);
    assert_eq!(find::<Imprint>(&[]).groups(), [[0; 0]; 0]);
}

#[test]
fn a_copy_of_a_copy_joins_the_group() {
    let mut of_original: BTreeMap<String, usize> = BTreeMap::new();
    for [_, original, _] in planted() {
        *of_original.entry(original).or_insert(1) += 1;
    }
    let duplicates = found(&names());
    let mut sizes: Vec<usize> = duplicates.groups().iter().map(Vec::len).collect();
    let mut expected: Vec<usize> = of_original.into_values().collect();
    sizes.sort_unstable();
    expected.sort_unstable();
    assert_eq!(sizes, expected);
    let links_needed: usize = sizes.iter().map(|size| size - 1).sum();
    assert!(duplicates.links.len() >= links_needed);
}
