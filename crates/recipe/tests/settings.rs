//! Settings that are declared here: how they are read, written and compared, and what is said of mistakes.
#![allow(clippy::unwrap_used, reason = "a test may end so")]

use burnwright_recipe::checks::{above_zero, at_least, each, if_given, within};
use burnwright_recipe::{
    Declared, Effect, Fault, Override, Settings, changed_settings, defaults, kinds, parse,
    settings, to_toml,
};
use proptest::prelude::*;
use serde_json::{Value, json};

settings! {
    struct JarConfig {
        volume: f64 = 1.5, check(above_zero);
        label: String = "jam".to_owned(), without_effect;
        lid: Option<LidConfig>, section;
    }
}

settings! {
    struct BoxConfig {
        sides: [u32; 3] = [10; 3], check(each(within(1..=100)));
        slats: usize = 4, rule(|config: &Self| {
            let is_wrong = config.slats > 9 && config.sides[0] < 20;
            is_wrong.then(|| Fault::new("are too many for so small a box"))
        });
    }
}

settings! {
    whole
    struct LidConfig {
        diameter: u32 = 8, check(at_least(2));
        red: bool = true;
    }
}

trait Vessel {
    fn is_of_glass(&self) -> bool;
}

impl Vessel for JarConfig {
    fn is_of_glass(&self) -> bool {
        true
    }
}

impl Vessel for BoxConfig {
    fn is_of_glass(&self) -> bool {
        false
    }
}

kinds! {
    /// What jam is kept in.
    pub enum VesselConfig: Vessel = Jar {
        /// Of glass.
        "jar" => Jar(JarConfig),
        /// Of wood.
        "box" => Box(BoxConfig),
    }
}

settings! {
    struct ShelfConfig {
        boards: usize = 3, changes;
        /// A section in a section, of one kind out of two.
        first: VesselConfig, section;
    }
}

settings! {
    struct KitchenConfig {
        vessel: VesselConfig, section;
        shelf: ShelfConfig, section;
        lamp: LampConfig, section, without_effect;
        jars: Option<JarsConfig>, section;
    }
}

settings! {
    struct LampConfig {
        watts: u32 = 5;
    }
}

settings! {
    struct JarsConfig {
        count: usize = 7;
        most: Option<usize>, check(if_given(at_least(1)));
    }
}

fn set(typed: &[&str]) -> Vec<Override> {
    typed.iter().map(|typed| typed.parse().unwrap()).collect()
}

fn kitchen(text: &str, typed: &[&str]) -> KitchenConfig {
    parse("kitchen", text, &set(typed)).unwrap()
}

fn error(text: &str, typed: &[&str]) -> String {
    parse::<KitchenConfig>("kitchen", text, &set(typed)).unwrap_err().to_string()
}

#[test]
fn what_is_left_out_has_its_default() {
    let kitchen = kitchen("[vessel]\nkind = \"box\"\n", &["shelf.boards=1"]);
    assert_eq!(kitchen.vessel, VesselConfig::Box(BoxConfig { sides: [10; 3], slats: 4 }));
    assert_eq!((kitchen.shelf.boards, kitchen.jars), (1, None));
    assert!(!kitchen.vessel.as_dyn().is_of_glass());
    assert_eq!((kitchen.vessel.kind(), kitchen.shelf.first.kind()), ("box", "jar"));
}

#[test]
fn mistakes_in_sections_of_sections_have_their_own_places() {
    let text = "[shelf]\nboards = 2\n[shelf.first]\nvolume = \"much\"\nkind = \"jar\"\n";
    assert_eq!(
        error(text, &[]),
        "shelf.first.volume cannot be read (invalid type: string \"much\", expected f64): kitchen:4"
    );
    assert_eq!(
        error(text, &["shelf.first.volume=-1"]),
        "shelf.first.volume is -1, expected a number above 0: --set shelf.first.volume=-1"
    );
    assert_eq!(
        error("[vessel]\nsides = [\n  1,\n  0,\n  3]\nkind = \"box\"\n", &[]),
        "vessel.sides [1] is 0, expected 1 to 100: kitchen:2"
    );
    assert_eq!(
        error("[vessel]\nsides = [\n  1,\n  \"x\",\n  3]\nkind = \"box\"\n", &[]),
        "vessel.sides cannot be read (invalid type: string \"x\", expected u32): kitchen:4"
    );
    assert_eq!(
        error("[vessel.lid]\ndiameter = 3\n[vessel]\nkind = \"jar\"", &[]),
        "vessel.lid cannot be read (missing field `red`): kitchen:1"
    );
}

#[test]
fn lists_of_another_length_and_dates_are_refused() {
    let of_box =
        |sides: &str| error(&format!("vessel = {{ kind = \"box\", sides = {sides} }}"), &[]);
    for sides in ["[1, 2]", "[1, 2, 3, 4]", "1979-05-27", "{ a = 1 }", "1.5"] {
        let said = of_box(sides);
        assert!(said.starts_with("vessel.sides cannot be read (invalid "), "{said}");
    }
}

#[test]
fn what_is_no_section_is_said_so() {
    assert_eq!(error("vessel = 3\n", &[]), "vessel is an integer, expected a section: kitchen:1");
    assert_eq!(
        error("vessel = 3\n", &["vessel.kind=jar"]),
        "vessel is an integer, expected a section: kitchen:1"
    );
    assert_eq!(
        error("[shelf]\nboards = 1\n", &["shelf.boards.first=jar"]),
        "shelf.boards is an integer, in which nothing can be set: --set shelf.boards.first=jar"
    );
}

