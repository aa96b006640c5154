//! What was found of pictures becomes words, and copies become pictures.

use burnwright_pictures::{
    ChannelFacts, CopyGroup as FoundGroup, Part, Sameness, Spread, thumbnails,
};
use burnwright_view::{
    CopiedPicture, CopyGroup, DataSetReport, DataSetTable, Picture, counted, thousands,
};

use super::InspectedPictures;
use super::classes::{class_table, counted_classes};
use super::pictures::MEASURE;
use super::words::{balance, imbalance, tally};

/// The most groups of copies that a report shows: those that matter most.
const MOST_GROUPS: usize = 100;
/// The most pictures of a group that it shows.
const MOST_OF_GROUP: usize = 8;
/// The longest side of a picture on the page, in pixels.
const SIDE: usize = 84;
/// Classes of fewer pictures are hardly learned, and not judged at all.
const FEW: usize = 10;

pub(super) fn report(found: &InspectedPictures) -> DataSetReport {
    let inspection = &found.inspection;
    let classes: Vec<(&str, usize)> =
        inspection.classes.iter().map(|class| (class.name.as_str(), class.pictures)).collect();
    let name = found.root.canonicalize().ok();
    let name = name.as_deref().and_then(std::path::Path::file_name);
    let pictures = counted(inspection.pictures, "picture");
    let (copies, more_copies) = groups(found);
    DataSetReport {
        // default: a root without a name, `/`, is shown as it is.
        name: name.unwrap_or(found.root.as_os_str()).to_string_lossy().into_owned(),
        headline: match classes.len() {
            0 => format!("{pictures} without classes"),
            count => format!("{pictures} of {}", counted_classes(count)),
        },
        facts: facts(found, &classes),
        warnings: warnings(found, &classes),
        tables: vec![
            class_table(
                &inspection.classes,
                &inspection.parts,
                inspection.pictures,
                "pictures",
                "The classes in their order, each with the pictures that can be read.",
            ),
            unreadable_table(found),
        ],
        copies,
        more_copies,
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

fn facts(found: &InspectedPictures, classes: &[(&str, usize)]) -> Vec<[String; 2]> {
    let inspection = &found.inspection;
    let mut facts = Vec::new();
    let mut add = |name: &str, value: String| facts.push([name.to_owned(), value]);
    if has_parts(found) {
        add("parts", tally(&inspection.parts));
    }
    if let Some(balance) = balance(classes) {
        add("classes", balance);
    }
    for (name, spread) in [("width", inspection.width), ("height", inspection.height)] {
        if let Some(spread) = spread {
            add(name, spread_in_words(spread));
        }
    }
    let sizes = thousands(inspection.sizes);
    add(
        "sizes",
        if inspection.sizes == 1 { "all alike".to_owned() } else { format!("{sizes} different") },
    );
    add("formats", tally(&inspection.formats));
    add("pixels", tally(&inspection.modes));
    add(
        "grey",
        match inspection.grey {
            0 => "none shows grey alone".to_owned(),
            all if all == inspection.pictures => "all show grey alone".to_owned(),
            some => {
                format!("{} of {} show grey alone", thousands(some), thousands(inspection.pictures))
            }
        },
    );
    let is_grey = inspection.grey == inspection.pictures;
    let channels = if is_grey { 1 } else { 3 };
    let values = |value: fn(&ChannelFacts) -> f64| {
        let each: Vec<String> = (inspection.channels.iter().take(channels))
            .map(|channel| format!("{:.4}", value(channel)))
            .collect();
        let of = if is_grey { "" } else { " (red, green, blue)" };
        format!(
            "{}{of}, of pixels from 0 to 1 at {} x {}",
            each.join(" "),
            MEASURE.width,
            MEASURE.height
        )
    };
    if !inspection.channels.is_empty() {
        add("mean", values(|channel| channel.mean));
        add("deviation", values(|channel| channel.standard_deviation));
    }
    add(
        "unreadable",
        match inspection.unreadable.len() {
            0 => "none".to_owned(),
            count => counted(count, "file"),
        },
    );
    let copies = &inspection.copies;
    add(
        "copies",
        match copies.surplus {
            0 => "none found".to_owned(),
            surplus => format!(
                "{} in {}, of which {} could be left out",
                counted(surplus + copies.groups.len(), "picture"),
                counted(copies.groups.len(), "group"),
                thousands(surplus)
            ),
        },
    );
    if !found.passed_over.is_empty() {
        add("passed over", passed_over(found));
    }
    facts
}

fn passed_over(found: &InspectedPictures) -> String {
    let each = found.passed_over.iter().map(|passed| match passed.extension.as_str() {
        "" => format!("{} without extension", thousands(passed.files)),
        extension => format!("{} .{extension}", thousands(passed.files)),
    });
    each.take(12).collect::<Vec<_>>().join(", ")
}

fn spread_in_words(Spread { least, median, most }: Spread) -> String {
    if least == most {
        return format!("{} pixels", thousands(least));
    }
    let [least, median, most] = [least, median, most].map(thousands);
    format!("{least} to {most} pixels, {median} in the middle")
}

fn warnings(found: &InspectedPictures, classes: &[(&str, usize)]) -> Vec<String> {
    let (inspection, copies) = (&found.inspection, &found.inspection.copies);
    let mut warnings = Vec::new();
    if let Some(why) = &found.refused {
        warnings.push(format!("no model can learn from it as it is: {why}"));
    }
    if !inspection.unreadable.is_empty() {
        let files = counted(inspection.unreadable.len(), "file");
        warnings.push(format!(
            "{files} cannot be read: training stops there, or leaves them out with data.image.skip_bad"
        ));
    }
    for (seen, part, learned) in [
        (copies.test_seen, "test", "are learned from, or chosen by"),
        (copies.validation_seen, "validation", "are learned from"),
    ] {
        if seen > 0 {
            // default: a part that is not named has no pictures, and none of them has a copy.
            let of = inspection.parts.get(part).copied().unwrap_or(0);
            warnings.push(format!(
                "{part} pictures with a copy among those that {learned}: {} of {}; scores are better than they should be",
                thousands(seen),
                thousands(of),
            ));
        }
    }
    if copies.across_classes > 0 {
        warnings.push(format!(
            "groups of copies that were given different classes: {}; some of these are wrong",
            thousands(copies.across_classes)
        ));
    }
    warnings.extend(imbalance(classes));
    let few: Vec<String> = (classes.iter().filter(|(_, count)| *count < FEW))
        .map(|(name, count)| format!("`{name}` {count}"))
        .collect();
    if !few.is_empty() {
        let shown = few.iter().take(12).cloned().collect::<Vec<_>>().join(", ");
        let dots = if few.len() > 12 { " ..." } else { "" };
        warnings.push(format!("classes of fewer than {FEW} pictures: {shown}{dots}"));
    }
    for absent in &found.absent {
        warnings.push(format!("the {} part has no picture of `{}`", absent.part, absent.class));
    }
    warnings
}

/// Whether the data come in parts.
fn has_parts(found: &InspectedPictures) -> bool {
    found.inspection.parts.keys().any(|part| *part != Part::Whole.to_string())
}

fn unreadable_table(found: &InspectedPictures) -> DataSetTable {
    let rows = found.inspection.unreadable.iter();
    DataSetTable {
        anchor: "unreadable",
        heading: "Unreadable files",
        caption: "Files with the extension of a picture that cannot be read as one.",
        columns: vec!["file".to_owned(), "what is wrong".to_owned()],
        rows: rows.map(|file| vec![file.path.clone(), file.reason.clone()]).collect(),
    }
}

/// The groups that matter most: between parts, then between classes, then all others; and what is to be said of the rest.
fn groups(found: &InspectedPictures) -> (Vec<CopyGroup>, Option<String>) {
    let mut all: Vec<&FoundGroup> = found.inspection.copies.groups.iter().collect();
    all.sort_by_key(|group| (!group.across_parts, !group.across_classes));
    let has_parts = has_parts(found);
    let shown = all.iter().take(MOST_GROUPS).map(|group| CopyGroup {
        sameness: sameness(group),
        pictures: group
            .pictures
            .iter()
            .take(MOST_OF_GROUP)
            .map(|copy| CopiedPicture {
                path: copy.path.clone(),
                class: copy.class.clone(),
                part: has_parts.then(|| copy.part.clone()),
                picture: None,
            })
            .collect(),
        more: group.pictures.len().saturating_sub(MOST_OF_GROUP),
    });
    let left = all.len().saturating_sub(MOST_GROUPS);
    let more = (left > 0).then(|| format!("and {} more", counted(left, "group")));
    (shown.collect(), more)
}

fn sameness(group: &FoundGroup) -> String {
    let words: Vec<&str> = (group.sameness.iter())
        .map(|sameness| match sameness {
            Sameness::File => "the same file",
            Sameness::Pixels => "the same pixels",
            Sameness::Near => "nearly the same",
            Sameness::Mirrored => "mirrored",
        })
        .collect();
    let mut text = words.join(", ");
    if group.across_parts {
        text.push_str("; in several parts");
    }
    if group.across_classes {
        text.push_str("; of several classes");
    }
    text
}

/// Gives the copies of a report their pictures.
pub(super) fn illustrate(report: &mut DataSetReport, found: &InspectedPictures) {
    let shown = || report.copies.iter().flat_map(|group| &group.pictures);
    let paths: Vec<&str> = shown().map(|copy| copy.path.as_str()).collect();
    let made = thumbnails(&found.root, &paths, SIDE);
    let copies = report.copies.iter_mut().flat_map(|group| &mut group.pictures);
    for (copy, thumbnail) in copies.zip(made) {
        copy.picture = thumbnail.map(|thumbnail| {
            let side =
                |side| u32::try_from(side).expect("no side of a thumbnail is longer than 84");
            Picture {
                width: side(thumbnail.width),
                height: side(thumbnail.height),
                channels: side(thumbnail.channels),
                pixels: thumbnail.planes(),
            }
        });
    }
}
