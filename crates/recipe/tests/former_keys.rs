//! Settings that had another key in older versions: they are read, changed, compared and hashed as ever.
#![allow(clippy::unwrap_used, reason = "a test may end so")]

use burnwright_recipe::{
    Override, by_first_keys, by_present_keys, changed_settings, kinds, parse, settings, to_toml,
};
use serde_json::{Value, json};

settings! {
    struct BedConfig {
        plant: String = "bean".to_owned(), formerly("crop");
        rows: usize = 4, changes;
    }
}

settings! {
    struct PotConfig {
        litres: usize = 3, formerly("volume");
    }
}

trait Place {
    fn is_movable(&self) -> bool;
}

impl Place for BedConfig {
    fn is_movable(&self) -> bool {
        false
    }
}

impl Place for PotConfig {
    fn is_movable(&self) -> bool {
        true
    }
}

kinds! {
    /// Where something grows.
    pub enum PlaceConfig: Place = Bed {
        /// In the ground.
        "bed" => Bed(BedConfig),
        /// Above it.
        "pot" => Pot(PotConfig),
    }
}

settings! {
    struct GardenConfig {
        place: PlaceConfig, section, formerly("site");
        tools: Option<ToolsConfig>, section;
        gate: GateConfig, section, without_effect;
    }
}

settings! {
    struct ToolsConfig {
        count: usize = 1;
        shed: ShedConfig, section;
    }
}

settings! {
    struct ShedConfig {
        doors: usize = 1, formerly("gates");
    }
}

settings! {
    struct GateConfig {
        latch: bool = true, formerly("lock");
    }
}

fn read(text: &str, typed: &[&str]) -> Result<GardenConfig, String> {
    let overrides: Vec<Override> = typed.iter().map(|typed| typed.parse().unwrap()).collect();
    parse("garden", text, &overrides).map_err(|error| error.to_string())
}

fn as_json(garden: &GardenConfig) -> Value {
    serde_json::to_value(garden).unwrap()
}

#[test]
fn a_former_key_is_read_as_the_present_one() {
    let now = "[place]\nkind = \"bed\"\nplant = \"pea\"\n[tools.shed]\ndoors = 2\n[gate]\nlatch = false\n";
    let before =
        "[site]\nkind = \"bed\"\ncrop = \"pea\"\n[tools.shed]\ngates = 2\n[gate]\nlock = false\n";
    let garden = read(before, &[]).unwrap();
    assert_eq!(garden, read(now, &[]).unwrap());
    let bed = BedConfig { plant: "pea".to_owned(), rows: 4 };
    assert_eq!((&garden.place, garden.gate.latch), (&PlaceConfig::Bed(bed), false));
    assert_eq!(garden.tools.as_ref().unwrap().shed.doors, 2);
    // It is written by the key that it has now.
    let written = to_toml(&garden).unwrap();
    assert!(written.contains("plant = \"pea\"") && !written.contains("crop"), "{written}");
    assert_eq!(read(&written, &[]).unwrap(), garden);
}

#[test]
fn a_former_key_beside_the_present_one_is_an_error() {
    let twice = |key, former, line| {
        format!("{key} is given twice, here by its former key \"{former}\": garden:{line}")
    };
    let said = |text| read(text, &[]).unwrap_err();
    let both = "[place]\nkind = \"bed\"\ncrop = \"pea\"\nplant = \"pea\"\n";
    assert_eq!(said(both), twice("place.plant", "crop", 3));
    let other_order = "[site]\nkind = \"bed\"\nplant = \"pea\"\n\ncrop = \"pea\"\n";
    assert_eq!(said(other_order), twice("place.plant", "crop", 5));
    let sections = "[place]\nkind = \"bed\"\n[site]\nrows = 1\n";
    assert_eq!(said(sections), twice("place", "site", 3));
    let deep = "[tools.shed]\ndoors = 1\ngates = 1\n";
    assert_eq!(said(deep), twice("tools.shed.doors", "gates", 3));
    // An override does not hide it.
    assert!(read(both, &["place.plant=kale"]).is_err());
}

#[test]
fn an_override_by_either_key_replaces_what_the_text_says_by_either() {
    for text in [
        "[site]\nkind = \"bed\"\ncrop = \"pea\"\n",
        "[place]\nkind = \"bed\"\nplant = \"pea\"\n",
        "[site]\nkind = \"bed\"\n",
    ] {
        for typed in ["place.plant=kale", "place.crop=kale", "site.plant=kale", "site.crop=kale"] {
            let garden = read(text, &[typed]).unwrap();
            let bed = BedConfig { plant: "kale".to_owned(), rows: 4 };
            assert_eq!(garden.place, PlaceConfig::Bed(bed), "{text:?} {typed}");
        }
    }
    // The last one counts, by whichever key.
    let garden = read("", &["gate.lock=false", "gate.latch=true"]).unwrap();
    assert!(garden.gate.latch);
    let garden = read("", &["site.kind=pot", "site.volume=9", "tools.shed.gates=3"]).unwrap();
    assert!(garden.place.as_dyn().is_movable());
    assert_eq!(garden.place, PlaceConfig::Pot(PotConfig { litres: 9 }));
    assert_eq!(garden.tools.unwrap().shed.doors, 3);
}

#[test]
fn a_mistake_under_a_former_key_has_the_place_where_it_stands() {
    assert_eq!(
        read("[site]\nkind = \"bed\"\ncrop = 3\n", &[]).unwrap_err(),
        "place.plant cannot be read (invalid type: integer `3`, expected a string): garden:3"
    );
    assert_eq!(
        read("", &["site.kind=bed", "site.crop=3"]).unwrap_err(),
        "place.plant cannot be read (invalid type: integer `3`, expected a string): --set site.crop=3"
    );
    // A key is former only where it was.
    assert_eq!(read("[gate]\ncrop = 1\n", &[]).unwrap_err(), "unknown key \"gate.crop\": garden:2");
}

#[test]
fn settings_of_an_older_run_are_no_change() {
    let now = as_json(&read("[place]\nkind = \"bed\"\nplant = \"pea\"\n", &[]).unwrap());
    let before = json!({
        "site": { "kind": "bed", "crop": "pea", "rows": 4 },
        "gate": { "lock": true },
        "tools": null,
    });
    assert_eq!(changed_settings::<GardenConfig>(&before, &now), []);
    assert_eq!(by_present_keys::<GardenConfig>(&before), now);
    let other = as_json(&read("[place]\nkind = \"bed\"\nplant = \"kale\"\n", &[]).unwrap());
    let changed = changed_settings::<GardenConfig>(&before, &other);
    assert_eq!(changed, [("place.plant".to_owned(), "\"pea\"".into(), "\"kale\"".into())]);
}

#[test]
fn what_is_hashed_has_the_first_keys() {
    let now = as_json(&read("[tools.shed]\ndoors = 2\n", &[]).unwrap());
    let first = json!({
        "site": { "kind": "bed", "crop": "bean", "rows": 4 },
        "tools": { "count": 1, "shed": { "gates": 2 } },
        "gate": { "lock": true },
    });
    assert_eq!(by_first_keys::<GardenConfig>(&now).to_string(), first.to_string());
    // Settings that an older version wrote down already have them.
    assert_eq!(by_first_keys::<GardenConfig>(&first), first);
    assert_eq!(by_present_keys::<GardenConfig>(&first), now);
}
