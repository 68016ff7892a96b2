//! What a scalar stands for: the rules of YAML 1.1 as CloudFormation's tools read them, and those of JSON.

use super::tree::TAGGED_STR;
use super::{Format, Kind, NodeRef, Style};

/// The value of a scalar. The text as written stays available through [`NodeRef::text`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Scalar<'t> {
    /// Nothing, `~` or `null`.
    Null,
    /// A boolean, in YAML also `yes`, `no`, `on` and `off`.
    Bool(bool),
    /// An integer. In YAML `0777` is octal and `1:30` has base 60, so an account id needs [`NodeRef::text`].
    Int(i64),
    /// Any other number, also an integer beyond 64 bits.
    Float(f64),
    /// A text. Dates are texts, quoted or not.
    Str(&'t str),
}

impl<'t> NodeRef<'t> {
    /// The value of a scalar; `None` for a container.
    pub fn scalar(self) -> Option<Scalar<'t>> {
        let text = self.text()?;
        let node = self.raw();
        Some(match node.style {
            _ if node.flags & TAGGED_STR != 0 => Scalar::Str(text),
            Style::Implicit => Scalar::Null,
            Style::Plain if self.tree.format == Format::Json => json(text),
            Style::Plain => yaml(text),
            _ => Scalar::Str(text),
        })
    }

    /// Whether the node is a scalar that stands for nothing.
    pub fn is_null(self) -> bool {
        self.kind() == Kind::Scalar && self.scalar() == Some(Scalar::Null)
    }
}

fn json(text: &str) -> Scalar<'_> {
    match text {
        "null" => Scalar::Null,
        "true" => Scalar::Bool(true),
        "false" => Scalar::Bool(false),
        _ => text
            .parse()
            .map(Scalar::Int)
            .or_else(|_| text.parse().map(Scalar::Float))
            .unwrap_or(Scalar::Str(text)),
    }
}

fn yaml(text: &str) -> Scalar<'_> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Scalar::Null,
        "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => return Scalar::Bool(true),
        "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            return Scalar::Bool(false);
        }
        _ => {}
    }
    if !text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '+' | '-' | '.')) {
        return Scalar::Str(text);
    }
    integer(text).or_else(|| float(text)).unwrap_or(Scalar::Str(text))
}

/// Splits off the sign: whether it is a minus, and the rest.
fn sign(text: &str) -> (bool, &str) {
    match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    }
}

fn integer(text: &str) -> Option<Scalar<'_>> {
    let (negative, digits) = sign(text);
    let plain = || digits.chars().filter(|c| *c != '_').collect::<String>();
    let all = |text: &str, allowed: fn(&u8) -> bool| {
        !text.is_empty() && text.bytes().all(|byte| byte == b'_' || allowed(&byte))
    };
    let value = if let Some(binary) = digits.strip_prefix("0b") {
        all(binary, |b| matches!(b, b'0' | b'1')).then(|| i128::from_str_radix(&plain()[2..], 2))?
    } else if let Some(hex) = digits.strip_prefix("0x") {
        all(hex, u8::is_ascii_hexdigit).then(|| i128::from_str_radix(&plain()[2..], 16))?
    } else if digits == "0" {
        Ok(0)
    } else if let Some(octal) = digits.strip_prefix('0') {
        all(octal, |b| matches!(b, b'0'..=b'7')).then(|| i128::from_str_radix(&plain(), 8))?
    } else if digits.starts_with(|c: char| c.is_ascii_digit()) && all(digits, u8::is_ascii_digit) {
        plain().parse()
    } else {
        return sexagesimal(digits).map(|value| int(if negative { -value } else { value }));
    };
    match value {
        Ok(value) => Some(int(if negative { -value } else { value })),
        // Only a decimal number can be read as a float instead.
        Err(_) => plain()
            .parse()
            .ok()
            .filter(|_| all(digits, u8::is_ascii_digit))
            .map(|value: f64| Scalar::Float(if negative { -value } else { value })),
    }
}

