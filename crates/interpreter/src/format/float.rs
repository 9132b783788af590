//! Digits of floats: the shortest that read back the same, and rounded ones, arranged as Python does.

/// The shortest text that reads back as the same float: `1.0`, `1e+16`, `nan`.
pub fn float_repr(float: f64) -> String {
    if !float.is_finite() {
        return signed(float, non_finite(float).to_owned());
    }
    let (digits, exponent) = shortest(float.abs());
    let mut text = if (-4..16).contains(&exponent) {
        let mut fixed = place_point(&digits, exponent);
        if !fixed.contains('.') {
            fixed.push_str(".0");
        }
        fixed
    } else {
        scientific_of(&digits, exponent)
    };
    if float.is_sign_negative() {
        text.insert(0, '-');
    }
    text
}

fn signed(float: f64, text: String) -> String {
    if float.is_sign_negative() && !float.is_nan() { format!("-{text}") } else { text }
}

/// `inf` or `nan`.
pub(super) fn non_finite(float: f64) -> &'static str {
    if float.is_nan() { "nan" } else { "inf" }
}

/// The shortest digits of a finite, non-negative float, and the power of ten of the first one.
fn shortest(float: f64) -> (String, i32) {
    let (digits, exponent) = split_scientific(&format!("{float:e}"));
    // Between two shortest texts equally near, the even one is taken. Shorter texts than this are never equally near.
    if digits.len() >= 15 {
        let rounded = format!("{float:.*e}", digits.len() - 1);
        if rounded.parse() == Ok(float) {
            let (even, exponent) = split_scientific(&rounded);
            return (even.trim_end_matches('0').to_owned(), exponent);
        }
    }
    (digits, exponent)
}

/// `d.ddde±x` as its digits and its exponent.
fn split_scientific(text: &str) -> (String, i32) {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    (mantissa.replace('.', ""), exponent.parse().unwrap_or(0))
}

/// Digits with the point where the exponent of the first one puts it.
fn place_point(digits: &str, exponent: i32) -> String {
    if exponent < 0 {
        return format!("0.{}{digits}", "0".repeat(exponent.unsigned_abs() as usize - 1));
    }
    let whole = exponent as usize + 1;
    if digits.len() <= whole {
        format!("{digits}{}", "0".repeat(whole - digits.len()))
    } else {
        format!("{}.{}", &digits[..whole], &digits[whole..])
    }
}

fn scientific_of(digits: &str, exponent: i32) -> String {
    let (first, rest) = digits.split_at(1);
    let point = if rest.is_empty() { "" } else { "." };
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{first}{point}{rest}e{sign}{:02}", exponent.unsigned_abs())
}

/// No float has more significant digits after the point than this; further ones are zeros.
const MAX_DIGITS: usize = 1100;

/// A finite, non-negative float with exactly `precision` digits after the point.
pub(super) fn fixed(float: f64, precision: usize, keep_point: bool) -> String {
    if !keep_point && let Some(text) = fixed_by_integers(float, precision) {
        return text;
    }
    let mut text = format!("{:.*}", precision.min(MAX_DIGITS), float);
    text.extend(std::iter::repeat_n('0', precision.saturating_sub(MAX_DIGITS)));
    if keep_point && precision == 0 {
        text.push('.');
    }
    text
}

/// As [`fixed`], by integer arithmetic, for floats and precisions of usual size: it is exact, and much faster.
fn fixed_by_integers(float: f64, precision: usize) -> Option<String> {
    let bits = float.to_bits();
    let exponent = (bits >> 52) as i32 - 1075;
    // The float is mantissa * 2^exponent. Digits after the point come from shifting mantissa * 10^precision.
    if !(-120..=0).contains(&exponent) || precision > 20 {
        return None;
    }
    let mantissa = (bits & ((1 << 52) - 1)) | (1 << 52);
    let shift = exponent.unsigned_abs();
    let scale = 10_u128.pow(precision as u32);
    // 53 bits times 67 bits.
    let scaled = u128::from(mantissa) * scale;
    let (mut digits, rest) = (scaled >> shift, scaled & ((1 << shift) - 1));
    let half = (1_u128 << shift) >> 1;
    if shift > 0 && (rest > half || (rest == half && digits % 2 == 1)) {
        digits += 1;
    }
    let mut buffer = itoa::Buffer::new();
    let mut text = String::with_capacity(24 + precision);
    match (u64::try_from(digits / scale), u64::try_from(digits % scale)) {
        (Ok(whole), Ok(fraction)) => {
            text.push_str(buffer.format(whole));
            if precision > 0 {
                let fraction = buffer.format(fraction);
                text.push('.');
                text.extend(std::iter::repeat_n('0', precision - fraction.len()));
                text.push_str(fraction);
            }
            Some(text)
        }
        _ => None,
    }
}

/// A finite, non-negative float as `d.ddde±xx` with `precision` digits after the point.
pub(super) fn scientific(float: f64, precision: usize, keep_point: bool) -> String {
    let (mut digits, exponent) = split_scientific(&format!("{:.*e}", precision.min(MAX_DIGITS), float));
    digits.extend(std::iter::repeat_n('0', precision.saturating_sub(MAX_DIGITS)));
    let text = scientific_of(&digits, exponent);
    if keep_point && precision == 0 { text.replacen('e', ".e", 1) } else { text }
}

/// A finite, non-negative float with `precision` significant digits, fixed or scientific by its size.
///
/// `add_point_zero` is the form without a type letter: at least one digit follows the point.
pub(super) fn general(float: f64, precision: usize, keep_zeros: bool, add_point_zero: bool) -> String {
    let precision = precision.max(1);
    let shown = precision.min(MAX_DIGITS);
    let (mut digits, exponent) = split_scientific(&format!("{:.*e}", shown - 1, float));
    let limit = i32::try_from(precision).unwrap_or(i32::MAX) - i32::from(add_point_zero);
    if !keep_zeros {
        let kept = digits.trim_end_matches('0').len().max(1);
        digits.truncate(kept);
    }
    if (-4..limit).contains(&exponent) {
        let mut text = place_point(&digits, exponent);
        if add_point_zero && !text.contains('.') {
            text.push_str(".0");
        } else if keep_zeros && !text.contains('.') {
            text.push('.');
        }
        text
    } else {
        let text = scientific_of(&digits, exponent);
        if keep_zeros && digits.len() == 1 { text.replacen('e', ".e", 1) } else { text }
    }
}

/// The shortest digits, in the arrangement of [`general`] without a type letter.
pub(super) fn shortest_general(float: f64) -> String {
    float_repr(float.abs())
}
