use super::*;
use texts::{DOUBTFUL, NUMBERS, OTHERS};

mod texts;

const SIGNS: [Option<DecimalSign>; 3] = [None, Some(DecimalSign::Comma), Some(DecimalSign::Point)];

#[test]
fn a_text_that_is_one_number_is_that_number_whatever_the_decimal_sign() {
    for (text, number) in NUMBERS {
        for sign in SIGNS {
            assert_eq!(read(text, sign).as_deref(), Ok(*number), "{text} {sign:?}");
        }
    }
    assert!(NUMBERS.len() >= 60);
}

#[test]
fn a_text_that_may_be_two_numbers_is_decided_by_the_decimal_sign() {
    for (text, with_comma, with_point) in DOUBTFUL {
        let error = read(text, None).expect_err(text);
        let either = Unread::Either {
            with_comma: (*with_comma).to_owned(),
            with_point: (*with_point).to_owned(),
        };
        assert_eq!(error, either, "{text}");
        assert_eq!(read(text, SIGNS[1]).as_deref(), Ok(*with_comma), "{text}");
        assert_eq!(read(text, SIGNS[2]).as_deref(), Ok(*with_point), "{text}");
    }
}

#[test]
fn a_plain_number_of_json_has_a_point_unless_the_comma_is_asked_for() {
    for text in ["1.234", "-1.234", " 1.234 "] {
        assert_eq!(
            read(text, SIGNS[1]).unwrap().trim_start_matches('-'),
            "1234"
        );
        for sign in [SIGNS[0], SIGNS[2]] {
            assert_eq!(read(text, sign).unwrap().trim_start_matches('-'), "1.234");
        }
    }
}

#[test]
fn other_text_is_no_number() {
    for text in OTHERS {
        for sign in SIGNS {
            assert_eq!(read(text, sign), Err(Unread::NoNumber), "{text:?}");
        }
    }
}

/// Formats random numbers as documents of both conventions do, and reads them back.
#[test]
fn numbers_come_back_from_both_conventions() {
    let seed = std::env::var("NUMERAL_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| fastrand::u64(..));
    println!("NUMERAL_SEED={seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    for _ in 0..20_000 {
        let digits: String = (0..random.usize(1..=12))
            .map(|_| random.digit(10))
            .collect();
        let whole = without_zeros(&digits);
        let fraction: String = (0..random.usize(0..=4)).map(|_| random.digit(10)).collect();
        let (group, point, sign) = random
            .choice([
                (".", ",", DecimalSign::Comma),
                ("\u{a0}", ",", DecimalSign::Comma),
                ("", ",", DecimalSign::Comma),
                (",", ".", DecimalSign::Point),
                ("’", ".", DecimalSign::Point),
                ("", ".", DecimalSign::Point),
            ])
            .expect("a convention");
        let mut text = in_groups(whole, group);
        let mut number = whole.to_owned();
        if !fraction.is_empty() {
            text = format!("{text}{point}{fraction}");
            number = format!("{number}.{fraction}");
        }
        if random.bool() {
            text = random
                .choice([format!("-{text}"), format!("({text})"), format!("{text}-")])
                .expect("a sign");
            number = signed(true, number);
        }
        if random.bool() {
            text = random
                .choice([
                    format!("{text} €"),
                    format!("EUR {text}"),
                    format!("${text}"),
                ])
                .expect("a currency");
        }
        assert_eq!(read(&text, Some(sign)), Ok(number.clone()), "{text}");
        // Without the sign it is the same number, or in doubt, but never another one, unless it is
        // a number of JSON as well.
        match read(&text, None) {
            Ok(read) if serde_json::from_str::<f64>(&text).is_ok() => {
                assert_eq!(read.parse::<f64>(), text.parse::<f64>(), "{text}");
            }
            Ok(read) => assert_eq!(read, number, "{text}"),
            Err(Unread::Either {
                with_comma,
                with_point,
            }) => {
                assert!([with_comma, with_point].contains(&number), "{text}");
            }
            Err(Unread::NoNumber) => panic!("{text} is {number}"),
        }
    }
}

fn in_groups(digits: &str, separator: &str) -> String {
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push_str(separator);
        }
        text.push(digit);
    }
    text
}
