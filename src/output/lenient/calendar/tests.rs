use super::*;

/// What documents hold of the last day of 2026, in whatever order day and month stand.
const LAST_DAY: &[&str] = &[
    "2026-12-31",
    "2026/12/31",
    "2026.12.31",
    "2026 12 31",
    "2026‑12‑31",
    "2026-Dec-31",
    "31.12.2026",
    "31. 12. 2026",
    "31/12/2026",
    "31-12-2026",
    "31 12 2026",
    "31 / 12 / 2026",
    "12/31/2026",
    "12-31-2026",
    "12.31.2026",
    "31 Dec 2026",
    "31 DEC 2026",
    "31-Dec-2026",
    "31/Dec/2026",
    "31.Dec.2026",
    "31Dec2026",
    "31 December 2026",
    "31. December 2026",
    "31st December 2026",
    "31st of December 2026",
    "31st of December, 2026",
    "Dec 31, 2026",
    "Dec. 31, 2026",
    "December 31, 2026",
    "December 31st, 2026",
    "december 31 2026",
    "Thursday, 31 December 2026",
    "Thu 31 Dec 2026",
    "Thu, Dec 31, 2026",
    "2026 December 31",
    "2026-12-31T23:59:00Z",
    "2026-12-31t23:59:00.000z",
    "2026-12-31T23:59:59.999999+02:00",
    "2026-12-31T00:00:00-0530",
    "2026-12-31 23:59",
    "2026-12-31 23:59:59 UTC",
    "31.12.2026 9:05",
    "31.12.2026, 10:00 Uhr",
    "31/12/2026 10:00:00",
    "12/31/2026 11:59 PM",
    "Dec 31, 2026, 11:59:59 p.m.",
    "December 31, 2026 at 5:30 pm",
    "Thu, 31 Dec 2026 10:00:00 GMT",
    " 31.12.2026\n",
    "31\u{a0}December\u{202f}2026",
    "\u{200e}31.12.2026",
    "３１．１２．２０２６",
];

/// Numbers in doubt, and whether they are so without an order.
const FOURTH_OR_THIRD: &[(&str, bool)] = &[
    ("03/04/2026", true),
    ("3/4/2026", true),
    ("03-04-2026", true),
    ("3 4 2026", true),
    ("03/04/2026 10:00", true),
    ("03.04.2026", false),
    ("3. 4. 2026", false),
];

const OTHERS: &[&str] = &[
    "",
    "-",
    "n/a",
    "today",
    "2026",
    "Dec 2026",
    "12/2026",
    "31.12.26",
    "12/31/26",
    "20261231",
    "31122026",
    "2026-13-01",
    "2026-02-29",
    "2026-31-12",
    "31.13.2026",
    "32/12/2026",
    "0/1/2026",
    "31.12/2026",
    "2026-12/31",
    "31..12.2026",
    "31.12.2026.",
    "31.12.2026-",
    "1.2.3.2026",
    "31 Dez 2026",
    "31 De 2026",
    "31 Decembers 2026",
    "31 31 December",
    "Dec Dec 2026",
    "2026 2026 2026",
    "31 Dec 2026 2027",
    "Wednesday, 31 December 2026",
    "Thursday",
    "12026-12-31",
    "2026-12-31Tomorrow",
    "2026-12-31T10",
    "2026-12-31 at noon",
    "2026-12-31T10:0:00",
    "2026-12-31T10:00:00+2",
    "2026-12-31 100:00",
    "10:00",
    "1.234,50",
    "31x12x2026",
    "٣١.١٢.٢٠٢٦",
    "2026-12-31 - 2027-01-31",
];

const ORDERS: [Option<Order>; 3] = [None, Some(Order::DayFirst), Some(Order::MonthFirst)];

fn date(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).expect("a date")
}

#[test]
fn a_text_that_is_one_date_is_that_date_whatever_the_order() {
    for text in LAST_DAY {
        for order in ORDERS {
            assert_eq!(
                read(text, order),
                Ok(date(2026, 12, 31)),
                "{text} {order:?}"
            );
        }
    }
    for (text, expected) in [
        ("5/5/2026", date(2026, 5, 5)),
        ("29 February 2028", date(2028, 2, 29)),
        ("1 May 2026", date(2026, 5, 1)),
        ("2nd Sept 2026", date(2026, 9, 2)),
        ("3rd of Aug. 2026", date(2026, 8, 3)),
        ("2026-03-04", date(2026, 3, 4)),
        ("2026/3/4", date(2026, 3, 4)),
    ] {
        for order in ORDERS {
            assert_eq!(read(text, order), Ok(expected), "{text} {order:?}");
        }
    }
}

#[test]
fn a_text_that_may_be_two_dates_is_decided_by_the_order() {
    let (day_first, month_first) = (date(2026, 4, 3), date(2026, 3, 4));
    for (text, is_doubtful) in FOURTH_OR_THIRD {
        let without_order = if *is_doubtful {
            Err(Unread::Either {
                day_first,
                month_first,
            })
        } else {
            Ok(day_first)
        };
        assert_eq!(read(text, None), without_order, "{text}");
        assert_eq!(read(text, Some(Order::DayFirst)), Ok(day_first), "{text}");
        assert_eq!(
            read(text, Some(Order::MonthFirst)),
            Ok(month_first),
            "{text}"
        );
    }
}

#[test]
fn other_text_is_no_date() {
    for text in OTHERS {
        for order in ORDERS {
            assert_eq!(read(text, order), Err(Unread::NoDate), "{text:?}");
        }
    }
}

/// Every day of some years, in every form in which its order is plain.
#[test]
fn dates_come_back_from_every_form() {
    let first = date(2023, 1, 1);
    for date in first.iter_days().take_while(|date| date.year() < 2029) {
        for form in [
            "%Y-%m-%d",
            "%Y/%m/%d",
            "%d.%m.%Y",
            "%-d %b %Y",
            "%B %-d, %Y",
            "%A, %d %B %Y",
            "%FT10:00:00Z",
        ] {
            let text = date.format(form).to_string();
            assert_eq!(read(&text, None), Ok(date), "{text}");
        }
        for (form, order) in [
            ("%d/%m/%Y", Order::DayFirst),
            ("%m/%d/%Y", Order::MonthFirst),
        ] {
            let text = date.format(form).to_string();
            assert_eq!(read(&text, Some(order)), Ok(date), "{text}");
            let is_plain = date.day() > 12 || date.day() == date.month();
            assert_eq!(read(&text, None).is_ok(), is_plain, "{text}");
        }
    }
}
