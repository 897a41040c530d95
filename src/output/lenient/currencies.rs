//! The names of currencies, as they stand beside amounts.

/// The codes of ISO 4217 that are in use, and those of the former currencies of Europe.
const CODES: &str = "AED AFN ALL AMD ANG AOA ARS ATS AUD AWG AZN BAM BBD BDT BEF BGN BHD BIF BMD BND \
    BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLF CLP CNH CNY COP CRC CUP CVE CZK DEM DJF DKK DOP DZD \
    EEK EGP ERN ESP ETB EUR FIM FJD FKP FRF GBP GEL GHS GIP GMD GNF GRD GTQ GYD HKD HNL HRK HTG HUF \
    IDR IEP ILS INR IQD IRR ISK ITL JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD \
    LSL LTL LUF LVL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NLG NOK \
    NPR NZD OMR PAB PEN PGK PHP PKR PLN PTE PYG QAR RMB RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP \
    SIT SKK SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS \
    VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG";

/// Signs, words and short forms, as they are written, after the codes of what they may stand for.
///
/// The letters before a sign are a closed list, since `M€` and `B$` make the number beside them
/// another one. For the same reason `B$`, `G$` and `T$` aren't the dollars of Brunei, Guyana and
/// Tonga here.
const NAMES: &[(&str, &str)] = &[
    ("EUR", "€ Euro EURO euro Euros euros Eur eur"),
    (
        "ARS AUD BBD BMD BND BSD BZD CAD CLP COP CUP DOP FJD GYD HKD JMD KYD LRD MOP MXN NAD NZD \
         SBD SGD SRD TTD TWD USD UYU XCD ZWG",
        "$",
    ),
    (
        "AUD BBD BMD BND BSD BZD CAD FJD GYD HKD JMD KYD LRD NAD NZD SBD SGD SRD TTD TWD USD XCD",
        "Dollar Dollars dollars",
    ),
    ("USD", "US$"),
    ("AUD", "A$ AU$"),
    ("BRL", "R$"),
    ("BZD", "BZ$"),
    ("CAD", "C$ CA$"),
    ("DOP", "RD$"),
    ("FJD", "FJ$"),
    ("HKD", "HK$"),
    ("JMD", "J$"),
    ("MXN", "MX$"),
    ("NAD", "N$"),
    ("NIO", "C$"),
    ("NZD", "NZ$"),
    ("SGD", "S$ SG$"),
    ("TTD", "TT$"),
    ("TWD", "NT$"),
    ("XCD", "EC$"),
    ("EGP FKP GBP GIP IEP LBP SDG SHP SSP SYP", "£"),
    ("EGP", "E£"),
    ("GBP", "GB£ UK£"),
    ("IEP", "IR£"),
    ("CNH CNY JPY", "¥"),
    ("JPY", "JP¥ 円"),
    ("CNH CNY", "CN¥ RMB"),
    ("CNH CNY HKD MOP TWD", "元"),
    ("KPW KRW", "₩ 원"),
    ("BEF CHF FRF LUF", "Fr Fr."),
    ("CHF", "SFr. sFr. Sfr."),
    ("DEM", "DM"),
    ("DKK EEK ISK NOK SEK", "kr kr. Kr Kr."),
    ("CZK", "Kč"),
    ("PLN", "zł"),
    ("HUF", "Ft"),
    ("MDL RON", "lei Lei"),
    ("TRY", "TL ₺"),
    ("INR LKR MUR NPR PKR SCR", "Rs Rs. ₨"),
    ("INR", "₹"),
    ("MYR", "RM"),
    ("ZAR", "R"),
    ("BGN", "лв лв."),
    ("BYN RUB", "руб руб. р."),
    ("RUB", "₽"),
    ("UAH", "грн ₴"),
    ("ILS", "₪"),
    ("THB", "฿"),
    ("VND", "₫"),
    ("PHP", "₱"),
    ("NGN", "₦"),
    ("GHS", "₵"),
    ("KZT", "₸"),
    ("GEL", "₾"),
    ("AZN", "₼"),
    ("AMD", "֏"),
    ("BDT", "৳"),
    ("CRC SVC", "₡"),
    ("PYG", "₲"),
    ("LAK", "₭"),
    ("MNT", "₮"),
    ("KHR", "៛"),
    ("IRR OMR QAR SAR YER", "﷼"),
];

/// Tells whether a text is the sign, the code or the short form of a currency, or a code with its
/// sign, as in `USD$`.
pub(super) fn is_currency(name: &str) -> bool {
    let mut characters = name.chars();
    let is_symbol = characters.next().is_some_and(is_symbol) && characters.as_str().is_empty();
    is_symbol || codes(name).next().is_some()
}

/// Tells whether two names may stand for one currency.
pub(super) fn are_of_one_currency(first: &str, second: &str) -> bool {
    first == second || codes(first).any(|code| codes(second).any(|other| other == code))
}

/// Returns the codes of the currencies that a name may stand for; none where it is unknown.
fn codes(name: &str) -> impl Iterator<Item = &'static str> {
    let itself = CODES.split_whitespace().filter(move |code| *code == name);
    let with_sign = name
        .char_indices()
        .next_back()
        .and_then(|(end, _)| name.split_at_checked(end))
        .into_iter()
        .flat_map(|(code, sign)| named(sign).filter(move |signed| *signed == code));
    itself.chain(with_sign).chain(named(name))
}

/// Returns the codes beside which a name stands in the table.
fn named(name: &str) -> impl Iterator<Item = &'static str> {
    NAMES
        .iter()
        .filter(move |(_, names)| names.split_whitespace().any(|known| known == name))
        .flat_map(|(codes, _)| codes.split_whitespace())
}

/// Tells whether a character is the sign of a currency. That of the cent isn't: it makes the number
/// beside it another one.
fn is_symbol(character: char) -> bool {
    matches!(
        character,
        '$' | '\u{a3}'..='\u{a5}'
            | '\u{58f}'
            | '\u{60b}'
            | '\u{9f2}'..='\u{9f3}'
            | '\u{af1}'
            | '\u{bf9}'
            | '\u{e3f}'
            | '\u{17db}'
            | '\u{20a0}'..='\u{20cf}'
            | '\u{fdfc}'
    )
}
