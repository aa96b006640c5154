//! The sections of a report in, the whole page out: head, navigation, foot.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::task::Section;
use super::{Report, curves, model_choice, origin, overview, settings};

const STYLE: &str = include_str!("style.css");

/// The browser itself then refuses scripts and requests, whatever the page might hold by mistake.
const POLICY: &str = "default-src 'none'; img-src data:; style-src 'unsafe-inline'";

/// The sections in the order of the page.
fn sections(report: &Report) -> Vec<Section> {
    let mut sections = vec![Section::new("curves", "Curves", curves::section(report))];
    sections.extend(report.task.part().sections(&report.split));
    sections.extend([
        Section::new("choice", "Choice of the model", model_choice::section(report)),
        Section::new("settings", "Settings", settings::section(report)),
        Section::new("data", "Data", origin::data(report)),
        Section::new("machine", "Machine and time", origin::machine(report)),
        Section::new("reproduce", "How to reproduce", origin::reproduce(report)),
    ]);
    sections
}

pub(super) fn page(report: &Report) -> Markup {
    let head = overview::section(report);
    framed(&report.manifest.run, &head, &sections(report), &report.manifest.machine.version)
}

/// The page around its parts; `version` is that of the program.
pub(super) fn framed(title: &str, head: &Markup, sections: &[Section], version: &str) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                // Without an icon of its own a page asks its server for one.
                link rel="icon" href="data:,";
                title { (title) " – Burnwright" }
                style { (PreEscaped(STYLE)) }
            }
            body {
                header { (head) }
                nav aria-label="Sections" {
                    @for Section { anchor, heading, .. } in sections { a href={ "#" (anchor) } { (heading) } " " }
                }
                main {
                    @for Section { anchor, heading, content } in sections {
                        section id=(anchor) aria-labelledby={ (anchor) "-heading" } {
                            h2 id={ (anchor) "-heading" } { (heading) }
                            (content)
                        }
                    }
                }
                footer { p { "Written by Burnwright " (version) ". This page needs no other file." } }
            }
        }
    }
}

/// The page as text. Control characters may come from names in files; HTML allows none but white space.
pub(super) fn text(page: Markup) -> String {
    let is_barred = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\t');
    page.into_string().replace(is_barred, "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use super::STYLE;

    /// The colours of a scheme: `--name: #rrggbb` from `start` on.
    fn colour(start: &str, name: &str) -> [f64; 3] {
        let scheme = &STYLE[STYLE.find(start).unwrap()..];
        let declared = format!("--{name}: #");
        let digits = &scheme[scheme.find(&declared).unwrap() + declared.len()..][..6];
        [0, 2, 4].map(|at| f64::from(u8::from_str_radix(&digits[at..at + 2], 16).unwrap()))
    }

    /// WCAG 2.2, "relative luminance" and "contrast ratio".
    fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
        let linear = |value: f64| {
            let value = value / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        let luminance = |[red, green, blue]: [f64; 3]| {
            0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
        };
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }

    #[test]
    fn both_schemes_have_the_contrast_of_level_aa() {
        for scheme in [":root", "prefers-color-scheme: dark"] {
            for ground in ["paper", "soft", "note"] {
                let ratio = contrast(colour(scheme, "ink"), colour(scheme, ground));
                assert!(ratio >= 4.5, "{scheme} ink on {ground}: {ratio:.2}");
            }
            let shades = ["right", "wrong"]
                .iter()
                .flat_map(|kind| (1..=4).map(move |strength| format!("{kind}-{strength}")));
            for ground in shades {
                let ratio = contrast(colour(scheme, "cell"), colour(scheme, &ground));
                assert!(ratio >= 4.5, "{scheme} cell on {ground}: {ratio:.2}");
            }
            for ink in ["quiet", "accent", "dotted"] {
                for ground in ["paper", "soft"] {
                    let ratio = contrast(colour(scheme, ink), colour(scheme, ground));
                    assert!(ratio >= 4.5, "{scheme} {ink} on {ground}: {ratio:.2}");
                }
            }
            for line in ["dotted", "dashed", "quiet"] {
                let ratio = contrast(colour(scheme, line), colour(scheme, "paper"));
                assert!(ratio >= 3.0, "{scheme} {line}: {ratio:.2}");
            }
        }
    }

    #[test]
    fn the_style_asks_for_nothing() {
        assert!(!STYLE.contains("url(") && !STYLE.contains("@import") && !STYLE.contains('<'));
    }
}
