//! What an organization may set for itself. Pure.

use crate::problem::Problem;
use chrono_tz::Tz;

/// Customers are reminded so many hours before, where an organization says nothing else; the statement that looks for them says
/// the same.
pub const REMINDER_HOURS: [u32; 1] = [24];
const MOST_REMINDERS: usize = 3;
const LONGEST_LEAD: u32 = 720;

const LONGEST_SLUG: usize = 63;
/// Room for what makes a slug that somebody has already another one.
const LONGEST_MADE_SLUG: usize = 50;

/// ISO 4217: what is legal tender somewhere.
const CURRENCIES: &str = "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD \
    CDF CHF CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL \
    HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA \
    MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB \
    RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU \
    UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG";

/// A VAT or tax number as countries write them: 4 to 30 letters, digits and what stands between them, with a digit among them.
pub fn tax_number(text: &str, pointer: &str) -> Result<String, Problem> {
    let text = text.trim();
    let sound = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, ' ' | '-' | '.' | '/');
    let fits = (4..=30).contains(&text.len()) && text.chars().all(sound);
    if fits && text.chars().any(|sign| sign.is_ascii_digit()) {
        return Ok(text.to_owned());
    }
    let rule = "A VAT or tax number of 4 to 30 letters and digits, such as DE123456789.";
    Err(Problem::field(pointer, "invalid_value", rule))
}

/// A URL name: 2 to 63 of a–z, 0–9 and hyphens.
pub fn slug(text: &str, pointer: &str) -> Result<String, Problem> {
    let plain = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    let fits = (2..=LONGEST_SLUG).contains(&text.len()) && !text.starts_with('-') && !text.ends_with('-');
    if plain && fits {
        return Ok(text.to_owned());
    }
    let rule = "must be 2 to 63 of a to z, 0 to 9 and hyphens, with none at either end";
    Err(Problem::field(pointer, "invalid_value", rule))
}

