//! What was found in a data set in, one HTML page out: facts, warnings, tables, and copies with their pictures.

use maud::{Markup, html};

use super::page;
use super::task::Section;
use super::{elements, examples};
use crate::Picture;

/// What was found in a data set, in words and numbers as they are shown: for a page, or for whoever shows it otherwise.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DataSetReport {
    /// What the data are called.
    pub name: String,
    /// What they are, in a line.
    pub headline: String,
    /// Names and values.
    pub facts: Vec<[String; 2]>,
    /// What somebody should know before a model learns from them, a sentence each.
    pub warnings: Vec<String>,
    /// Tables, in their order.
    pub tables: Vec<DataSetTable>,
    /// Pictures that are copies of one another.
    pub copies: Vec<CopyGroup>,
    /// What is to be said of groups that are not among these.
    pub more_copies: Option<String>,
    /// The version of the program.
    pub version: String,
}

/// A table of a [`DataSetReport`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DataSetTable {
    /// Its place on the page: letters, digits and dashes.
    pub anchor: &'static str,
    /// What stands above it.
    pub heading: &'static str,
    /// What it shows, in a sentence.
    pub caption: &'static str,
    /// The names of its columns.
    pub columns: Vec<String>,
    /// Its rows, each as long as `columns`.
    pub rows: Vec<Vec<String>>,
}

/// Pictures that are copies of one another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyGroup {
    /// What they have in common, in a line.
    pub sameness: String,
    /// The pictures.
    pub pictures: Vec<CopiedPicture>,
    /// How many others the group has that are not among these.
    pub more: usize,
}

/// A picture of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopiedPicture {
    /// Where it is.
    pub path: String,
    /// Its class, where it has one.
    pub class: Option<String>,
    /// Its part of the data; none where there are no parts.
    pub part: Option<String>,
    /// What it looks like; none where that is not to be shown.
    pub picture: Option<Picture>,
}

impl DataSetReport {
    /// One HTML 5 page that needs no other file, runs no script and asks no server for anything. The same findings give the same bytes.
    pub fn html(&self) -> String {
        let mut sections = vec![Section::new("facts", "Facts", self.facts())];
        sections.extend(
            self.tables
                .iter()
                .filter(|table| !table.rows.is_empty())
                .map(|table| Section::new(table.anchor, table.heading, table.markup())),
        );
        if !self.copies.is_empty() {
            sections.push(Section::new("copies", "Copies", self.copies()));
        }
        let head = html! {
            h1 { (self.name) }
            p.headline { (self.headline) }
            @for warning in &self.warnings { p.note { (warning) } }
        };
        page::text(page::framed(&self.name, &head, &sections, &self.version))
    }

    fn facts(&self) -> Markup {
        let rows: Vec<(&str, Markup)> =
            (self.facts.iter()).map(|[name, value]| (name.as_str(), html! { (value) })).collect();
        elements::facts(&rows)
    }

    fn copies(&self) -> Markup {
        html! {
            @for group in &self.copies {
                h3 { (group.sameness) }
                (group.markup())
            }
            @if let Some(more) = &self.more_copies { p.quiet { (more) } }
        }
    }
}

impl DataSetTable {
    fn markup(&self) -> Markup {
        let table = html! {
            table.texts {
                thead { tr { @for name in &self.columns { th scope="col" { (name) } } } }
                tbody {
                    @for row in &self.rows {
                        tr { @for cell in row { td { (cell) } } }
                    }
                }
            }
        };
        elements::scrolling(self.heading, &html! { (self.caption) }, &table)
    }
}

impl CopyGroup {
    fn markup(&self) -> Markup {
        html! {
            ul.sheet {
                @for copy in &self.pictures {
                    li {
                        figure {
                            (examples::picture(copy.picture.as_ref(), &copy.path))
                            figcaption { (copy.path) br; (copy.place()) }
                        }
                    }
                }
                @if self.more > 0 { li { span.quiet { "and " (self.more) " more" } } }
            }
        }
    }
}

impl CopiedPicture {
    /// Class and part, as far as there are any.
    pub fn place(&self) -> String {
        let known = [self.class.as_deref(), self.part.as_deref()];
        known.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_text_and_pictures_are_in_the_page() {
        let hostile = "<script src=\"http://x\">'&\u{1}</script>".to_owned();
        let picture = Picture { width: 1, height: 1, channels: 3, pixels: vec![1, 2, 3] };
        let copy = CopiedPicture {
            path: hostile.clone(),
            class: Some(hostile.clone()),
            part: Some("test".to_owned()),
            picture: Some(picture),
        };
        let report = DataSetReport {
            name: hostile.clone(),
            headline: hostile.clone(),
            facts: vec![[hostile.clone(), hostile.clone()]],
            warnings: vec![hostile.clone()],
            tables: vec![DataSetTable {
                anchor: "classes",
                heading: "Classes",
                caption: "All.",
                columns: vec!["class".to_owned()],
                rows: vec![vec![hostile.clone()]],
            }],
            copies: vec![CopyGroup { sameness: hostile, pictures: vec![copy], more: 2 }],
            more_copies: Some("3 groups more".to_owned()),
            version: "1".to_owned(),
        };
        let page = report.html();
        assert!(!page.contains("<script") && !page.contains('\u{1}'), "{page}");
        assert!(page.contains("src=\"data:image/png;base64,"), "{page}");
        assert!(page.contains("and 2 more") && page.contains("3 groups more"), "{page}");
        assert_eq!(page, report.html());
    }
}
