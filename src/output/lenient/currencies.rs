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

/// Words and short forms, as they are written.
const WORDS: &str = "Euro EURO euro Euros euros Eur eur DM Fr Fr. SFr. sFr. Sfr. kr kr. Kr Kr. Kč zł \
    Ft lei Lei TL Rs Rs. RM R лв лв. руб руб. р. грн 元 円 원 Dollar Dollars dollars";

/// Tells whether a text is the sign, the code or the short form of a currency.
pub(super) fn is_currency(name: &str) -> bool {
    let mut characters = name.chars();
    let is_symbol = characters.next_back().is_some_and(is_symbol)
        // Such as `US$` and `R$`.
        && characters.as_str().len() <= 3
        && characters.all(|letter| letter.is_ascii_uppercase());
    is_symbol
        || [CODES, WORDS]
            .iter()
            .any(|names| names.split_whitespace().any(|known| known == name))
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
            | '\u{fe69}'
            | '\u{ff04}'
            | '\u{ffe1}'
            | '\u{ffe5}'..='\u{ffe6}'
    )
}
