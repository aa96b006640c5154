//! Facts about folders made of the pictures of `fixtures/copies`.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use burnwright_pictures::{
    ClassOrder, Colours, Inspection, Measure, Sameness, Spread, inspect, list_folder, look_at,
};

const MEASURE: Measure = Measure { width: 32, height: 32, colours: Colours::Rgb };

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// Copies pictures of the fixture, `(to, from)`, into a new folder.
fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let root = tempfile::tempdir().unwrap();
    for (to, from) in files {
        let to = root.path().join(to);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::copy(fixtures().join("copies").join(from), to).unwrap();
    }
    root
}

fn inspected(root: &Path, measure: Measure) -> Inspection {
    let listing = list_folder(root, &ClassOrder::Sorted).unwrap();
    let pictures = listing.inspected();
    let paths: Vec<&str> = pictures.iter().map(|picture| picture.path).collect();
    let watch = || ControlFlow::<()>::Continue(());
    let ControlFlow::Continue(sights) = look_at(root, &paths, measure, watch) else {
        panic!("nothing breaks it")
    };
    inspect(&listing.classes, &pictures, &sights)
}

/// A copy of the fixture's kind of which original.
fn copy_of(kind: &str) -> (String, String) {
    let text = std::fs::read_to_string(fixtures().join("copies/copies.csv")).unwrap();
    let line = text.lines().find(|line| line.ends_with(&format!(",{kind}"))).unwrap();
    let mut parts = line.split(',').map(str::to_owned);
    (parts.next().unwrap(), parts.next().unwrap())
}

#[test]
fn copies_between_parts_and_classes_are_told() {
    let (double_of, double) = copy_of("double");
    let (mirror_of, mirror) = copy_of("mirror");
    let others: Vec<String> = (0..24)
        .map(|number| format!("originals/{number:05}.png"))
        .filter(|name| *name != double_of && *name != mirror_of)
        .collect();
    let root = folder(&[
        ("train/cat/a.png", &double_of),
        ("train/cat/b.png", &mirror_of),
        ("train/dog/c.png", &others[0]),
        ("train/dog/d.png", &mirror),
        ("test/cat/e.png", &double),
        ("test/dog/f.png", &others[1]),
        ("test/dog/g.png", &others[1]),
    ]);
    let facts = inspected(root.path(), MEASURE);
    assert_eq!((facts.pictures, facts.parts["train"], facts.parts["test"]), (7, 4, 3));
    let counts: Vec<_> = facts
        .classes
        .iter()
        .map(|class| (&*class.name, class.pictures, class.parts["test"]))
        .collect();
    assert_eq!(counts, [("cat", 3, 1), ("dog", 4, 2)]);
    assert_eq!(facts.width, Some(Spread { least: 32, median: 32, most: 64 }));
    assert_eq!((facts.sizes, facts.formats["PNG"], facts.modes["rgb"], facts.grey), (2, 7, 7, 0));

    let copies = facts.copies;
    assert_eq!((copies.surplus, copies.across_parts, copies.across_classes), (3, 1, 1));
    assert_eq!((copies.validation_seen, copies.test_seen), (0, 1));
    let groups: Vec<_> = copies
        .groups
        .iter()
        .map(|group| {
            let paths: Vec<&str> = group.pictures.iter().map(|picture| &*picture.path).collect();
            (paths, group.sameness.clone(), group.across_parts, group.across_classes)
        })
        .collect();
    assert_eq!(
        groups,
        [
            (vec!["train/cat/a.png", "test/cat/e.png"], vec![Sameness::Near], true, false),
            (vec!["train/cat/b.png", "train/dog/d.png"], vec![Sameness::Mirrored], false, true),
            (vec!["test/dog/f.png", "test/dog/g.png"], vec![Sameness::File], false, false),
        ]
    );
}

#[test]
fn means_are_those_of_pillow_and_numpy() {
    let names: Vec<String> = (0..24).map(|number| format!("{number:05}.png")).collect();
    let files: Vec<(String, String)> = names
        .iter()
        .enumerate()
        .map(|(place, name)| (format!("{}/{name}", place % 2), format!("originals/{name}")))
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(to, from)| (&**to, &**from)).collect();
    let root = folder(&files);
    let text = std::fs::read_to_string(fixtures().join("facts.json")).unwrap();
    let expected: serde_json::Value = serde_json::from_str(&text).unwrap();
    for (name, measure, tolerance) in [
        ("rgb-32-32", MEASURE, 1e-12),
        ("grey-32-32", Measure { colours: Colours::Grey, ..MEASURE }, 1e-12),
        // Scaling is off by a level here and there.
        ("rgb-20-24", Measure { width: 20, height: 24, ..MEASURE }, 2e-4),
    ] {
        let channels = inspected(root.path(), measure).channels;
        let expected = &expected[name];
        assert_eq!(channels.len(), expected["mean"].as_array().unwrap().len());
        for (channel, facts) in channels.iter().enumerate() {
            let near = |got: f64, expected: &serde_json::Value| {
                (got - expected[channel].as_f64().unwrap()).abs() < tolerance
            };
            assert!(near(facts.mean, &expected["mean"]), "{name}: {facts:?}");
            assert!(
                near(facts.standard_deviation, &expected["standard_deviation"]),
                "{name}: {facts:?}"
            );
        }
    }
}

#[test]
fn unreadable_files_are_listed_and_left_out() {
    let root = folder(&[("a/0.png", "originals/00000.png"), ("b/1.png", "originals/00001.png")]);
    std::fs::write(root.path().join("a/text.png"), "not a picture").unwrap();
    let whole = std::fs::read(root.path().join("b/1.png")).unwrap();
    std::fs::write(root.path().join("b/half.png"), &whole[..whole.len() / 2]).unwrap();
    let facts = inspected(root.path(), MEASURE);
    assert_eq!((facts.pictures, facts.classes[0].pictures), (2, 1));
    let unreadable: Vec<&str> = facts.unreadable.iter().map(|file| &*file.path).collect();
    assert_eq!(unreadable, ["a/text.png", "b/half.png"]);
    assert!(facts.unreadable.iter().all(|file| !file.reason.contains(".png")), "paths apart");
}

#[test]
fn facts_do_not_depend_on_the_number_of_threads() {
    let names: Vec<String> = (0..24).map(|number| format!("originals/{number:05}.png")).collect();
    let files: Vec<(String, &str)> = names
        .iter()
        .enumerate()
        .map(|(place, name)| (format!("{}/{place}.png", place % 3), &**name))
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(to, from)| (&**to, *from)).collect();
    let root = folder(&files);
    let with = |threads| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| inspected(root.path(), MEASURE))
    };
    assert_eq!(with(1), with(4));
}

#[test]
fn a_look_can_be_ended() {
    let flow = look_at(&fixtures(), &["copies/originals/00000.png"; 9], MEASURE, || {
        ControlFlow::Break("enough")
    });
    assert!(matches!(flow, ControlFlow::Break("enough")));
}

#[test]
fn facts_have_a_json_form() {
    let root = folder(&[("a/0.png", "originals/00000.png"), ("b/1.png", "originals/00000.png")]);
    let json = serde_json::to_value(inspected(root.path(), MEASURE)).unwrap();
    assert_eq!(json["copies"]["groups"][0]["sameness"][0], "file");
    assert_eq!(json["copies"]["groups"][0]["pictures"][1]["class"], "b");
    assert_eq!(json["width"]["median"], 32);
    assert_eq!(json["parts"]["whole"], 2);
}
