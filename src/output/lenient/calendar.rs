//! A date in the text of a document, read where it can be read in one way.

use chrono::{Datelike, NaiveDate, Weekday};

use super::trimmings::clean;

/// Which of day and month stands before the other, where both are numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Order {
    DayFirst,
    MonthFirst,
}

/// Why a text isn't read as a date.
#[derive(Debug, PartialEq)]
pub(super) enum Unread {
    NoDate,
    /// The text is one date or another, by which of day and month stands first.
    Either {
        day_first: NaiveDate,
        month_first: NaiveDate,
    },
}

/// Reads the text of a date. The order decides between two readings.
pub(super) fn read(text: &str, order: Option<Order>) -> Result<NaiveDate, Unread> {
    let cleaned = clean(text).replace('\n', " ");
    let (date, weekday) = without_weekday(without_time(&cleaned));
    let date = parts(date)
        .ok_or(Unread::NoDate)
        .and_then(|parts| read_parts(&parts, order))?;
    // A weekday that contradicts the date says that one of them is misread.
    if weekday.is_some_and(|weekday| weekday != date.weekday()) {
        return Err(Unread::NoDate);
    }
    Ok(date)
}

/// A number or a word of a date.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Part {
    Year(i32),
    /// A number of one or two digits: a day, or the number of a month.
    Short(u32),
    Month(u32),
}

/// The three parts of a date, in the order of the text, and what separates the first two.
struct Parts {
    parts: [Part; 3],
    separator: char,
}

fn read_parts(date: &Parts, order: Option<Order>) -> Result<NaiveDate, Unread> {
    use Part::{Month, Short, Year};
    let date_of = |year, month, day| NaiveDate::from_ymd_opt(year, month, day);
    let sole = match date.parts {
        [Year(year), Short(month) | Month(month), Short(day)]
        | [Short(day), Month(month), Year(year)]
        | [Month(month), Short(day), Year(year)] => date_of(year, month, day),
        [Short(first), Short(second), Year(year)] => {
            // Points are used where the day stands first.
            let by_points = (date.separator == '.').then_some(Order::DayFirst);
            let day_first = date_of(year, second, first);
            let month_first = date_of(year, first, second);
            match (day_first, month_first, order.or(by_points)) {
                (Some(day_first), Some(month_first), None) if day_first != month_first => {
                    return Err(Unread::Either {
                        day_first,
                        month_first,
                    });
                }
                (day_first, month_first, Some(Order::MonthFirst)) => month_first.or(day_first),
                (day_first, month_first, _) => day_first.or(month_first),
            }
        }
        _ => None,
    };
    sole.ok_or(Unread::NoDate)
}

/// Divides a date into its parts; `None` where it has other than three, or separators of two kinds.
fn parts(date: &str) -> Option<Parts> {
    let mut rest = date;
    let mut parts = Vec::new();
    let mut separators = Vec::new();
    while !rest.is_empty() {
        let is_number = rest.starts_with(|first: char| first.is_ascii_digit());
        let end = rest.find(|character: char| {
            character.is_ascii_digit() != is_number || !character.is_ascii_alphanumeric()
        });
        let (word, after) = rest.split_at(end.unwrap_or(rest.len()));
        if is_number {
            parts.push(number(word)?);
        } else {
            parts.push(Part::Month(month(word)?));
        }
        let after = if is_number {
            without_ordinal(after)
        } else {
            after
        };
        rest = after.trim_start_matches(is_separator);
        separators.push(after.strip_suffix(rest)?.trim());
        rest = rest.strip_prefix("of ").unwrap_or(rest);
    }
    let parts: [Part; 3] = parts.try_into().ok()?;
    let [first, second, last] = separators[..] else {
        return None;
    };
    let has_word = parts.iter().any(|part| matches!(part, Part::Month(_)));
    if !last.is_empty() || (!has_word && (first != second || first.len() > 1)) {
        return None;
    }
    let separator = first.chars().next().unwrap_or(' ');
    Some(Parts { parts, separator })
}

