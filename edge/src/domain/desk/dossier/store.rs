//! The SQL of the dossier.

use crate::database::{Database, StoreError, sql};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What became of a booking.
#[derive(Clone, Debug, Deserialize)]
pub struct Facts {
    /// `widget`, `api`, `desk`, …
    pub channel: String,
    /// Where it was before.
    pub rescheduled_from: Option<i64>,
    /// They are there.
    pub checked_in_at: Option<i64>,
    /// They did not come.
    pub no_show_at: Option<i64>,
}

/// A question of the business, and what it is called.
#[derive(Clone, Debug, Deserialize)]
pub struct Question {
    /// Key of the answer.
    pub column_name: String,
    /// As it was asked.
    pub label: String,
}

const FACTS: &str = "
select channel, rescheduled_from, checked_in_at, no_show_at from booking where public_id = ?2 and org_id = ?1";

const QUESTIONS: &str = "select column_name, label from question where org_id = ?1 order by position";

#[derive(Deserialize)]
struct Member {
    public_id: String,
    name: String,
}

const PEOPLE: &str = "
select person.public_id, person.name
from person
join member on member.person_id = person.id
where member.org_id = ?1 and person.public_id in (select value from json_each(?2))";

/// One booking's.
pub struct Dossier {
    /// What became of it.
    pub facts: Facts,
    /// What the business asks.
    pub questions: Vec<Question>,
    /// Names of those who did something with it, by public id.
    pub people: BTreeMap<String, String>,
}

/// Reads it, and the names of some people of the organization.
pub async fn dossier(
    database: &Database,
    org: i64,
    booking: &str,
    people: &[&str],
) -> Result<Option<Dossier>, StoreError> {
    let people = serde_json::to_string(people).unwrap_or_default();
    let batch = vec![sql(FACTS).bind(org).bind(booking), sql(QUESTIONS).bind(org), sql(PEOPLE).bind(org).bind(people)];
    let mut answers = database.batch(batch).await?;
    let Some(facts) = answers.first()? else { return Ok(None) };
    let questions = answers.all()?;
    let people: Vec<Member> = answers.all()?;
    Ok(Some(Dossier { facts, questions, people: people.into_iter().map(|one| (one.public_id, one.name)).collect() }))
}
