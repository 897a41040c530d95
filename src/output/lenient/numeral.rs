//! A number in the text of a document, read where it can be read in one way.

use serde_json::value::RawValue;

use super::trimmings::trim;

/// The decimal sign of a document.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum DecimalSign {
    Comma,
    Point,
}

/// Why a text isn't read as a number.
#[derive(Debug, PartialEq)]
pub(super) enum Unread {
    NoNumber,
    /// The text is one number or another, by which of comma and point is the decimal sign.
    Either {
        with_comma: String,
        with_point: String,
    },
}

/// The longest number that an exponent is written out to; `f64` ends at 309 digits.
const MAX_EXPONENT: usize = 400;

/// Reads the text of a number, and returns it as digits with a point at most, and a minus before
/// them. The decimal sign decides between two readings.
pub(super) fn read(text: &str, sign: Option<DecimalSign>) -> Result<String, Unread> {
    // Where the comma is the decimal sign, the point of `1.234` is none.
    if sign != Some(DecimalSign::Comma)
        && let Some(number) = read_json(text)
    {
        return Ok(number);
    }
    match (read_written(text), sign) {
        (Err(Unread::Either { with_comma, .. }), Some(DecimalSign::Comma)) => Ok(with_comma),
        (Err(Unread::Either { with_point, .. }), Some(DecimalSign::Point)) => Ok(with_point),
        (Err(Unread::NoNumber), _) => read_json(text).ok_or(Unread::NoNumber),
        (reading, _) => reading,
    }
}

/// Reads a number as JSON has it, of any length.
fn read_json(text: &str) -> Option<String> {
    let raw: &RawValue = serde_json::from_str(text).ok()?;
    let number = raw.get();
    if !number.starts_with(|character: char| character == '-' || character.is_ascii_digit()) {
        return None;
    }
    let (negative, digits) = match number.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, number),
    };
    let digits = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => written_out(mantissa, exponent.parse().ok()?)?,
        None => digits.to_owned(),
    };
    Some(signed(negative, digits))
}

/// Moves the point of a number by its exponent.
fn written_out(mantissa: &str, exponent: i32) -> Option<String> {
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let distance = usize::try_from(exponent.unsigned_abs()).ok()?;
    if distance > MAX_EXPONENT {
        return None;
    }
    let zeros = "0".repeat(distance);
    // With so many zeros the point stays inside of the digits.
    Some(if exponent < 0 {
        let whole = format!("{zeros}{whole}");
        let (before, after) = whole.split_at(whole.len().saturating_sub(distance));
        format!("{}.{after}{fraction}", without_zeros(before))
    } else {
        let fraction = format!("{fraction}{zeros}");
        let (before, after) = fraction.split_at(distance);
        let before = format!("{whole}{before}");
        let point = if after.is_empty() { "" } else { "." };
        format!("{}{point}{after}", without_zeros(&before))
    })
}

fn without_zeros(digits: &str) -> &str {
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() { "0" } else { digits }
}

/// Reads a number as documents have it.
fn read_written(text: &str) -> Result<String, Unread> {
    let trimmed = trim(text).ok_or(Unread::NoNumber)?;
    let body = trimmed.body.as_str();
    let groups: Vec<&str> = body.split(is_separator).collect();
    let separators: Vec<char> = body.chars().filter(is_separator_ref).collect();
    let signed = |digits| signed(trimmed.is_negative, digits);
    match (grouped(&groups, &separators), decimal(&groups, &separators)) {
        (Some(digits), None) | (None, Some(digits)) => Ok(signed(digits)),
        (Some(grouped), Some(decimal)) => {
            let (with_comma, with_point) = if separators.contains(&',') {
                (decimal, grouped)
            } else {
                (grouped, decimal)
            };
            Err(Unread::Either {
                with_comma: signed(with_comma),
                with_point: signed(with_point),
            })
        }
        (None, None) => Err(Unread::NoNumber),
    }
}

fn is_separator(character: char) -> bool {
    matches!(character, '.' | ',' | ' ' | '\'')
}

fn is_separator_ref(character: &char) -> bool {
    is_separator(*character)
}

/// Returns the number that the groups are where all separators divide thousands.
fn grouped(groups: &[&str], separators: &[char]) -> Option<String> {
    let whole = match separators {
        [] => is_digits(groups.first()?),
        [separator, others @ ..] => {
            others.iter().all(|other| other == separator) && is_grouped(groups, *separator)
        }
    };
    whole.then(|| groups.concat())
}

/// Returns the number that the groups are where the last separator is the decimal sign.
fn decimal(groups: &[&str], separators: &[char]) -> Option<String> {
    let (sign, others) = separators.split_last()?;
    let (fraction, whole) = groups.split_last()?;
    if !matches!(sign, ',' | '.') || others.contains(sign) || !is_digits(fraction) {
        return None;
    }
    let whole = match whole {
        [""] => "0".to_owned(),
        [digits] if is_digits(digits) => (*digits).to_owned(),
        _ => grouped(whole, others)?,
    };
    Some(format!("{whole}.{fraction}"))
}

/// Tells whether groups of digits are those of thousands, or of lakhs, as in `12,34,567`.
fn is_grouped(groups: &[&str], separator: char) -> bool {
    let [first, middle @ .., last] = groups else {
        return false;
    };
    let is_western = first.len() <= 3 && middle.iter().all(|group| group.len() == 3);
    let is_indian = separator == ','
        && !middle.is_empty()
        && first.len() <= 2
        && middle.iter().all(|group| group.len() == 2);
    groups.iter().all(|group| is_digits(group))
        && !first.starts_with('0')
        && last.len() == 3
        && (is_western || is_indian)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Puts a minus before digits that aren't zero.
fn signed(is_negative: bool, digits: String) -> String {
    let is_zero = digits.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    if is_negative && !is_zero {
        format!("-{digits}")
    } else {
        digits
    }
}

#[cfg(test)]
mod tests;
