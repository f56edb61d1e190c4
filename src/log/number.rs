//! Numbers as JSON writes them, turned into decimals without rounding.

use rust_decimal::Decimal;

/// The longest number that can be of use.
const MAX_DIGITS: usize = 200;

/// The decimal that a sound JSON number stands for; `None` where it cannot be kept exactly.
#[inline]
pub(crate) fn decimal(text: &str) -> Option<Decimal> {
    short(text).or_else(|| long(text))
}

/// A number of at most 18 digits without an exponent.
#[inline]
fn short(text: &str) -> Option<Decimal> {
    let (negative, digits) = match text.as_bytes() {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    if digits.len() > 18 {
        return None;
    }
    let (mut number, mut point) = (0i64, None);
    for (i, byte) in digits.iter().enumerate() {
        match byte {
            b'0'..=b'9' => number = number * 10 + i64::from(byte - b'0'),
            b'.' => point = Some(i),
            _ => return None,
        }
    }
    let scale = point.map_or(0, |at| digits.len() - at - 1);
    Some(Decimal::new(if negative { -number } else { number }, u32::try_from(scale).ok()?))
}

/// Any other number: digits without needless zeros, and a power of ten.
#[cold]
fn long(text: &str) -> Option<Decimal> {
    if text.len() > MAX_DIGITS {
        return None;
    }
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let significant = digits.trim_end_matches('0');
    let exponent: i64 = exponent.parse().ok().or_else(|| is_zero(significant).then_some(0))?;
    let zeros = i64::try_from(digits.len() - significant.len()).ok()?;
    let power = exponent.checked_add(zeros)? - i64::try_from(fraction.len()).ok()?;
    if is_zero(significant) { Some(Decimal::ZERO) } else { scaled(significant, power) }
}

fn is_zero(significant: &str) -> bool {
    matches!(significant, "" | "-")
}

fn scaled(digits: &str, power: i64) -> Option<Decimal> {
    if power >= 0 {
        let zeros = usize::try_from(power).ok().filter(|zeros| *zeros <= 28)?;
        return Decimal::from_str_exact(&format!("{digits}{}", "0".repeat(zeros))).ok();
    }
    let number: i128 = digits.parse().ok()?;
    Decimal::try_from_i128_with_scale(number, u32::try_from(-power).ok()?).ok()
}

/// The whole number that a decimal is.
pub(crate) fn whole(number: Decimal) -> Option<i64> {
    if number.is_integer() { i64::try_from(number.trunc()).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn shown(text: &str) -> Option<String> {
        decimal(text).map(|n| n.to_string())
    }

    #[test]
    fn numbers_are_exact() {
        let cases = [
            ("0", "0"),
            ("-0", "0"),
            ("12", "12"),
            ("199.90", "199.90"),
            ("-0.05", "-0.05"),
            ("1e2", "100"),
            ("1.50e1", "15"),
            ("25E-1", "2.5"),
            ("0e99999999999999999999", "0"),
            ("79228162514264337593543950335", "79228162514264337593543950335"),
            ("0.30000000000000004", "0.30000000000000004"),
            ("0.10000000000000000000000000000000000000", "0.1"),
            ("10000000000000000000000e-20", "100"),
        ];
        for (text, number) in cases {
            assert_eq!(shown(text).as_deref(), Some(number), "{text}");
        }
    }

    #[test]
    fn what_cannot_be_kept_is_refused() {
        for text in ["1e400", "1e-400", "1e29", "79228162514264337593543950336", "0.12345678901234567890123456789012"] {
            assert_eq!(decimal(text), None, "{text}");
        }
        assert_eq!(decimal(&"9".repeat(100_000)), None);
    }

    proptest! {
        #[test]
        fn short_and_long_agree(text in r"-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,8})?") {
            prop_assert_eq!(short(&text), long(&text));
        }
    }
}
