//! What a message may quote of a text that others wrote: its beginning, made visible.

/// The most characters that a message quotes.
const MAX_CHARS: usize = 300;

/// Returns the beginning of a text on one line.
pub(crate) fn excerpt(text: &str) -> String {
    let mut line = String::new();
    let spaced = text
        .split_whitespace()
        .enumerate()
        .flat_map(|(number, word)| (number > 0).then_some(' ').into_iter().chain(word.chars()));
    for (number, character) in spaced.enumerate() {
        if number == MAX_CHARS {
            line.push('…');
            break;
        }
        line.push(visible(character));
    }
    line
}

/// Returns the whole text with its line breaks, and without any other character that isn't seen.
pub(crate) fn whole(text: &str) -> String {
    let lines = text.replace("\r\n", "\n");
    let shown = lines.chars().map(|character| match character {
        '\n' | '\t' => character,
        _ => visible(character),
    });
    shown.collect()
}

/// Replaces what would act on a terminal, or change the order in which a line is read, instead of
/// being seen.
fn visible(character: char) -> char {
    let is_format = matches!(
        character,
        '\u{61c}'
            | '\u{180e}'
            | '\u{200b}'
            | '\u{200e}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}'
    );
    if is_format || character.is_control() {
        char::REPLACEMENT_CHARACTER
    } else {
        character
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_bounded_even_for_wide_characters() {
        assert_eq!(excerpt(&"é".repeat(10_000)).chars().count(), MAX_CHARS + 1);
        assert_eq!(
            excerpt(&"a ".repeat(MAX_CHARS)).chars().count(),
            MAX_CHARS + 1
        );
        assert_eq!(excerpt(&"é".repeat(MAX_CHARS)).chars().count(), MAX_CHARS);
    }

    #[test]
    fn an_excerpt_is_one_line() {
        assert_eq!(excerpt(" a\r\n\n b\t\u{2028}c \u{85}"), "a b c");
        assert_eq!(excerpt(" \n"), "");
    }

    #[test]
    fn what_is_not_seen_is_replaced() {
        for character in [
            '\x1b', '\x07', '\0', '\u{7f}', '\u{9b}', '\u{202e}', '\u{2066}',
        ] {
            let text = format!("a{character}b");
            assert_eq!(excerpt(&text), "a\u{fffd}b");
            assert_eq!(whole(&text), "a\u{fffd}b");
        }
        assert_eq!(whole("a\r\nb\rc\n\td"), "a\nb\u{fffd}c\n\td");
        // Emoji and Persian words are joined by characters that aren't seen.
        assert_eq!(
            whole("👩\u{200d}🚀 می\u{200c}روم"),
            "👩\u{200d}🚀 می\u{200c}روم"
        );
    }
}