#[test]
fn a_rule_looks_at_several_settings() {
    assert_eq!(
        error("", &["vessel.kind=box", "vessel.slats=10"]),
        "vessel.slats are too many for so small a box: --set vessel.slats=10"
    );
    kitchen("", &["vessel.kind=box", "vessel.slats=10", "vessel.sides=[20,1,1]"]);
}

#[test]
fn the_last_override_counts() {
    assert_eq!(
        kitchen("[shelf]\nboards = 1\n", &["shelf.boards=2", "shelf.boards=3"]).shelf.boards,
        3
    );
}

#[test]
fn a_kind_is_read_from_json_wherever_it_stands() {
    let read = |json: &str| serde_json::from_str::<VesselConfig>(json);
    let expected = VesselConfig::Box(BoxConfig { sides: [1, 2, 3], slats: 4 });
    for json in [r#"{"kind": "box", "sides": [1, 2, 3]}"#, r#"{"sides": [1, 2, 3], "kind": "box"}"#]
    {
        assert_eq!(read(json).unwrap(), expected);
    }
    for json in
        [r#"{"sides": [1, 2, 3]}"#, r#"{"kind": "bag"}"#, r#"{"kind": "box", "no": 1}"#, "3"]
    {
        assert!(read(json).is_err(), "{json}");
    }
    let written = serde_json::to_string(&expected).unwrap();
    assert_eq!(written, r#"{"kind":"box","sides":[1,2,3],"slats":4}"#);
}

#[test]
fn what_may_change_is_declared_where_the_setting_is() {
    let effect = |key| KitchenConfig::DECLARED.effect_of(key);
    assert_eq!(effect("lamp.watts"), Effect::Nothing);
    assert_eq!(effect("vessel.label"), Effect::Nothing);
    assert_eq!(effect("shelf.boards"), Effect::LaterSteps);
    for fixed in ["vessel.kind", "vessel.volume", "vessel.lid.red", "unknown", "shelf.first.kind"] {
        assert_eq!(effect(fixed), Effect::AllSteps, "{fixed}");
    }
    let json = |typed: &[&str]| serde_json::to_value(kitchen("", typed)).unwrap();
    let now = json(&[
        "vessel.kind=jar",
        "lamp.watts=9",
        "shelf.boards=9",
        "vessel.label=x",
        "vessel.volume=2.0",
    ]);
    let changed = changed_settings::<KitchenConfig>(&json(&[]), &now);
    assert_eq!(changed, [("vessel.volume".to_owned(), "1.5".to_owned(), "2.0".to_owned())]);
}

#[test]
fn defaults_keep_kinds_and_optional_sections() {
    let now = kitchen("", &["vessel.kind=box", "vessel.slats=5", "jars.most=2"]);
    let defaults = defaults(&now);
    assert_eq!(defaults["vessel.slats"], "4");
    assert_eq!(defaults["vessel.kind"], "\"jar\"");
    // The first setting of a section that may be left out stands for its being there.
    assert_eq!(defaults.get("jars.count"), None);
    assert_eq!(defaults["jars.most"], "nothing");
}

#[test]
fn a_section_of_a_kind_that_is_not_declared_is_told_from_one_that_is_wrong() {
    let unknown = |declared: Declared, section: Value| {
        declared.unknown_kind(&section).map(|unknown| [unknown.found, unknown.expected])
    };
    let vessel = |section| unknown(VesselConfig::DECLARED, section);
    let expected = r#"kind "jar" or "box""#;
    let said = |found: &str, expected: &str| Some([found.to_owned(), expected.to_owned()]);
    assert_eq!(vessel(json!({ "kind": "vat" })), said(r#"kind "vat""#, expected));
    assert_eq!(
        vessel(json!({ "hoops": 3, "oak": true })),
        said("no kind, but hoops, oak", expected)
    );
    assert_eq!(vessel(json!({})), said("no kind", expected));
    for known in [json!({ "kind": "jar", "hoops": 3 }), json!({ "kind": 3 }), json!(3), json!(null)]
    {
        assert_eq!(vessel(known), None);
    }
    let lid = |section| unknown(LidConfig::DECLARED, section);
    assert_eq!(
        lid(json!({ "kind": "cork" })),
        said(r#"kind "cork""#, "no kind, but diameter, red")
    );
    assert_eq!(lid(json!({ "hoops": 3 })), None);
}

proptest! {
    #[test]
    fn settings_survive_being_written(
        volume in 1e-300_f64..1e300,
        label in "\\PC{0,12}",
        sides in proptest::array::uniform3(1_u32..=100),
        is_box: bool,
        lid in proptest::option::of((2_u32.., any::<bool>())),
        count in proptest::option::of(0_usize..1 << 62),
    ) {
        let lid = lid.map(|(diameter, red)| LidConfig { diameter, red });
        let vessel = if is_box {
            VesselConfig::Box(BoxConfig { sides, slats: 1 })
        } else {
            VesselConfig::Jar(JarConfig { volume, label, lid })
        };
        let jars = count.map(|count| JarsConfig { count, most: None });
        let kitchen = KitchenConfig { vessel, jars, ..KitchenConfig::default() };
        prop_assert_eq!(&parse::<KitchenConfig>("", &to_toml(&kitchen).unwrap(), &[]).unwrap(), &kitchen);
    }

    #[test]
    fn any_text_and_override_are_settings_or_an_error(
        text in "(\\[(vessel|shelf|shelf\\.first)\\]\n)?[a-z\\[\\]{}=.\"0-9\\-\\n ]{0,60}",
        typed in "(vessel|shelf|lamp)\\.[a-z.]{1,9}=[a-z\\[\\]{}=.\"0-9\\-]{0,12}",
    ) {
        if let Ok(change) = typed.parse::<Override>() {
            let _ = parse::<KitchenConfig>("kitchen", &text, &[change]);
        }
    }
}
