//! What properties can hold, by type of resource and path: a table with its sources.

use std::sync::{LazyLock, OnceLock};

use cflint_diagnostics::Confidence;

use super::Prop;
use super::reader::Reader;
use crate::value::{Part, Text};

const DATA: &str = include_str!("../../data/property-values.txt");

/// The characters of a path pattern besides letters and digits.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern>
const PATTERN: &str = "_-.*?$/~\"'@:+&";

/// What a property can hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Allowed {
    OneOf {
        values: Vec<&'static str>,
        /// Whether case is ignored.
        any_case: bool,
    },
    /// A number in one of these ranges, both ends included.
    Number {
        /// The ranges; one without an end has none.
        ranges: Vec<(i64, Option<i64>)>,
        /// Whether AWS raises the upper bound on request.
        is_quota: bool,
    },
    /// At most this many characters.
    Length(usize),
    /// The characters of a path pattern, and at most this many.
    Pattern(usize),
    /// The characters of the name of a REST API's stage, and at most this many.
    Stage(usize),
    /// An object or a path without a slash in front, and at most this many characters.
    RootObject(usize),
    /// A host name in lower case, which may have an asterisk as its first label.
    Alias,
}

/// How a value differs from what its property can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueFault {
    /// It is not one of the values.
    NotListed,
    /// It is less than the least number, or in between.
    OutOfRange,
    /// It is more than the greatest number.
    TooMuch,
    /// It has this many characters.
    TooLong(usize),
    Character(char),
    /// It starts with a slash.
    SlashInFront,
    /// It has an asterisk that is not its first label.
    Asterisk,
    UpperCase,
}

/// A property that can hold only certain values, and what it holds.
#[derive(Debug, Clone)]
pub struct Setting {
    /// Path below `Properties`.
    pub property: String,
    pub value: Prop<Text>,
    pub allowed: &'static Allowed,
    /// How certain it is that anything else is rejected.
    pub certainty: Confidence,
}

impl Setting {
    /// What is certainly wrong with the value.
    pub fn fault(&self) -> Option<ValueFault> {
        self.allowed.fault(self.value.known()?)
    }
}

impl Allowed {
    fn fault(&self, text: &Text) -> Option<ValueFault> {
        let literal = text.as_literal().filter(|literal| !literal.is_empty());
        match self {
            Self::OneOf { values, any_case } => {
                let literal = literal?;
                let is_it = |value: &&str| {
                    if *any_case { literal.eq_ignore_ascii_case(value) } else { literal == *value }
                };
                (!values.iter().any(is_it)).then_some(ValueFault::NotListed)
            }
            Self::Number { ranges, .. } => {
                let number: f64 = literal?.trim().parse().ok()?;
                #[expect(clippy::cast_precision_loss, reason = "the limits are far below")]
                let holds = |(least, most): &(i64, Option<i64>)| {
                    number >= *least as f64 && most.is_none_or(|most| number <= most as f64)
                };
                #[expect(clippy::cast_precision_loss, reason = "the limits are far below")]
                let is_above = ranges.iter().all(|(_, most)| most.is_some_and(|most| number > most as f64));
                let fault = if is_above { ValueFault::TooMuch } else { ValueFault::OutOfRange };
                (!ranges.iter().any(holds)).then_some(fault)
            }
            Self::Length(most) => too_long(text, *most),
            Self::Pattern(most) => {
                let is_other = |c: &char| !c.is_ascii_alphanumeric() && !PATTERN.contains(*c);
                let wrong = literals(text).flat_map(str::chars).find(is_other);
                wrong.map(ValueFault::Character).or_else(|| too_long(text, *most))
            }
            Self::Stage(most) => {
                let is_other = |c: &char| !c.is_ascii_alphanumeric() && !"-_".contains(*c);
                let wrong = literals(text).flat_map(str::chars).find(is_other);
                wrong.map(ValueFault::Character).or_else(|| too_long(text, *most))
            }
            Self::RootObject(_) if text.prefix().starts_with('/') => Some(ValueFault::SlashInFront),
            Self::RootObject(most) => too_long(text, *most),
            Self::Alias => alias_fault(text),
        }
    }
}

/// What is wrong with an alternate domain name.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html#alternate-domain-names-requirements>
pub fn alias_fault(name: &Text) -> Option<ValueFault> {
    let wrong = literals(name).flat_map(str::chars).find(|c| c.is_whitespace() || "/:".contains(*c));
    if let Some(wrong) = wrong {
        return Some(ValueFault::Character(wrong));
    }
    for (index, part) in name.parts().iter().enumerate() {
        let Part::Lit(literal) = part else { continue };
        for (at, _) in literal.match_indices('*') {
            // What is before the literal may be empty, and what follows it may start with a dot.
            let is_first = at == 0;
            let is_label = literal.get(at + 1..).is_none_or(|rest| rest.is_empty() || rest.starts_with('.'));
            let is_whole = name.as_literal() == Some("*");
            if !is_first || !is_label || (is_whole && index == 0) {
                return Some(ValueFault::Asterisk);
            }
        }
    }
    let is_upper = literals(name).any(|literal| literal.contains(|c: char| c.is_ascii_uppercase()));
    is_upper.then_some(ValueFault::UpperCase)
}

