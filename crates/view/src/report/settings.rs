//! Settings in, a table of their values and of where each came from out.

use maud::{Markup, html};

use super::Report;
use super::elements::scrolling;

pub(super) fn section(report: &Report) -> Markup {
    let caption = html! { "All settings of the run. Those that are not defaults are in bold." };
    let rows = html! {
        table.settings {
            thead {
                tr {
                    th scope="col" { "setting" }
                    th scope="col" { "value" }
                    th scope="col" { "from" }
                }
            }
            tbody {
                @for setting in &report.settings {
                    tr class=[(setting.origin != "default").then_some("chosen")] {
                        th scope="row" { (setting.key) }
                        td { code { (setting.value) } }
                        td { (setting.origin) }
                    }
                }
            }
        }
    };
    scrolling("Settings", &caption, &rows)
}
