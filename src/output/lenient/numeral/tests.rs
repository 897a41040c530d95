use super::*;

/// What documents hold, and what it means with any decimal sign.
const NUMBERS: &[(&str, &str)] = &[
    // As JSON has it.
    ("12.50", "12.50"),
    ("1.5", "1.5"),
    ("-3", "-3"),
    ("0", "0"),
    ("-0", "0"),
    ("0.125", "0.125"),
    ("1e3", "1000"),
    ("1.5E+2", "150.0"),
    ("1.25e1", "12.50"),
    ("-25e-3", "-0.025"),
    ("0e5", "0"),
    (
        "123456789012345678901234567890.5",
        "123456789012345678901234567890.5",
    ),
    // With one decimal sign, or none.
    ("1234,5", "1234.5"),
    ("12,50", "12.50"),
    ("0,125", "0.125"),
    ("1234,567", "1234.567"),
    (",5", "0.5"),
    (".50", "0.50"),
    ("007", "007"),
    ("+7", "7"),
    ("12,3456", "12.3456"),
    // Grouped.
    ("1.234,50", "1234.50"),
    ("1,234.50", "1234.50"),
    ("1.234,567", "1234.567"),
    ("12.345.678", "12345678"),
    ("12,345,678", "12345678"),
    ("12.345.678,90", "12345678.90"),
    ("12,34,567.00", "1234567.00"),
    ("1,23,456", "123456"),
    ("1'234.50", "1234.50"),
    ("1’234’567", "1234567"),
    ("1´234,50", "1234.50"),
    ("1 234,5", "1234.5"),
    ("1\u{a0}234,5", "1234.5"),
    ("1\u{202f}234\u{202f}567,89", "1234567.89"),
    ("1\u{2009}234.567", "1234.567"),
    ("1  234", "1234"),
    ("12 345 678", "12345678"),
    // With a currency or a percent sign.
    ("1.234,50 €", "1234.50"),
    ("€1.234,50", "1234.50"),
    ("EUR 1,234.50", "1234.50"),
    ("1 234,50 EUR", "1234.50"),
    ("$12", "12"),
    ("$.50", "0.50"),
    ("US$ 1,234.50", "1234.50"),
    ("R$ 1.234,56", "1234.56"),
    ("$1,234.50 USD", "1234.50"),
    ("£12.99", "12.99"),
    ("CHF 1'234.50", "1234.50"),
    ("Fr. 12.–", "12"),
    ("12,- €", "12"),
    ("12,-- Euro", "12"),
    ("kr. 1.234,00", "1234.00"),
    ("99 kr", "99"),
    ("99,90 zł", "99.90"),
    ("1 299 Kč", "1299"),
    ("Rs.500/-", "500"),
    ("₹ 12,34,567.00", "1234567.00"),
    ("¥12,345,678", "12345678"),
    ("１２，５０ 円", "12.50"),
    ("12 %", "12"),
    ("12,5%", "12.5"),
    ("%12", "12"),
    // Negative.
    ("(12.50)", "-12.50"),
    ("(€ 12,50)", "-12.50"),
    ("$(1,234.50)", "-1234.50"),
    ("3-", "-3"),
    ("12,50- €", "-12.50"),
    ("€ -12,50", "-12.50"),
    ("-€12,50", "-12.50"),
    ("\u{2212}12,50", "-12.50"),
    ("– 3 %", "-3"),
    ("-12,- €", "-12"),
    ("-0,00 €", "0.00"),
    // With what isn't seen around it.
    (" 12,50\n", "12.50"),
    ("\u{feff}12\u{200b},50", "12.50"),
    ("\u{200e}-12,50\u{202c}", "-12.50"),
];

/// What can be read in two ways: the text, with the comma, with the point.
const DOUBTFUL: &[(&str, &str, &str)] = &[
    ("1,234", "1.234", "1234"),
    ("1.234 €", "1234", "1.234"),
    ("$1,234", "1.234", "1234"),
    ("-12,345", "-12.345", "-12345"),
    ("(123.456)", "-123456", "-123.456"),
    ("123,000", "123.000", "123000"),
    ("1.500 %", "1500", "1.500"),
    ("+1.234", "1234", "1.234"),
];

const OTHERS: &[&str] = &[
    "",
    " ",
    "-",
    "€",
    "EUR",
    "n/a",
    "twelve",
    "12 chairs",
    "12 of 13",
    "€ 12 %",
    "12 kg",
    "12 ¢",
    "1/2",
    "31.12.2026",
    "10:30",
    "1,23,45",
    "12,34.56.78",
    "1.234,567,8",
    "1,234.567.890",
    "1 23",
    "12 34",
    "0.123.456",
    "01,234,567",
    "1'23",
    "1 234'567",
    "1,,5",
    "1..5",
    "12.",
    "12,",
    "--3",
    "-3-",
    "-(3)",
    "(-3)",
    "((3))",
    "(3",
    "3)",
    "+-3",
    "3+",
    "1e",
    "1e999999999999",
    "1e401",
    "0x10",
    "NaN",
    "inf",
    "1_000",
    "EUR EUR 3",
    "£ $ 3",
    "3 € €",
    "#3",
    "true",
    "{}",
    "\"3\"",
    "1·5",
    "12.50 eUr",
    "٣",
];

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