fn number(digits: &str) -> Option<Part> {
    match digits.len() {
        4 => Some(Part::Year(digits.parse().ok()?)),
        1 | 2 => Some(Part::Short(digits.parse().ok()?)),
        _ => None,
    }
}

fn is_separator(character: char) -> bool {
    matches!(character, '.' | ',' | '/' | '-' | ' ')
}

/// Drops the ending of an ordinal number, as that of `1st`.
fn without_ordinal(text: &str) -> &str {
    let rest = ["st", "nd", "rd", "th"]
        .iter()
        .find_map(|ending| text.strip_prefix(ending));
    rest.filter(|rest| !rest.starts_with(|next: char| next.is_ascii_alphabetic()))
        .unwrap_or(text)
}

/// Reads the English name of a month, or the first three letters of it or more.
fn month(word: &str) -> Option<u32> {
    const MONTHS: [(u32, &str); 12] = [
        (1, "january"),
        (2, "february"),
        (3, "march"),
        (4, "april"),
        (5, "may"),
        (6, "june"),
        (7, "july"),
        (8, "august"),
        (9, "september"),
        (10, "october"),
        (11, "november"),
        (12, "december"),
    ];
    let word = word.to_ascii_lowercase();
    let mut months = MONTHS.iter();
    let (number, _) = months.find(|(_, name)| word.len() >= 3 && name.starts_with(&word))?;
    Some(*number)
}

/// Takes an English weekday off the beginning.
fn without_weekday(text: &str) -> (&str, Option<Weekday>) {
    let end = text.find(|character: char| !character.is_ascii_alphabetic());
    let (word, rest) = text.split_at(end.unwrap_or(text.len()));
    match word.parse() {
        Ok(weekday) => (rest.trim_start_matches(is_separator), Some(weekday)),
        Err(_) => (text, None),
    }
}

/// Takes the time off the end: the day is that of the text, whatever its time zone.
fn without_time(text: &str) -> &str {
    // A date has no colon.
    let Some(colon) = text.find(':') else {
        return text;
    };
    let (before, after) = text.split_at(colon);
    let date = before.trim_end_matches(|character: char| character.is_ascii_digit());
    let hour = before.strip_prefix(date).unwrap_or_default();
    let date_end = date
        .strip_suffix(['T', 't'])
        .filter(|date| date.ends_with(|last: char| last.is_ascii_digit()))
        .or_else(|| date.strip_suffix(" at ").or_else(|| date.strip_suffix(' ')));
    match date_end {
        Some(date) if is_time(hour, after) => date.trim_end_matches([' ', ',']),
        _ => text,
    }
}

/// Tells whether this is a time: an hour, and what follows from its colon on.
fn is_time(hour: &str, after: &str) -> bool {
    let end = after.find(|character: char| {
        !(character.is_ascii_digit() || matches!(character, ':' | '.' | ','))
    });
    let (clock, zone) = after.split_at(end.unwrap_or(after.len()));
    let is_pair = |text: &str| text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_digit());
    let (clock, fraction) = clock.split_once(['.', ',']).unwrap_or((clock, "0"));
    let mut minutes = clock.split(':').skip(1);
    let zone = zone.trim();
    let offset = zone
        .strip_prefix(['+', '-'])
        .map(|offset| offset.replace(':', ""));
    let is_offset = offset.is_some_and(|offset| {
        matches!(offset.len(), 2 | 4) && offset.bytes().all(|byte| byte.is_ascii_digit())
    });
    let zones = [
        "", "Z", "z", "UTC", "GMT", "AM", "PM", "am", "pm", "a.m.", "p.m.", "Uhr", "h",
    ];
    matches!(hour.len(), 1 | 2)
        && clock.matches(':').count() <= 2
        && minutes.all(is_pair)
        && fraction.bytes().all(|byte| byte.is_ascii_digit())
        && (is_offset || zones.contains(&zone))
}

#[cfg(test)]
mod tests;
