//! Which names DNS records have, and what they point to.
//!
//! <https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-cloudfront-distribution.html> and
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/CNAMEs.html>.

use std::collections::HashSet;
use std::sync::LazyLock;

use cflint_template::model::{Distribution, Model, Prop, Record};
use cflint_template::value::{Part, Reference, Text, Tri};

const DATA: &str = include_str!("../../data/zones.txt");

static ZONES: LazyLock<Vec<Zone>> = LazyLock::new(|| DATA.lines().filter_map(Zone::parse).collect());

/// A hosted zone that the names of distributions are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone {
    /// The partition, such as `aws-cn`.
    pub partition: &'static str,
    /// The id, for `HostedZoneId` of an alias target.
    pub id: &'static str,
}

impl Zone {
    fn parse(line: &'static str) -> Option<Self> {
        let (partition, id) = line.split_once(" | ").filter(|_| !line.starts_with('#'))?;
        Some(Self { partition, id })
    }
}

/// The zones that the name of the distribution can be in; most templates do not say in which partition it is.
pub fn zones(model: &Model) -> impl Iterator<Item = &'static Zone> {
    let is_chinese = |region: &String| region.starts_with("cn-");
    let known = model.regions.values().next().map(is_chinese);
    ZONES.iter().filter(move |zone| known.is_none_or(|chinese| chinese == (zone.partition == "aws-cn")))
}

/// The host names that a record points to.
pub fn targets(record: &Record) -> impl Iterator<Item = &Prop<Text>> {
    let is_name = record.record_type.literal() == Some("CNAME");
    let values = record.values.iter().filter(move |_| is_name);
    record.alias.known().map(|alias| &alias.dns_name).into_iter().chain(values)
}

/// Whether a record certainly points to the distribution.
pub fn leads_to(record: &Record, distribution: &Distribution) -> bool {
    targets(record).filter_map(Prop::known).any(|target| is_name_of(target, distribution))
}

/// Whether a host name is the one that AWS gives the distribution.
fn is_name_of(target: &Text, distribution: &Distribution) -> bool {
    let target = normal(target);
    let [Part::Hole(hole), Part::Lit(rest)] = target.parts() else { return false };
    rest == ".cloudfront.net"
        && matches!(&hole.reference, Reference::Resource { id, .. } if *id == distribution.id)
}

/// A host name as it is compared: in lower case, without a trailing dot, and with `*` for Route 53's notation of it.
pub fn normal(name: &Text) -> Text {
    let mut normal = Text::default();
    for (index, part) in name.parts().iter().enumerate() {
        match part {
            Part::Lit(literal) => {
                let text = literal.to_ascii_lowercase().replace("\\052", "*");
                let is_last = index + 1 == name.parts().len();
                normal.push_str(if is_last { text.strip_suffix('.').unwrap_or(&text) } else { &text });
            }
            Part::Hole(_) => normal.push_part(part),
        }
    }
    normal
}

/// Whether two host names are the same one. A value that is known only at deployment may end with a dot.
pub fn is_same(left: &Text, right: &Text) -> Tri {
    normal(left).equals(&normal(right))
}

/// Whether viewers may use an alias under a host name. `*` at the start stands for one label or several.
pub fn covers(alias: &Text, name: &Text) -> Tri {
    // Most are two plain names.
    if let (Some(alias), Some(name)) = (plain(alias), plain(name)) {
        return Tri::from(alias.eq_ignore_ascii_case(name));
    }
    let (alias, name) = (normal(alias), normal(name));
    let equal = alias.equals(&name);
    if equal.is_true() {
        return equal;
    }
    match alias.prefix().strip_prefix('*') {
        Some(zone) => equal.or(ends_with(&name, zone, alias.parts().get(1..).unwrap_or_default())),
        // A record for every name below a zone is also one for the alias.
        None if name.prefix().starts_with("*.") => equal.or(covers(&name, &alias).and(Tri::Unknown)),
        None => equal,
    }
}

/// A host name without wildcards, all of which is known, without a dot at the end.
fn plain(name: &Text) -> Option<&str> {
    let name = name.as_literal().filter(|name| !name.contains(['*', '\\']))?;
    Some(name.strip_suffix('.').unwrap_or(name))
}

/// Host names, to compare each of many others with all of them.
pub struct Hosts<'t> {
    /// Those without wildcards, all of which is known: in small letters, and as they are.
    plain: HashSet<String>,
    written: Vec<&'t Text>,
    /// The others; `None` for one that is not known at all.
    others: Vec<Option<&'t Text>>,
}