/// What is wrong with the name of a REST API's stage.
/// <https://docs.aws.amazon.com/apigateway/latest/api/API_CreateStage.html>
pub fn stage_fault(name: &Text) -> Option<ValueFault> {
    const LONGEST: usize = 128;
    Allowed::Stage(LONGEST).fault(name)
}

fn literals(text: &Text) -> impl Iterator<Item = &str> {
    text.parts().iter().filter_map(|part| match part {
        Part::Lit(literal) => Some(literal.as_str()),
        Part::Hole(_) => None,
    })
}

/// Whatever the holes hold, the text is at least as long as its literals.
fn too_long(text: &Text, most: usize) -> Option<ValueFault> {
    let least = literals(text).map(|literal| literal.chars().count()).sum();
    (least > most).then_some(ValueFault::TooLong(least))
}

/// A line of the table.
#[derive(Debug)]
struct Row {
    /// Names of properties, and whether each is a list.
    path: Vec<(&'static str, bool)>,
    allowed: Allowed,
    certainty: Confidence,
}

/// The rows of one type of resource.
#[derive(Debug)]
struct Rows {
    kind: &'static str,
    /// Its lines, which stand together.
    lines: Vec<&'static str>,
    /// A template has resources of few of the types, so the lines are read when one occurs.
    rows: OnceLock<Vec<Row>>,
}

/// Sorted by type.
static TABLE: LazyLock<Vec<Rows>> = LazyLock::new(|| {
    let mut table: Vec<Rows> = Vec::new();
    for line in DATA.lines().filter(|line| !line.starts_with('#')) {
        let Some((kind, _)) = line.split_once(' ') else { continue };
        match table.last_mut().filter(|last| last.kind == kind) {
            Some(last) => last.lines.push(line),
            None => table.push(Rows { kind, lines: vec![line], rows: OnceLock::new() }),
        }
    }
    table
});

fn rows_of(kind: &str) -> Option<&'static Rows> {
    let at = TABLE.binary_search_by(|rows| rows.kind.cmp(kind)).ok()?;
    TABLE.get(at)
}

fn row(line: &'static str) -> Option<Row> {
    let mut fields = line.split(" | ").skip(1);
    let (property, allowed, certainty) = (fields.next()?, fields.next()?, fields.next()?);
    let certainty = match certainty {
        "C" => Confidence::Certain,
        "P" => Confidence::Likely,
        "U" => Confidence::Possible,
        _ => return None,
    };
    let segment = |name: &'static str| name.strip_suffix("[]").map_or((name, false), |name| (name, true));
    Some(Row { path: property.split('.').map(segment).collect(), allowed: parse(allowed)?, certainty })
}

fn parse(allowed: &'static str) -> Option<Allowed> {
    if let Some(values) = allowed.strip_prefix("one of ") {
        let (values, any_case) =
            values.strip_suffix(" any case").map_or((values, false), |rest| (rest, true));
        return Some(Allowed::OneOf { values: values.split(", ").collect(), any_case });
    }
    if let Some(ranges) = allowed.strip_prefix("number ") {
        let (ranges, is_quota) = ranges.strip_suffix(" quota").map_or((ranges, false), |rest| (rest, true));
        let range = |range: &str| match range.split_once("..") {
            Some((least, "")) => Some((least.parse().ok()?, None)),
            Some((least, most)) => Some((least.parse().ok()?, Some(most.parse().ok()?))),
            None => range.parse().ok().map(|number| (number, Some(number))),
        };
        return Some(Allowed::Number {
            ranges: ranges.split(", ").map(range).collect::<Option<_>>()?,
            is_quota,
        });
    }
    if allowed == "alias" {
        return Some(Allowed::Alias);
    }
    if let Some(most) = allowed.strip_prefix("stage name ") {
        return most.parse().ok().map(Allowed::Stage);
    }
    if let Some(most) = allowed.strip_prefix("root object ") {
        return most.parse().ok().map(Allowed::RootObject);
    }
    match allowed.strip_prefix("length 0..") {
        Some(most) => most.parse().ok().map(Allowed::Length),
        None => allowed.strip_prefix("path pattern ")?.parse().ok().map(Allowed::Pattern),
    }
}

/// The values that a property accepts, whichever type of resource it is of; none if they are not listed. The path names
/// the properties below `Properties`, without lists.
pub fn listed_values(path: &[&str]) -> &'static [&'static str] {
    let rows = TABLE.iter().flat_map(|found| {
        found.rows.get_or_init(|| found.lines.iter().copied().filter_map(row).collect()).iter()
    });
    let is_it = |row: &&Row| row.path.iter().map(|(name, _)| name).eq(path);
    match rows.filter(is_it).map(|row| &row.allowed).next() {
        Some(Allowed::OneOf { values, .. }) => values,
        _ => &[],
    }
}

/// Whether the table has properties of this type of resource.
pub(super) fn knows(kind: &str) -> bool {
    rows_of(kind).is_some()
}

