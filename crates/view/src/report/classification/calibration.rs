//! Confidence and accuracy in, whether they agree out: a reliability diagram and its table.

use burnwright_metrics::{Bin, Calibration, ClassificationEvaluation};
use maud::{Markup, html};

use super::super::elements::scrolling;
use crate::frame::tenths;
use crate::numbers::{percent, thousands};

/// Size of the diagram.
const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 300.0;
const LEFT: f64 = 52.0;
const RIGHT: f64 = 8.0;
const TOP: f64 = 26.0;
const BOTTOM: f64 = 44.0;

pub(super) fn section(evaluation: &ClassificationEvaluation) -> Markup {
    let Some(calibration) = &evaluation.calibration else {
        return html! {
            p.quiet { "There is no calibration: for some samples the model's scores are not finite." }
        };
    };
    html! {
        p {
            "A model that is " em { "70% sure" } " should be correct in 70 of 100 such cases. Here the two are apart by "
            strong { (percent(calibration.error)) } " on average (expected calibration error, "
            (calibration.bins.len()) " bins of equal width)."
        }
        div.plots {
            figure { figcaption { "Reliability" } (diagram(calibration)) (legend()) }
            (table(calibration))
        }
    }
}

fn across(share: f64) -> f64 {
    LEFT + share * (WIDTH - LEFT - RIGHT)
}

fn down(share: f64) -> f64 {
    HEIGHT - BOTTOM - share * (HEIGHT - BOTTOM - TOP)
}

fn diagram(calibration: &Calibration) -> Markup {
    let fifths = [0.0, 0.2, 0.4, 0.6, 0.8, 1.0];
    let (left, right, bottom) = (tenths(LEFT), tenths(WIDTH - RIGHT), HEIGHT - BOTTOM);
    html! {
        svg.plot role="img" viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } {
            title { "Share classified correctly by confidence" }
            @for share in fifths {
                line.grid x1=(left) x2=(right) y1=(tenths(down(share))) y2=(tenths(down(share))) {}
                text.tick x=(tenths(LEFT - 6.0)) y=(tenths(down(share) + 4.5)) text-anchor="end" { (label(share)) }
                text.tick x=(tenths(across(share) - if share > 0.9 { 14.0 } else { 0.0 })) y=(tenths(bottom + 19.0)) text-anchor="middle" { (label(share)) }
            }
            @for bin in filled(calibration) { (bar(bin)) }
            line.ideal x1=(left) y1=(tenths(down(0.0))) x2=(right) y2=(tenths(down(1.0))) {}
            line.axis x1=(left) x2=(right) y1=(tenths(bottom)) y2=(tenths(bottom)) {}
            text.axis x="2" y="14" { "classified correctly, %" }
            text.axis x=(tenths(f64::midpoint(LEFT, WIDTH - RIGHT))) y=(tenths(HEIGHT - 7.0)) text-anchor="middle" { "confidence, %" }
        }
    }
}

fn label(share: f64) -> String {
    format!("{:.0}", 100.0 * share)
}

/// A bar as high as the accuracy, with a mark at the mean confidence.
fn bar(bin: &Bin) -> Markup {
    let (left, right) = (across(bin.low) + 1.0, across(bin.high) - 1.0);
    let (top, confidence) = (down(bin.accuracy), down(bin.confidence));
    html! {
        rect.bar x=(tenths(left)) y=(tenths(top)) width=(tenths(right - left)) height=(tenths(HEIGHT - BOTTOM - top)) {}
        line.confidence x1=(tenths(left)) x2=(tenths(right)) y1=(tenths(confidence)) y2=(tenths(confidence)) {}
    }
}

fn legend() -> Markup {
    html! {
        ul.legend {
            li { svg.swatch aria-hidden="true" viewBox="0 0 28 10" width="28" height="10" { rect.bar width="28" height="10" {} } " classified correctly" }
            li { svg.swatch aria-hidden="true" viewBox="0 0 28 10" width="28" height="10" { line.confidence x1="0" x2="28" y1="5" y2="5" {} } " mean confidence" }
            li { svg.swatch aria-hidden="true" viewBox="0 0 28 10" width="28" height="10" { line.ideal x1="0" x2="28" y1="9" y2="1" {} } " where both agree" }
        }
    }
}

fn filled(calibration: &Calibration) -> impl Iterator<Item = &Bin> {
    calibration.bins.iter().filter(|bin| bin.count > 0)
}

fn table(calibration: &Calibration) -> Markup {
    let caption = html! { "Bins that hold a sample" };
    let rows = html! {
        table {
            thead {
                tr {
                    th scope="col" { "confidence" }
                    th scope="col" { "mean" }
                    th scope="col" { "correct" }
                    th scope="col" { "samples" }
                }
            }
            tbody {
                @for bin in filled(calibration) {
                    tr {
                        th scope="row" { (label(bin.low)) " to " (label(bin.high)) "%" }
                        td { (percent(bin.confidence)) }
                        td { (percent(bin.accuracy)) }
                        td { (thousands(bin.count)) }
                    }
                }
            }
        }
    };
    scrolling("Calibration", &caption, &rows)
}
