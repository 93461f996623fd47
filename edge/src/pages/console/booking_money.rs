//! A booking's money: its price, and its ledger.

use super::actions;
use super::desk::Desk;
use super::form::Sheet;
use crate::domain::booking::change::Found;
use crate::domain::desk::history;
use crate::pages::frame::{Names, price_in};
use crate::pages::voice::Voice;
use maud::{Markup, html};
use shared::pricing::Quote;
use shared::zone::Instant;

/// What it costs, line by line.
pub fn price(desk: &Desk, (row, _): &Found, names: &Names) -> Markup {
    let quote: Option<Quote> = serde_json::from_str(&row.quote).ok();
    html! {
        @if let Some(quote) = quote {
            section.card.price aria-labelledby="price" { h2 #price { "Price" } (price_in(&Voice::english(), &quote, names, &|amount| desk.wording.money_in(amount, quote.currency))) }
        }
    }
}

/// What is owed, came and went, and what the provider kept of it.
pub fn ledger(desk: &Desk, found: &Found, rows: &[history::Row], sheet: Sheet<'_>, may_write: bool) -> Markup {
    let (row, _) = found;
    let money = |amount| desk.wording.money_in(amount, row.currency);
    let entries: Vec<(&history::Row, i64)> =
        rows.iter().filter(|row| row.source == "LEDGER").filter_map(|row| Some((row, row.amount?))).collect();
    let (unseen, entries): (Vec<_>, Vec<_>) =
        entries.into_iter().partition(|(entry, _)| matches!(entry.what.as_str(), "FEE" | "ADJUSTMENT"));
    let left = entries.iter().fold(0_i64, |sum, (entry, amount)| match entry.what.as_str() {
        "CHARGE" | "REFUND" => sum.saturating_add(*amount),
        _ => sum.saturating_sub(*amount),
    });
    html! {
        section.card aria-labelledby="ledger" {
            h2 #ledger { "Money" }
            @if entries.is_empty() { p.quiet { "Nothing is owed and nothing was paid." } } @else {
                table.money {
                    tbody {
                        @for (entry, amount) in &entries {
                            tr {
                                th scope="row" {
                                    (entry_kind(&entry.what)) @if let Some(method) = &entry.method { ", " (method.to_lowercase()) }
                                    small.quiet { (desk.wording.moment(Instant(entry.at))) }
                                }
                                td.amount { (money(*amount)) }
                            }
                        }
                        tr.total {
                            th scope="row" { @if left < 0 { "To give back" } @else { "Still to be paid" } }
                            td.amount { (money(left.saturating_abs())) }
                        }
                    }
                }
            }
            @if !unseen.is_empty() {
                p.quiet { "Between you and the provider; the customer does not see it:" }
                table.money {
                    tbody {
                        @for (entry, amount) in &unseen {
                            tr {
                                th scope="row" {
                                    (unseen_kind(&entry.what, *amount))
                                    small.quiet { (desk.wording.moment(Instant(entry.at))) }
                                }
                                td.amount { (money(*amount)) }
                            }
                        }
                    }
                }
            }
            @if may_write { (actions::money_forms(desk, found, sheet)) }
        }
    }
}

fn entry_kind(kind: &str) -> &'static str {
    match kind {
        "CHARGE" => "Charged",
        "CREDIT" => "Credited",
        "PAYMENT" => "Paid",
        _ => "Given back",
    }
}

/// What a provider or a bank kept, took or returned.
fn unseen_kind(kind: &str, amount: i64) -> &'static str {
    match kind {
        "FEE" => "Kept by the provider",
        _ if amount < 0 => "Taken by the bank: disputed",
        _ => "Returned by the bank",
    }
}