fn int<'t>(value: i128) -> Scalar<'t> {
    i64::try_from(value).map_or(Scalar::Float(value as f64), Scalar::Int)
}

/// `1:30` is 90, as in a duration.
fn sexagesimal(digits: &str) -> Option<i128> {
    let mut parts = digits.split(':');
    let first = parts.next()?;
    let valid = first.starts_with(|c: char| matches!(c, '1'..='9')) && digits.contains(':');
    let mut value: i128 = first.replace('_', "").parse().ok().filter(|_| valid)?;
    for part in parts {
        value = value.checked_mul(60)?.checked_add(i128::from(sixtieth(part)?))?;
    }
    Some(value)
}

fn sixtieth(part: &str) -> Option<u8> {
    let bytes = part.as_bytes();
    let fits = match bytes {
        [one] => one.is_ascii_digit(),
        [ten, one] => matches!(ten, b'0'..=b'5') && one.is_ascii_digit(),
        _ => false,
    };
    fits.then(|| part.parse().ok()).flatten()
}

fn float(text: &str) -> Option<Scalar<'_>> {
    let (negative, rest) = sign(text);
    let signed = |value: f64| Some(Scalar::Float(if negative { -value } else { value }));
    match rest {
        ".inf" | ".Inf" | ".INF" => return signed(f64::INFINITY),
        ".nan" | ".NaN" | ".NAN" if rest.len() == text.len() => return Some(Scalar::Float(f64::NAN)),
        _ => {}
    }
    let (whole, fraction) = rest.split_once('.')?;
    if whole.contains(':') {
        let (last, value) = (fraction_value(fraction)?, sexagesimal_float(whole)?);
        return signed(value + last);
    }
    let digits = |part: &str| part.bytes().all(|byte| byte == b'_' || byte.is_ascii_digit());
    let (decimals, exponent) = fraction.find(['e', 'E']).map_or((fraction, ""), |at| fraction.split_at(at));
    let starts_well = if whole.is_empty() {
        // `+.5` is a string, as in the tools.
        rest.len() == text.len() && decimals.starts_with(|c: char| c.is_ascii_digit())
    } else {
        whole.starts_with(|c: char| c.is_ascii_digit())
    };
    let power = exponent.get(1..).unwrap_or_default();
    let exponent_fits = exponent.is_empty()
        || (power.starts_with(['+', '-'])
            && power.len() > 1
            && power[1..].bytes().all(|b| b.is_ascii_digit()));
    if !(starts_well && digits(whole) && digits(decimals) && exponent_fits) {
        return None;
    }
    signed(rest.replace('_', "").parse().ok()?)
}

fn fraction_value(fraction: &str) -> Option<f64> {
    let allowed = fraction.bytes().all(|byte| byte == b'_' || byte.is_ascii_digit());
    allowed.then(|| format!("0.{}0", fraction.replace('_', "")).parse().ok()).flatten()
}

fn sexagesimal_float(whole: &str) -> Option<f64> {
    let mut parts = whole.split(':');
    let first = parts.next()?;
    let valid = first.starts_with(|c: char| c.is_ascii_digit());
    let mut value: f64 = first.replace('_', "").parse().ok().filter(|_| valid)?;
    for part in parts {
        value = value * 60.0 + f64::from(sixtieth(part)?);
    }
    Some(value)
}

/// How a node is named in a message: `a list`, `a mapping`, `3`.
pub(crate) fn describe(node: NodeRef<'_>) -> String {
    match node.kind() {
        Kind::Sequence => "a list".to_owned(),
        Kind::Mapping => "a mapping".to_owned(),
        Kind::Scalar => match node.text() {
            Some(text) if !text.is_empty() && text.len() <= 40 && !text.contains('\n') => format!("`{text}`"),
            Some("") | None => "nothing".to_owned(),
            Some(_) => "a string".to_owned(),
        },
    }
}