/// What is written in the properties of a resource that can hold only certain values.
///
/// `holder` gives the mapping that decides a property, which may be one of `Globals`.
pub(super) fn settings<'h, 'r: 'h, 't: 'r>(
    kind: &str,
    holder: impl Fn(&str) -> &'h Reader<'r, 't>,
) -> Vec<Setting> {
    let mut settings = Vec::new();
    let Some(found) = rows_of(kind) else { return settings };
    for row in found.rows.get_or_init(|| found.lines.iter().copied().filter_map(row).collect()) {
        if let Some((first, _)) = row.path.first() {
            collect(holder(first), &row.path, "", row, &mut settings);
        }
    }
    settings
}

fn collect(
    reader: &Reader<'_, '_>,
    path: &[(&'static str, bool)],
    above: &str,
    row: &'static Row,
    settings: &mut Vec<Setting>,
) {
    let [(name, is_list), below @ ..] = path else { return };
    let dot = if above.is_empty() { "" } else { "." };
    let property = format!("{above}{dot}{name}");
    let mut add = |property: String, value: Prop<Text>| {
        settings.push(Setting { property, value, allowed: &row.allowed, certainty: row.certainty });
    };
    match (is_list, below.is_empty()) {
        (false, true) => add(property, reader.text(*name)),
        (true, true) => {
            for (index, item) in reader.texts(*name).items.into_iter().enumerate() {
                add(format!("{property}[{index}]"), item);
            }
        }
        (false, false) => {
            if let Some(inner) = reader.map(*name).known() {
                collect(inner, below, &property, row, settings);
            }
        }
        (true, false) => {
            reader.maps(name, |item, index| {
                collect(&item, below, &format!("{property}[{index}]"), row, settings);
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_understood() {
        let lines: Vec<_> = DATA.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
        for line in &lines {
            assert!(row(line).is_some(), "{line}");
        }
        assert_eq!(TABLE.iter().map(|rows| rows.lines.len()).sum::<usize>(), lines.len());
        assert!(TABLE.is_sorted_by(|a, b| a.kind < b.kind), "the lines of a type stand together");
    }

    #[test]
    fn values_are_found_by_path() {
        let path = ["DistributionConfig", "CacheBehaviors", "ViewerProtocolPolicy"];
        assert_eq!(listed_values(&path), ["allow-all", "https-only", "redirect-to-https"]);
        assert!(listed_values(&path[1..]).is_empty() && listed_values(&[]).is_empty());
        assert!(listed_values(&["DistributionConfig", "Comment"]).is_empty());
    }

    #[test]
    fn aliases_have_one_asterisk_in_front() {
        for name in ["www.example.com", "*.example.com", "_dmarc.example.com", "www.example.com."] {
            assert_eq!(fault("alias", name), None, "{name}");
        }
        for name in ["email.*.example.com", "*x.example.com", "x*.example.com", "*.*.example.com", "*"] {
            assert_eq!(fault("alias", name), Some(ValueFault::Asterisk), "{name}");
        }
        assert_eq!(fault("alias", "WWW.example.com"), Some(ValueFault::UpperCase));
        assert_eq!(fault("alias", "https://example.com"), Some(ValueFault::Character(':')));
    }

    #[test]
    fn stages_of_rest_apis_have_plain_names() {
        assert_eq!(fault("stage name 128", "v1-a_b"), None);
        assert_eq!(fault("stage name 128", "$default"), Some(ValueFault::Character('$')));
        assert_eq!(fault("root object 255", "/index.html"), Some(ValueFault::SlashInFront));
        assert_eq!(fault("root object 255", "a/index.html"), None);
    }

    fn fault(allowed: &'static str, value: &str) -> Option<ValueFault> {
        parse(allowed)?.fault(&Text::literal(value))
    }

    #[test]
    fn capitals_count_unless_the_table_says_otherwise() {
        assert_eq!(fault("one of https-only, http-only", "https-only"), None);
        assert_eq!(fault("one of https-only, http-only", "HTTPS-only"), Some(ValueFault::NotListed));
        assert_eq!(fault("one of GET, POST any case", "get"), None);
        assert_eq!(fault("one of A", ""), None);
    }

    #[test]
    fn numbers_lie_in_one_of_the_ranges() {
        let ports = "number 80, 443, 1024..65535";
        assert_eq!(fault(ports, "443"), None);
        assert_eq!(fault(ports, "8080"), None);
        assert_eq!(fault(ports, "444"), Some(ValueFault::OutOfRange));
        assert_eq!(fault(ports, "70000"), Some(ValueFault::TooMuch));
        assert_eq!(fault("number 0..", "-1"), Some(ValueFault::OutOfRange));
        assert_eq!(fault("number 0..", "many"), None);
    }

    #[test]
    fn patterns_have_few_characters_and_are_short() {
        assert_eq!(fault("path pattern 255", "/api/*.js?v&~'\"@:+$"), None);
        assert_eq!(fault("path pattern 255", "/api/{id}"), Some(ValueFault::Character('{')));
        assert_eq!(fault("path pattern 5", "/api/*"), Some(ValueFault::TooLong(6)));
    }
}
