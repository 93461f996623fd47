//! What a mail says of a booking.

use super::booking::{Booking, Item, News};
use super::content::{Content, Dated, Known, Manner, Sum, dated, plain};
use crate::words::Words;
use shared::pricing::{Line, LineKind};
use shared::zone::Instant;

/// Says it.
pub fn booking(told: &Booking, words: &Words, known: &Known, manner: &dyn Manner) -> Content {
    let name = told.items.first().map_or("", |item| item.name.as_str());
    let offering = match told.items.len() {
        0 | 1 => name.to_owned(),
        more => format!("{name} +{}", more.saturating_sub(1)),
    };
    let (day, amount) = (manner.short_day(Instant(told.starts_at())), manner.money(told.amount, told.currency));
    let organization = known.organization.as_str();
    let places = [("organization", organization), ("offering", &offering), ("day", &day), ("amount", &amount)];
    let mut content = plain(told.news.kind(), words, &places);
    let hello = if told.name.is_empty() { "hello-all" } else { "hello" };
    content.paragraphs.insert(0, words.say(hello, &[("name", &told.name)]));
    content.dates = told.items.iter().map(|item| part(item, told, words, known, manner)).collect();
    let mut fact = |key: &str, value: Option<String>| {
        content.facts.extend(value.map(|value| (words.say(key, &[]), value)));
    };
    fact("label.before", told.before.map(|at| format!("{}, {}", manner.day(Instant(at)), manner.time(Instant(at)))));
    fact("label.reason", told.reason.clone());
    fact("label.number", known.number.clone());
    content.sums = sums(told, words, known, manner);
    let button = if told.news.over() { "button.see" } else { "button.manage" };
    content.action = (!told.link.is_empty()).then(|| (words.say(button, &[]), told.link.clone()));
    if known.answered {
        content.notes.push(words.say("questions", &[]));
    }
    content.because = Some(words.say("because.booking", &places));
    content.unsubscribe = told.unsubscribe.clone().map(|link| (words.say("unsubscribe.reminders", &[]), link));
    content
}

/// `2 × Adult, 1 × Child`.
fn part(item: &Item, told: &Booking, words: &Words, known: &Known, manner: &dyn Manner) -> Dated {
    let (starts, ends) = (Instant(item.starts_at), Instant(item.ends_at));
    let mut part = dated(&item.name, starts, ends, &told.timezone, words, manner);
    let coming = item.party.0.iter().filter(|(_, count)| **count > 0);
    let coming: Vec<String> =
        coming.map(|(code, count)| format!("{count} × {}", named(code.as_str(), known))).collect();
    let mut who = coming.join(", ");
    if item.private {
        who =
            [who, words.say("private", &[])].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ");
    }
    part.details.extend((!who.is_empty()).then_some(who));
    part.over = told.news.over();
    part
}

fn named(code: &str, known: &Known) -> String {
    known.names.get(code).cloned().unwrap_or_else(|| code.replace('_', " "))
}

/// The price while it stands; of what is over, only the money that moved.
fn sums(told: &Booking, words: &Words, known: &Known, manner: &dyn Manner) -> Vec<Sum> {
    let money = |amount| manner.money(amount, told.currency);
    let sum = |key: &str, amount: i64, strong| Sum {
        label: words.say(key, &[]),
        amount: money(amount),
        strong,
        within: false,
    };
    let mut sums = Vec::new();
    let stands = !told.news.over();
    if stands && told.owed > 0 {
        let briefly = matches!(told.news, News::Paid | News::Refunded | News::Reminder);
        if let Some(quote) = told.quote.as_ref().filter(|quote| !briefly && quote.total == told.owed) {
            let line =
                |line: &Line| Sum { label: label(line, words, known), amount: money(line.amount), ..Sum::default() };
            sums.extend(quote.lines.iter().map(line));
        }
        sums.push(sum("label.total", told.owed, true));
        if let Some(quote) = told.quote.as_ref().filter(|_| !briefly) {
            let included = quote.taxes.iter().filter(|tax| tax.included && tax.amount != 0);
            sums.extend(included.map(|tax| Sum {
                label: words.say("line.included", &[("name", &tax.name)]),
                amount: money(tax.amount),
                within: true,
                ..Sum::default()
            }));
        }
    }
    if told.paid > 0 {
        sums.push(sum("label.paid", told.paid, false));
    }
    if told.repaid > 0 {
        sums.push(sum("label.refunded", told.repaid, !stands));
    }
    if stands && told.paid > 0 && told.open() > 0 {
        sums.push(sum("label.open", told.open(), true));
    }
    sums
}

