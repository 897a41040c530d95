//! What stands around the digits of a number: signs, brackets, currencies, a percent sign.

use super::currencies::is_currency;

/// The digits and separators of a number, and what was around them.
#[derive(Debug, PartialEq)]
pub(super) struct Trimmed {
    /// Holds plain spaces and plain apostrophes only, one at a time.
    pub(super) body: String,
    pub(super) is_negative: bool,
}

/// What has been taken off a number so far.
#[derive(Default)]
struct Taken {
    sign: Option<Sign>,
    /// Whether it has lost the mark of an amount without cents, as in `12,-` and `500/-`.
    has_no_cents: bool,
    unit_before: Option<Unit>,
    unit_after: Option<Unit>,
}

#[derive(Clone, Copy, PartialEq)]
enum Sign {
    Plus,
    Minus,
}

#[derive(Clone, Copy, PartialEq)]
enum Unit {
    Currency,
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
    let percent = Some(Unit::Percent);
    if taken.unit_before.is_some()
        && taken.unit_after.is_some()
        && (taken.unit_before == percent || taken.unit_after == percent)
    {
        return None;
    }
    Some(Trimmed {
        body: rest.to_owned(),
        is_negative: taken.sign == Some(Sign::Minus),
    })
}

impl Taken {
    /// Takes one thing off an end of the text; `None` where there is none, or a second of its kind.
    fn take<'a>(&mut self, text: &'a str) -> Option<&'a str> {
        self.take_sign(text)
            .or_else(|| take_unit_before(text, &mut self.unit_before))
            .or_else(|| take_unit_after(text, &mut self.unit_after))
    }

    fn take_sign<'a>(&mut self, text: &'a str) -> Option<&'a str> {
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
        let minus = || text.strip_prefix('-').or_else(|| text.strip_suffix('-'));
        if let Some(rest) = brackets.or_else(minus) {
            self.sign = Some(Sign::Minus);
            return Some(rest);
        }
        let rest = text.strip_prefix('+')?;
        self.sign = Some(Sign::Plus);
        Some(rest)
    }
}

fn take_unit_before<'a>(text: &'a str, unit: &mut Option<Unit>) -> Option<&'a str> {
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
    let rest = if is_currency(name) {
        rest
    } else {
        let name = name.strip_suffix('.').filter(|name| is_currency(name))?;
        text.strip_prefix(name)?
    };
    *unit = Some(Unit::Currency);
    Some(rest)
}

fn take_unit_after<'a>(text: &'a str, unit: &mut Option<Unit>) -> Option<&'a str> {
    if unit.is_some() {
        return None;
    }
    if let Some(rest) = text.strip_suffix('%') {
        *unit = Some(Unit::Percent);
        return Some(rest);
    }
    let rest = text.trim_end_matches(is_of_a_name);
    let name = text.strip_prefix(rest).filter(|name| is_currency(name))?;
    *unit = Some(Unit::Currency);
    text.strip_suffix(name)
}

fn is_of_a_name(character: char) -> bool {
    character == '.'
        || !(character.is_ascii() || character.is_whitespace())
        || character.is_ascii_alphabetic()
        || character == '$'
}

/// Brings the many spaces, dashes, apostrophes and wide digits of documents into one form, and
/// drops what isn't seen.
pub(super) fn clean(text: &str) -> String {
    let mut cleaned = String::new();
    for character in text.chars() {
        let character = match character {
            '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}' => continue,
            _ if character.is_whitespace() => ' ',
            '\u{2018}' | '\u{2019}' | '\u{2bc}' | '\u{2032}' | '\u{b4}' | '`' | '\u{ff07}' => '\'',
            '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{fe63}' | '\u{ff0d}' => '-',
            '\u{ff05}' | '\u{fe6a}' => '%',
            // The wide forms of `(`, `)`, `+`, `,`, `.` `/` and the digits.
            '\u{ff08}'..='\u{ff0c}' | '\u{ff0e}'..='\u{ff19}' => narrow(character),
            _ => character,
        };
        if character != ' ' || !cleaned.ends_with(' ') {
            cleaned.push(character);
        }
    }
    cleaned.trim().to_owned()
}

/// Returns the ASCII form of a wide character, which is as far from it for all of them.
fn narrow(wide: char) -> char {
    const DISTANCE: u32 = 0xfee0;
    let code = u32::from(wide).checked_sub(DISTANCE);
    code.and_then(char::from_u32).unwrap_or(wide)
}
