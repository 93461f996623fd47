//! Who books: the fields, what is wrong with them, and where each belongs on the wire.

use super::texts::Texts;
use shared::embed::{CustomerIn, Question, QuestionKind};
use std::collections::BTreeMap;

/// A field of the form.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Field {
    /// Full name.
    Name,
    /// E-mail address.
    Email,
    /// Phone number.
    Phone,
    /// The business's own question, by its place.
    Answer(usize),
    /// Of an event that somebody suggests: title, text, start, end, place, price, link.
    Event(usize),
}

/// The name that a field goes by in the page: its id, and where the focus is sent.
pub fn name_of(field: Field) -> String {
    match field {
        Field::Name => "name".to_owned(),
        Field::Email => "email".to_owned(),
        Field::Phone => "phone".to_owned(),
        Field::Answer(place) => ["answer-", &place.to_string()].concat(),
        Field::Event(place) => ["event-", &place.to_string()].concat(),
    }
}

/// What was typed. It stays until the booking is made, whatever happens to holds.
#[derive(Clone, Default)]
pub struct Details {
    /// Full name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// Phone number.
    pub phone: String,
    /// Answers, in the order of the questions.
    pub answers: Vec<String>,
    /// What is wrong, field by field, in the visitor's language.
    pub errors: Vec<(Field, String)>,
}

impl Details {
    /// What was typed into a field.
    pub fn value(&self, field: Field) -> &str {
        match field {
            Field::Name => &self.name,
            Field::Email => &self.email,
            Field::Phone => &self.phone,
            Field::Answer(place) => self.answers.get(place).map_or("", String::as_str),
            Field::Event(_) => "",
        }
    }

    /// Takes what was typed; what was wrong with the field is forgotten.
    pub fn type_into(&mut self, field: Field, value: &str) {
        let target = match field {
            Field::Name => &mut self.name,
            Field::Email => &mut self.email,
            Field::Phone => &mut self.phone,
            Field::Event(_) => return,
            Field::Answer(place) => {
                if self.answers.len() <= place {
                    self.answers.resize(place.saturating_add(1), String::new());
                }
                let Some(answer) = self.answers.get_mut(place) else { return };
                answer
            }
        };
        value.clone_into(target);
        self.errors.retain(|(wrong, _)| *wrong != field);
    }

    /// What is wrong with a field.
    pub fn error(&self, field: Field) -> Option<&str> {
        self.errors.iter().find(|(wrong, _)| *wrong == field).map(|(_, text)| text.as_str())
    }

    /// Looks for what the edge would refuse, so that nobody has to wait to hear it.
    pub fn check(&mut self, questions: &[Question], texts: &Texts) {
        self.errors.clear();
        if self.name.trim().is_empty() {
            self.errors.push((Field::Name, texts.get("error-name").to_owned()));
        }
        if !is_email(self.email.trim()) {
            self.errors.push((Field::Email, texts.get("error-email").to_owned()));
        }
        for (place, question) in questions.iter().enumerate() {
            let answer = self.value(Field::Answer(place)).trim();
            let missing = answer.is_empty() || (question.kind == QuestionKind::Checkbox && answer != "true");
            if question.required && missing {
                self.errors.push((Field::Answer(place), texts.get("error-required").to_owned()));
            }
        }
    }

    /// Which field the edge means by a JSON pointer; none that is typed here, for some.
    pub fn field_at(pointer: &str, questions: &[Question]) -> Option<Field> {
        match pointer.rsplit('/').next()? {
            "name" => Some(Field::Name),
            "email" => Some(Field::Email),
            "phone" => Some(Field::Phone),
            last => questions.iter().position(|question| question.column_name == last).map(Field::Answer),
        }
    }

    /// The customer, as the edge wants them.
    pub fn customer(&self) -> CustomerIn {
        let phone = self.phone.trim();
        CustomerIn {
            name: self.name.trim().to_owned(),
            email: self.email.trim().to_owned(),
            phone: (!phone.is_empty()).then(|| phone.to_owned()),
        }
    }

    /// The answers that were given, by `column_name`.
    pub fn answers(&self, questions: &[Question]) -> BTreeMap<String, String> {
        let given = questions.iter().zip(&self.answers).filter(|(_, answer)| !answer.trim().is_empty());
        let mut answers = BTreeMap::new();
        for (question, answer) in given {
            answers.insert(question.column_name.clone(), answer.trim().to_owned());
        }
        answers
    }
}

/// Something before an `@`, something with a dot after it, no spaces. Only a letter to it can tell more.
fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.split_once('@') else { return false };
    let dotted = domain.split_once('.').is_some_and(|(name, end)| !name.is_empty() && !end.is_empty());
    !local.is_empty() && dotted && text.len() <= 254 && !text.contains(char::is_whitespace) && !domain.contains('@')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(required: bool, kind: QuestionKind) -> Question {
        Question { column_name: "diet".into(), label: "Diet?".into(), kind, required, options: Vec::new() }
    }

    #[test]
    fn addresses_that_no_letter_reaches_are_refused() {
        for good in ["a@b.co", "ann.lee+trip@mail.example.com"] {
            assert!(is_email(good), "{good}");
        }
        for bad in ["", "a", "a@b", "@b.co", "a@b.", "a b@c.de", "a@@b.co"] {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn typing_forgets_what_was_wrong_and_keeps_the_rest() {
        let texts = Texts::new("");
        let questions = [question(true, QuestionKind::Text)];
        let mut details = Details::default();
        details.check(&questions, &texts);
        assert_eq!(details.errors.len(), 3);
        details.type_into(Field::Name, "Ann");
        assert_eq!(details.error(Field::Name), None);
        assert!(details.error(Field::Answer(0)).is_some());
        details.type_into(Field::Answer(0), "none");
        assert_eq!(details.answers(&questions).get("diet").map(String::as_str), Some("none"));
    }

    #[test]
    fn a_box_that_must_be_ticked_is_not_answered_by_no() {
        let mut details = Details { answers: vec!["false".into()], ..Details::default() };
        details.check(&[question(true, QuestionKind::Checkbox)], &Texts::new(""));
        assert!(details.error(Field::Answer(0)).is_some());
    }

    #[test]
    fn what_the_edge_finds_lands_on_its_field() {
        let questions = [question(false, QuestionKind::Text)];
        assert_eq!(Details::field_at("/customer/email", &questions), Some(Field::Email));
        assert_eq!(Details::field_at("/answers/diet", &questions), Some(Field::Answer(0)));
        assert_eq!(Details::field_at("/items/0/party", &questions), None);
    }
}
