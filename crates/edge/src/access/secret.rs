//! Secrets that CloudFront sends to an origin in a custom header, and who else can read them.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/add-origin-custom-headers.html>

use cflint_template::model::{CustomHeader, Model, ParameterUse};
use cflint_template::value::Reference;

use crate::access::resource_policy::requires_header;
use crate::access::verification::looks_at;
use crate::facts::Certainty;

/// How a value can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clear<'m> {
    /// It is written in the template.
    Literal,
    /// It is the default of a parameter.
    Default(&'m ParameterUse),
    /// It is shown to anyone who may view the stack.
    Shown(&'m ParameterUse),
}

/// Last words of the names of headers that hold secrets.
const WORDS: [&str; 9] =
    ["auth", "authorization", "credential", "credentials", "key", "passwd", "password", "secret", "token"];
/// What the names of such headers contain in any place.
const SIGNS: [&str; 5] = ["apikey", "password", "secret", "verification", "verify"];
/// Last words of names that only say that it is a header.
const PADDING: [&str; 2] = ["header", "value"];
/// Last words of the names of headers and parameters that hold where a secret is, not the secret.
const POINTERS: [&str; 4] = ["arn", "id", "name", "path"];
/// Values that mean yes or no and are not secrets.
const FLAGS: [&str; 6] = ["true", "false", "yes", "no", "1", "0"];

/// Whether a custom header holds a secret, and how certain that is; `None` if nothing suggests it.
pub fn is_secret(model: &Model, name: &str) -> Option<Certainty> {
    let name = name.to_ascii_lowercase();
    if matches!(name.as_str(), "authorization" | "x-api-key")
        || model.web_acls.iter().any(|acl| looks_at(acl, &name).is_true())
        || model.apis.iter().any(|api| requires_header(api, &name).is_true())
    {
        return Some(Certainty::Certain);
    }
    let mut words: Vec<&str> =
        name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !PADDING.contains(word)).collect();
    let last = words.pop().unwrap_or_default();
    if POINTERS.contains(&last) {
        return None;
    }
    // A cache key is not a secret.
    let is_named = WORDS.contains(&last) && words.last() != Some(&"cache");
    (is_named || SIGNS.iter().any(|sign| name.contains(sign))).then_some(Certainty::Probable)
}

/// How the value of a custom header can be read; `None` if it cannot, or if the template does not say.
pub fn in_clear(header: &CustomHeader) -> Option<Clear<'_>> {
    let value = header.value.known()?;
    // A dynamic reference that a parameter holds, and what other tools fill in.
    if value.literals().any(|text| text.contains("{{")) || value.is_empty() {
        return None;
    }
    let is_flag = |text: &str| FLAGS.contains(&text.trim().to_ascii_lowercase().as_str());
    let points = |parameter: &ParameterUse| {
        let starts_word = |c: &char| c.is_ascii_uppercase() || !c.is_ascii_alphanumeric();
        let last = parameter.name.rfind(|c| starts_word(&c)).and_then(|at| parameter.name.get(at..));
        let last = last.unwrap_or(&parameter.name).trim_start_matches(|c: char| !c.is_ascii_alphanumeric());
        POINTERS.iter().any(|pointer| last.eq_ignore_ascii_case(pointer))
    };
    if value.as_literal().is_some_and(|text| text.starts_with("arn:")) || header.parameters.iter().any(points)
    {
        return None;
    }
    if value.as_literal().is_some_and(is_flag) || !value.holes().all(|hole| is_parameter(&hole.reference)) {
        return None;
    }
    let (by_default, others): (Vec<_>, Vec<_>) =
        header.parameters.iter().partition(|parameter| is_default(header, parameter));
    if let Some(parameter) = by_default.into_iter().find(|parameter| !parameter.is_indirect) {
        return Some(Clear::Default(parameter));
    }
    match others.as_slice() {
        [] if header.parameters.is_empty() && value.as_literal().is_some() => Some(Clear::Literal),
        others if others.iter().any(|parameter| parameter.no_echo) => None,
        others => others.first().map(|parameter| Clear::Shown(parameter)),
    }
}

fn is_parameter(reference: &Reference) -> bool {
    matches!(reference, Reference::Parameter(_))
}

fn is_default(header: &CustomHeader, parameter: &ParameterUse) -> bool {
    let rests_on = header.value.rests_on_default();
    rests_on.is_some_and(|(_, span)| parameter.default == Some(span))
}