impl<'t> Hosts<'t> {
    /// The aliases of a distribution, to be asked with [`covers`].
    pub fn aliases(distribution: &'t Distribution) -> Self {
        let open = distribution.aliases.open.iter().map(|_| None);
        Self::new(distribution.aliases.iter().map(Prop::known).chain(open))
    }

    pub fn new(names: impl Iterator<Item = Option<&'t Text>>) -> Self {
        let mut hosts = Self { plain: HashSet::new(), written: Vec::new(), others: Vec::new() };
        for name in names {
            match name.and_then(|name| Some((name, plain(name)?))) {
                Some((name, host)) => {
                    hosts.plain.insert(host.to_ascii_lowercase());
                    hosts.written.push(name);
                }
                None => hosts.others.push(name),
            }
        }
        hosts
    }

    /// Whether something holds for one of them and a name: [`covers`] or [`is_same`], which for two plain names are that
    /// they are equal.
    pub fn any(&self, name: &Text, holds: fn(&Text, &Text) -> Tri) -> Tri {
        let of_others =
            self.others.iter().map(|other| other.map_or(Tri::Unknown, |other| holds(other, name)));
        let of_others = of_others.fold(Tri::False, Tri::or);
        match plain(name) {
            Some(host) => of_others.or(self.plain.contains(&host.to_ascii_lowercase()).into()),
            None => self.written.iter().map(|other| holds(other, name)).fold(of_others, Tri::or),
        }
    }
}

/// Whether a name is more than a zone, which is a literal and what follows it, and ends with it.
fn ends_with(name: &Text, zone: &str, after: &[Part]) -> Tri {
    let mut name = name.parts();
    let mut after = after;
    while let (Some((last, rest)), Some((zone_last, zone_rest))) = (name.split_last(), after.split_last()) {
        if last != zone_last {
            break;
        }
        (name, after) = (rest, zone_rest);
    }
    match (name, after) {
        ([], []) => Tri::False,
        ([Part::Lit(only)], []) => Tri::from(only.len() > zone.len() && only.ends_with(zone)),
        ([.., Part::Lit(last)], []) if last.ends_with(zone) => Tri::True,
        ([.., Part::Lit(last)], []) if !zone.ends_with(last.as_str()) => Tri::False,
        _ => Tri::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use cflint_template::value::{Text, Tri};

    use super::{DATA, Hosts, ZONES, covers, is_same};
    use crate::facts::names::text;

    #[test]
    fn every_line_is_understood() {
        let lines = DATA.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).count();
        assert_eq!(ZONES.len(), lines);
        assert!(ZONES.is_sorted_by(|a, b| a.partition < b.partition));
    }

    #[test]
    fn an_alias_covers_its_name_and_a_wildcard_what_is_below() {
        let cases = [
            ("www.example.com", "WWW.example.com.", Tri::True),
            ("www.example.com", "api.example.com", Tri::False),
            ("*.example.com", "a.b.example.com", Tri::True),
            ("*.example.com", "example.com", Tri::False),
            ("*.example.com", "\\052.example.com.", Tri::True),
            ("*.example.com", "www.example.org", Tri::False),
            ("*.{Zone}", "www.{Zone}", Tri::True),
            ("*.{Zone}", "{Zone}", Tri::False),
            ("*.{Zone}", "www.{Other}", Tri::Unknown),
            ("*.example.com", "{Sub}.example.com", Tri::True),
            ("*.example.com", "{Sub}.example.org", Tri::False),
            ("*.example.com", "{Name}", Tri::Unknown),
            ("*.shop.example.com", "{Sub}.example.com", Tri::Unknown),
            ("{Name}", "{Name}.", Tri::True),
            ("www.{Zone}", "{Zone}", Tri::False),
            ("{Name}", "{Other}", Tri::Unknown),
            // Some of the names that the record is for.
            ("www.example.com", "*.example.com", Tri::Unknown),
            ("www.example.org", "*.example.com", Tri::False),
        ];
        for (alias, name, expected) in cases {
            assert_eq!(covers(&text(alias), &text(name)), expected, "{alias} and {name}");
        }
        // All together know what each of them knows.
        let names: Vec<Text> = cases.iter().flat_map(|(alias, name, _)| [text(alias), text(name)]).collect();
        let hosts = Hosts::new(names.iter().map(Some));
        for name in names.iter().chain([&text("other.example.net"), &text("{New}.example.com")]) {
            for holds in [covers, is_same] {
                let each = names.iter().map(|other| holds(other, name)).fold(Tri::False, Tri::or);
                assert_eq!(hosts.any(name, holds), each, "{name}");
            }
        }
    }
}
