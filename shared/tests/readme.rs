//! What the README shows can be pasted.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

use serde_json::{Value, json};
use shared::availability::Offering;
use shared::schedule::Schedule;

#[test]
fn every_model_in_the_readme_is_read_by_the_engine() {
    let readme = include_str!("../README.md");
    let availability = readme.split("## Pricing").next().unwrap();
    let blocks: Vec<&str> =
        availability.split("```json\n").skip(1).map(|block| block.split("```").next().unwrap()).collect();
    assert_eq!(blocks.len(), 6, "a schedule and one offering of each kind");
    for block in blocks {
        let mut value: Value = serde_json::from_str(block).expect(block);
        if value.get("length").is_none() {
            serde_json::from_value::<Schedule>(value).expect(block);
            continue;
        }
        let object = value.as_object_mut().unwrap();
        object.insert("id".into(), json!("tour_any"));
        object.insert("kind".into(), json!("TOUR"));
        object.insert("partyTypes".into(), json!([{ "code": "adult", "name": "Adult", "seats": 1 }]));
        serde_json::from_value::<Offering>(value).expect(block);
    }
}
