//! Parameters that can hold nothing but the default endpoint of some API.

use crate::value::Text;

const ENDPOINT: &str = ".execute-api.";
const DOMAINS: [&str; 2] = [".amazonaws.com", ".amazonaws.com.cn"];

/// The parts of a host name that a parameter is restricted to: its id and its region remain unknown.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html>
pub(super) fn endpoint(parameter: &Text, pattern: Option<&str>, values: &[String]) -> Option<Text> {
    let domain = match values {
        [] => of_pattern(pattern?)?,
        _ => of_values(values)?,
    };
    let mut text = parameter.piece(".", 0)?;
    text.push_str(ENDPOINT);
    text.push(&parameter.piece(".", 2)?);
    text.push_str(domain);
    Some(text)
}

fn of_values(values: &[String]) -> Option<&'static str> {
    let is_endpoint = |value: &String, domain: &str| {
        let before = value.strip_suffix(domain).and_then(|rest| rest.split_once(ENDPOINT));
        before.is_some_and(|(id, region)| is_label(id) && is_label(region))
    };
    DOMAINS.into_iter().find(|domain| values.iter().all(|value| is_endpoint(value, domain)))
}

fn is_label(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// The pattern has to match the whole value, so its own anchors add nothing.
fn of_pattern(pattern: &str) -> Option<&'static str> {
    let pattern = pattern.strip_prefix('^').unwrap_or(pattern);
    let pattern = pattern.strip_suffix('$').unwrap_or(pattern);
    // A dot that is not escaped is meant as one as well.
    let pattern = pattern.replace("\\.", ".");
    let domain = DOMAINS.into_iter().find(|domain| pattern.ends_with(domain))?;
    let (id, region) = pattern.strip_suffix(domain)?.split_once(ENDPOINT)?;
    (is_one_label(id) && is_one_label(region)).then_some(domain)
}

/// Whether a part of a pattern is probably meant for one label: characters, classes of them, and how often.
fn is_one_label(pattern: &str) -> bool {
    let mut rest = pattern.chars().peekable();
    let mut found = false;
    while let Some(c) = rest.next() {
        found = true;
        match c {
            '[' => {
                let class: String = rest.by_ref().take_while(|c| *c != ']').collect();
                let is_closed = class.strip_prefix('^').map(|but| but.contains('.'));
                if !is_closed.unwrap_or_else(|| !class.contains(['.', '\\'])) {
                    return false;
                }
            }
            '.' if matches!(rest.peek(), Some('+' | '*' | '{')) => {}
            '\\' if matches!(rest.next(), Some('w' | 'd' | '-')) => {}
            '{' => {
                let count: String = rest.by_ref().take_while(|c| *c != '}').collect();
                if !count.bytes().all(|byte| byte.is_ascii_digit() || byte == b',') {
                    return false;
                }
            }
            '+' | '*' | '-' | '(' | ')' | '|' => {
                // Alternatives outside of a group would divide the whole pattern.
                if c == '|' && pattern.matches('(').count() == 0 {
                    return false;
                }
            }
            c if c.is_ascii_alphanumeric() => {}
            _ => return false,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_that_fix_the_host_are_read() {
        let api = Some(".amazonaws.com");
        assert_eq!(of_pattern(r"^[a-z0-9]+\.execute-api\.[a-z0-9-]+\.amazonaws\.com$"), api);
        assert_eq!(of_pattern(r"[a-z0-9]{10}\.execute-api\.eu-west-1\.amazonaws\.com"), api);
        assert_eq!(of_pattern(r"^[^.]+\.execute-api\.(eu|us)-\w+-\d\.amazonaws\.com$"), api);
        assert_eq!(
            of_pattern(r"^\w+\.execute-api\.[a-z0-9-]*\.amazonaws\.com\.cn$"),
            Some(".amazonaws.com.cn")
        );
    }

    #[test]
    fn patterns_that_allow_other_hosts_are_not() {
        for pattern in [
            r".*",
            r"a\.com|[a-z]+\.execute-api\.[a-z-]+\.amazonaws\.com",
            r"[a-z]+\.execute-api\.[a-z-]+\.amazonaws\.com|a",
            r"(x)?[a-z]+\.execute-api\.[a-z-]+\.amazonaws\.com",
            r"https://[a-z]+\.execute-api\.[a-z-]+\.amazonaws\.com",
            r"[a-z]+.execute-api.[a-z-]+.amazonaws.com/.*",
            r".+api.[a-z-]+.amazonaws.com",
            r"^([a-z]+\.execute-api\.[a-z-]+\.amazonaws\.com)?$",
        ] {
            assert_eq!(of_pattern(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn all_values_have_to_be_endpoints() {
        let of =
            |values: &[&str]| of_values(&values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>());
        let api = "abc.execute-api.eu-west-1.amazonaws.com";
        assert_eq!(of(&[api, "def.execute-api.eu-west-1.amazonaws.com"]), Some(".amazonaws.com"));
        assert_eq!(of(&[api, "api.example.com"]), None);
    }
}