fn label(line: &Line, words: &Words, known: &Known) -> String {
    let counted = matches!(line.kind, LineKind::Party | LineKind::AddOn);
    let name = match line.kind {
        LineKind::Coupon => words.say("line.coupon", &[("name", &line.label)]).trim_end().to_owned(),
        _ if !line.label.is_empty() => named(&line.label, known),
        LineKind::Party | LineKind::Base => words.say("line.price", &[]),
        LineKind::ExtraLength => words.say("line.length", &[]),
        LineKind::Adjustment => words.say("line.adjustment", &[]),
        LineKind::GroupDiscount => words.say("line.group", &[]),
        LineKind::Private => words.say("line.private", &[]),
        LineKind::PayWhatYouWant => words.say("line.choice", &[]),
        LineKind::AddOn => words.say("line.add-on", &[]),
        LineKind::AutomaticDiscount => words.say("line.discount", &[]),
        LineKind::Fee => words.say("line.fee", &[]),
        LineKind::Tax => words.say("line.tax", &[]),
        LineKind::TaxRounding | LineKind::Rounding => words.say("line.rounding", &[]),
    };
    if counted { format!("{} × {name}", line.quantity) } else { name }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::super::content::tests::Plain;
    use super::*;
    use shared::money::Currency;

    fn told(news: News) -> Booking {
        let item = Item {
            position: 0,
            name: "Sunset".to_owned(),
            starts_at: 10 * 86_400 + 61_200,
            ends_at: 10 * 86_400 + 66_600,
            party: serde_json::from_str(r#"{"adult":2,"child":0}"#).unwrap(),
            private: false,
        };
        Booking {
            news,
            id: "bkg_1".to_owned(),
            name: "Ada".to_owned(),
            timezone: "Europe/Berlin".to_owned(),
            currency: Currency::parse("EUR").unwrap(),
            items: vec![item],
            before: None,
            quote: None,
            owed: 7_800,
            paid: 0,
            repaid: 0,
            amount: 0,
            reason: None,
            link: "https://book.example/b/t".to_owned(),
            sequence: 1,
            entered: false,
            unsubscribe: None,
        }
    }

    fn known() -> Known {
        let names = [("adult".to_owned(), "Adult".to_owned())].into();
        Known { organization: "Harbor".to_owned(), answered: true, number: Some("HB-1".to_owned()), names }
    }

    fn said(booking: &Booking) -> Content {
        super::booking(booking, &Words::of("en"), &known(), &Plain)
    }

    #[test]
    fn a_confirmation_says_what_when_who_and_what_it_costs() {
        let said = said(&told(News::Confirmed));
        assert_eq!(said.subject, "Confirmed: Sunset, day 10");
        assert_eq!(said.dates[0].times, "17:00 – 18:00");
        assert_eq!(said.dates[0].details, ["Local time in Berlin", "2 × Adult"]);
        assert_eq!(said.facts, [("Booking number".to_owned(), "HB-1".to_owned())]);
        assert_eq!(
            said.sums,
            [Sum { label: "Total".to_owned(), amount: "EUR 7800".to_owned(), strong: true, within: false }]
        );
        assert_eq!(said.action.unwrap().0, "See or change your booking");
    }

    #[test]
    fn of_what_is_over_only_money_that_moved_is_told() {
        let mut over = told(News::Cancelled);
        assert_eq!(said(&over).sums, []);
        (over.owed, over.paid, over.repaid) = (3_900, 7_800, 3_900);
        let told: Vec<String> =
            said(&over).sums.into_iter().map(|sum| format!("{} {}", sum.label, sum.amount)).collect();
        assert_eq!(told, ["Paid EUR 7800", "Given back EUR 3900"]);
        assert!(said(&over).dates[0].over);
    }

    #[test]
    fn what_is_left_to_pay_is_told_once_something_was_paid() {
        let mut paid = told(News::Paid);
        (paid.paid, paid.amount) = (2_000, 2_000);
        let said = said(&paid);
        assert_eq!(said.paragraphs[1], "Harbor has received EUR 2000.");
        assert_eq!(said.sums.last().unwrap().amount, "EUR 5800");
    }
}
