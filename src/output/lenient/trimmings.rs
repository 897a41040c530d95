//! What stands around the digits of a number: signs, brackets, currencies, a percent sign.

use super::currencies::{are_of_one_currency, is_currency};

/// The digits and separators of a number, and what was around them.
#[derive(Debug, PartialEq)]
pub(super) struct Trimmed {
    /// Holds plain spaces and plain apostrophes only, one at a time, and breaks as [`clean`] does.
    pub(super) body: String,
    pub(super) is_negative: bool,
}

/// What has been taken off a number so far.
#[derive(Default)]
struct Taken<'a> {
    sign: Option<Sign>,
    /// Whether it has lost the mark of an amount without cents, as in `12,-` and `500/-`.
    has_no_cents: bool,
    unit_before: Option<Unit<'a>>,
    unit_after: Option<Unit<'a>>,
}

#[derive(Clone, Copy, PartialEq)]
enum Sign {
    Plus,
    Minus,
}

#[derive(Clone, Copy)]
enum Unit<'a> {
    Currency(&'a str),
    Percent,
}

/// Takes off all that stands around the digits; `None` where that contradicts itself.
pub(super) fn trim(text: &str) -> Option<Trimmed> {
    let cleaned = clean(text);
    let mut rest = cleaned.as_str();
    let mut taken = Taken::default();
    while let Some(shorter) = taken.take(rest) {
        rest = shorter.trim();
    }
    match (taken.unit_before, taken.unit_after) {
        (Some(Unit::Currency(before)), Some(Unit::Currency(after)))
            if are_of_one_currency(before, after) => {}
        (Some(_), Some(_)) => return None,
        _ => {}
    }
    Some(Trimmed {
        body: rest.to_owned(),
        is_negative: taken.sign == Some(Sign::Minus),
    })
}

impl<'a> Taken<'a> {
    /// Takes one thing off an end of the text; `None` where there is none, or a second of its kind.
    fn take(&mut self, text: &'a str) -> Option<&'a str> {
        self.take_sign(text)
            .or_else(|| take_unit_before(text, &mut self.unit_before))
            .or_else(|| take_unit_after(text, &mut self.unit_after))
    }

    fn take_sign(&mut self, text: &'a str) -> Option<&'a str> {
        if !self.has_no_cents
            && let Some(rest) = text.strip_suffix('-')
        {
            let rest = rest.strip_suffix('-').unwrap_or(rest);
            let rest = rest.strip_suffix([',', '.', '/']);
            // The mark follows digits, or it would be the sign of an empty number.
            if let Some(rest) = rest.filter(|rest| rest.ends_with(|end: char| end.is_ascii_digit()))
            {
                self.has_no_cents = true;
                return Some(rest);
            }
        }
        if self.sign.is_some() {
            return None;
        }
        let brackets = text
            .strip_prefix('(')
            .and_then(|rest| rest.strip_suffix(')'));
        // A dash before the decimal sign stands for the zero of a price, as in `-,50`.
        let minus_before = || {
            text.strip_prefix('-')
                .filter(|rest| !rest.trim_start_matches(' ').starts_with([',', '.', BREAK]))
        };
        // A dash in a cell of its own is none of this number.
        let minus_after = || text.strip_suffix('-').filter(|rest| !rest.ends_with(BREAK));
        if let Some(rest) = brackets.or_else(minus_before).or_else(minus_after) {
            self.sign = Some(Sign::Minus);
            return Some(rest);
        }
        let rest = text
            .strip_prefix('+')
            .filter(|rest| !rest.starts_with(BREAK))?;
        self.sign = Some(Sign::Plus);
        Some(rest)
    }
}

fn take_unit_before<'a>(text: &'a str, unit: &mut Option<Unit<'a>>) -> Option<&'a str> {
    if unit.is_some() {
        return None;
    }
    if let Some(rest) = text.strip_prefix('%') {
        *unit = Some(Unit::Percent);
        return Some(rest);
    }
    let end = text.find(|character| !is_of_a_name(character))?;
    let (name, rest) = text.split_at(end);
    // The point may be that of the name, as in `Rs.500`, or of the number, as in `$.50`.
    let (name, rest) = if is_currency(name) {
        (name, rest)
    } else {
        let name = name.strip_suffix('.').filter(|name| is_currency(name))?;
        (name, text.strip_prefix(name)?)
    };
    *unit = Some(Unit::Currency(name));
    Some(rest)
}

fn take_unit_after<'a>(text: &'a str, unit: &mut Option<Unit<'a>>) -> Option<&'a str> {
    if unit.is_some() {
        return None;
    }
    if let Some(rest) = text.strip_suffix('%') {
        *unit = Some(Unit::Percent);
        return Some(rest);
    }
    let rest = text.trim_end_matches(is_of_a_name);
    let name = text.strip_prefix(rest).filter(|name| is_currency(name))?;
    *unit = Some(Unit::Currency(name));
    text.strip_suffix(name)
}

fn is_of_a_name(character: char) -> bool {
    character == '.'
        || !(character.is_ascii() || character.is_whitespace())
        || character.is_ascii_alphabetic()
        || character == '$'
}

/// What [`clean`] puts for tabs and the ends of lines, which separate the cells of a table.
const BREAK: char = '\n';

/// Brings the many spaces, breaks, dashes, apostrophes, wide digits and wide signs of documents
/// into one form, and drops what isn't seen.
pub(super) fn clean(text: &str) -> String {
    let mut cleaned = String::new();
    for character in text.chars() {
        let character = match character {
            '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}' => continue,
            '\u{2028}' | '\u{2029}' => BREAK,
            _ if character.is_whitespace() && character.is_control() => BREAK,
            _ if character.is_whitespace() => ' ',
            '\u{2018}' | '\u{2019}' | '\u{2bc}' | '\u{2032}' | '\u{b4}' | '`' | '\u{ff07}' => '\'',
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}' => '-',
            '\u{ff05}' | '\u{fe6a}' => '%',
            '\u{fe69}' | '\u{ff04}' => '$',
            '\u{ffe1}' => '£',
            '\u{ffe5}' => '¥',
            '\u{ffe6}' => '₩',
            // The wide forms of `(`, `)`, `+`, `,`, `.` `/` and the digits.
            '\u{ff08}'..='\u{ff0c}' | '\u{ff0e}'..='\u{ff19}' => narrow(character),
            _ => character,
        };
        // Of spaces and breaks in a row one is left, and a break outweighs the spaces.
        match (character, cleaned.chars().next_back()) {
            (' ', Some(' ' | BREAK)) => continue,
            (BREAK, Some(' ' | BREAK)) => drop(cleaned.pop()),
            _ => {}
        }
        cleaned.push(character);
    }
    cleaned.trim().to_owned()
}

/// Returns the ASCII form of a wide character, which is as far from it for all of them.
fn narrow(wide: char) -> char {
    const DISTANCE: u32 = 0xfee0;
    let code = u32::from(wide).checked_sub(DISTANCE);
    code.and_then(char::from_u32).unwrap_or(wide)
}