/// A URL name made of a name.
pub fn slug_of(name: &str) -> String {
    let mut slug = String::new();
    for sign in name.chars().flat_map(char::to_lowercase) {
        match sign {
            'a'..='z' | '0'..='9' => slug.push(sign),
            'ä' | 'æ' => slug.push_str("ae"),
            'ö' | 'ø' | 'œ' => slug.push_str("oe"),
            'ü' => slug.push_str("ue"),
            'ß' => slug.push_str("ss"),
            'à' | 'á' | 'â' | 'ã' | 'å' => slug.push('a'),
            'ç' => slug.push('c'),
            'è' | 'é' | 'ê' | 'ë' => slug.push('e'),
            'ì' | 'í' | 'î' | 'ï' => slug.push('i'),
            'ñ' => slug.push('n'),
            'ò' | 'ó' | 'ô' | 'õ' => slug.push('o'),
            'ù' | 'ú' | 'û' => slug.push('u'),
            '\'' | '’' => {}
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
    }
    slug.truncate(LONGEST_MADE_SLUG);
    let slug = slug.trim_end_matches('-');
    if slug.len() < 2 { format!("org-{slug}").trim_end_matches('-').to_owned() } else { slug.to_owned() }
}

/// The first part of its booking numbers: initials.
pub fn number_prefix(name: &str) -> String {
    let initials: String = name
        .split(|sign: char| !sign.is_ascii_alphanumeric())
        .filter_map(|word| word.chars().next())
        .map(|sign| sign.to_ascii_uppercase())
        .take(3)
        .collect();
    if initials.is_empty() { "BK".to_owned() } else { initials }
}

/// A zone of the IANA database.
pub fn timezone(text: &str, pointer: &str) -> Result<String, Problem> {
    let zone: Result<Tz, _> = text.parse();
    let wrong = || Problem::field(pointer, "unknown_zone", "must be an IANA time zone such as Europe/Berlin");
    Ok(zone.map_err(|_| wrong())?.name().to_owned())
}

/// A currency of ISO 4217.
pub fn currency(text: &str, pointer: &str) -> Result<String, Problem> {
    let known = text.len() == 3 && CURRENCIES.split_ascii_whitespace().any(|code| code == text);
    let wrong = || Problem::field(pointer, "unknown_currency", "must be an ISO 4217 code such as EUR");
    if known { Ok(text.to_owned()) } else { Err(wrong()) }
}

/// A language, with script, region and variants (BCP 47), in its usual spelling: `de-AT`.
pub fn locale(text: &str, pointer: &str) -> Result<String, Problem> {
    let wrong = || Problem::field(pointer, "invalid_value", "must be a BCP 47 language such as en or de-AT");
    let mut parts = text.split('-').peekable();
    let letters = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let language = parts.next().filter(|part| (2..=3).contains(&part.len()) && letters(part)).ok_or_else(wrong)?;
    let mut spelled = language.to_ascii_lowercase();
    if let Some(script) = parts.next_if(|part| part.len() == 4 && letters(part)) {
        let (first, rest) = script.split_at_checked(1).ok_or_else(wrong)?;
        spelled.push_str(&format!("-{}{}", first.to_ascii_uppercase(), rest.to_ascii_lowercase()));
    }
    if let Some(region) = parts.next_if(|part| (part.len() == 2 && letters(part)) || (part.len() == 3 && digits(part)))
    {
        spelled.push_str(&format!("-{}", region.to_ascii_uppercase()));
    }
    for variant in parts {
        let long = (5..=8).contains(&variant.len());
        let short = variant.len() == 4 && variant.starts_with(|sign: char| sign.is_ascii_digit());
        if !(long || short) || !variant.bytes().all(|byte| byte.is_ascii_alphanumeric()) || spelled.len() > 35 {
            return Err(wrong());
        }
        spelled.push_str(&format!("-{}", variant.to_ascii_lowercase()));
    }
    Ok(spelled)
}

/// When customers are reminded: the longest before first, each once.
pub fn reminder_hours(hours: &[u32], pointer: &str) -> Result<Vec<u32>, Problem> {
    if let Some(place) = hours.iter().position(|hours| !(1..=LONGEST_LEAD).contains(hours)) {
        return Err(Problem::field(format!("{pointer}/{place}"), "out_of_range", "must be 1 to 720"));
    }
    let mut hours = hours.to_vec();
    hours.sort_unstable_by(|one, other| other.cmp(one));
    hours.dedup();
    if hours.len() > MOST_REMINDERS {
        return Err(Problem::field(pointer, "too_many", "must be at most three"));
    }
    Ok(hours)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tax_numbers_are_told_from_what_is_none() {
        for good in ["DE123456789", "21/815/08150", "GB 123 4567 89", "ATU12345678", "12-3456789"] {
            assert!(tax_number(good, "/taxNumber").is_ok(), "{good}");
        }
        for bad in ["", "DE1", "none", "DE123<456>", "1234567890123456789012345678901"] {
            assert!(tax_number(bad, "/taxNumber").is_err(), "{bad}");
        }
    }

    #[test]
    fn a_slug_is_made_of_any_name() {
        for (name, slug) in [
            ("Harbor Tours", "harbor-tours"),
            ("Café  Ödipus & Söhne", "cafe-oedipus-soehne"),
            ("Bob's", "bobs"),
            ("日本", "org"),
            ("!", "org"),
            ("7", "org-7"),
        ] {
            assert_eq!(slug_of(name), slug);
        }
        assert!(super::slug(&slug_of(&"long name ".repeat(20)), "/slug").is_ok());
    }

    #[test]
    fn initials_begin_the_numbers() {
        assert_eq!(number_prefix("Harbor Tours of the North"), "HTO");
        assert_eq!(number_prefix("日本"), "BK");
    }

    #[test]
    fn reminders_are_few_and_each_comes_once() {
        let hours = |hours: &[u32]| reminder_hours(hours, "/reminderHours").ok();
        assert_eq!(hours(&[2, 24, 24]), Some(vec![24, 2]));
        assert_eq!(hours(&[]), Some(vec![]));
        for wrong in [&[0][..], &[721], &[1, 2, 3, 4]] {
            assert_eq!(hours(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn zones_currencies_and_languages_are_real_ones() {
        assert!(timezone("Europe/Berlin", "/timezone").is_ok());
        assert!(timezone("Europe/Atlantis", "/timezone").is_err());
        assert!(currency("EUR", "/currency").is_ok());
        for wrong in ["eur", "EURO", "XXX", "", "A E"] {
            assert!(currency(wrong, "/currency").is_err(), "{wrong}");
        }
        let spelled = |text: &str| locale(text, "/locale").ok();
        assert_eq!(spelled("DE-at").as_deref(), Some("de-AT"));
        assert_eq!(spelled("zh-hant-tw").as_deref(), Some("zh-Hant-TW"));
        assert_eq!(spelled("es-419").as_deref(), Some("es-419"));
        for wrong in ["", "e", "english", "en_US", "en-", "en-US-x", "ä"] {
            assert_eq!(spelled(wrong), None, "{wrong}");
        }
    }
}
