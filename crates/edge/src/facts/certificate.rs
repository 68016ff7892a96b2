//! The certificate that CloudFront presents to viewers.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html>

use std::collections::HashSet;

use cflint_template::model::{
    Certificate, Distribution, List, Model, OriginKind, Prop, Tenant, ValueFault, alias_fault,
};
use cflint_template::value::{Alphabet, Hole, Part, Reference, Text, Tri};

use crate::facts::Certainty;

/// The only region whose certificates and web ACLs CloudFront accepts.
pub const HOME: &str = "us-east-1";

/// What a certificate is for.
#[derive(Debug, Clone, Copy)]
pub enum CertificateUse<'m> {
    /// CloudFront presents it to the viewers of the distribution.
    Viewers,
    /// CloudFront presents it to the viewers of one tenant.
    Tenant(&'m Tenant),
    /// CloudFront presents it to an origin that requires client certificates.
    Origin,
}

/// A certificate that CloudFront certainly does not accept because of its region.
#[derive(Debug, Clone)]
pub struct Foreign<'m> {
    pub arn: &'m Prop<Text>,
    pub of: CertificateUse<'m>,
    pub region: String,
}

/// The certificates of the distribution, its tenants and its origins that are in other regions.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/origin-enable-mtls-distributions.html>
pub fn foreign_certificates(model: &Model) -> Vec<Foreign<'_>> {
    let distribution = &model.distribution;
    let mut all = vec![(&distribution.certificate, CertificateUse::Viewers)];
    all.extend(
        distribution.tenants.iter().map(|tenant| (&tenant.certificate, CertificateUse::Tenant(tenant))),
    );
    all.extend(distribution.origins.iter().filter_map(|origin| match &origin.kind {
        OriginKind::Custom(config) => Some((&config.client_certificate, CertificateUse::Origin)),
        _ => None,
    }));
    let foreign = all.into_iter();
    foreign.filter_map(|(arn, of)| Some(Foreign { region: foreign_region(model, arn)?, arn, of })).collect()
}

fn foreign_region(model: &Model, arn: &Prop<Text>) -> Option<String> {
    let arn = arn.known()?;
    let of_resource = arn.owner().and_then(|id| model.regions.get(id)).cloned();
    let named = || {
        let is_acm = arn.piece(":", 2)?.as_literal() == Some("acm");
        let region = arn.piece(":", 3).filter(|_| is_acm)?;
        region.as_literal().map(str::to_owned)
    };
    let region = of_resource.or_else(named)?;
    // The China Regions have their own CloudFront.
    (region != HOME && !region.is_empty() && !region.starts_with("cn-")).then_some(region)
}

/// Why CloudFront does not accept an alias.
#[derive(Debug, Clone, Copy)]
pub enum AliasFault<'m> {
    /// The distribution has no certificate of its own.
    NoCertificate,
    /// The certificate is for other names.
    OtherNames(&'m Certificate),
    /// It ends with a dot, which no name of a certificate does.
    DotAtEnd,
}

impl AliasFault<'_> {
    /// How certain it is that CloudFront rejects the alias.
    pub const fn certainty(self) -> Certainty {
        match self {
            Self::NoCertificate | Self::OtherNames(_) => Certainty::Certain,
            Self::DotAtEnd => Certainty::Probable,
        }
    }
}

/// The aliases that the certificate of the distribution certainly does not cover; without a certificate, the first one.
/// A distribution for several tenants has no aliases, but domains that their certificates have to cover.
pub fn alias_faults(model: &Model) -> Vec<(&Prop<Text>, AliasFault<'_>)> {
    let distribution = &model.distribution;
    if distribution.is_for_tenants() {
        return distribution.tenants.iter().flat_map(|tenant| domain_faults(model, tenant)).collect();
    }
    if !is_direct(distribution) {
        return Vec::new();
    }
    // What is wrong with the name itself comes first.
    let is_well_formed = |name: &Text| matches!(alias_fault(name), None | Some(ValueFault::UpperCase));
    let is_checked = |name: &Text| is_name(name) && is_well_formed(name);
    let names = distribution.aliases.iter().filter(|alias| alias.known().is_some_and(is_checked));
    if distribution.certificate.is_absent() && distribution.viewer_certificate.iam.is_absent() {
        return names.take(1).map(|alias| (alias, AliasFault::NoCertificate)).collect();
    }
    let certificate = certificate_of(model, &distribution.certificate).map(Names::of);
    let certificate = certificate.as_ref();
    names.filter_map(|alias| Some((alias, fault(certificate, alias)?))).collect()
}

/// The domains of a tenant that its certificate, or else that of the distribution, does not cover.
fn domain_faults<'m>(model: &'m Model, tenant: &'m Tenant) -> Vec<(&'m Prop<Text>, AliasFault<'m>)> {
    if tenant.may_have_managed_certificate {
        return Vec::new();
    }
    let inherited = &model.distribution.certificate;
    let arn = if tenant.certificate.is_absent() { inherited } else { &tenant.certificate };
    let certificate = certificate_of(model, arn).map(Names::of);
    let certificate = certificate.as_ref();
    let names = tenant.domains.iter().filter(|domain| domain.known().is_some_and(is_name));
    names.filter_map(|domain| Some((domain, fault(certificate, domain)?))).collect()
}

fn fault<'m>(certificate: Option<&Names<'m>>, alias: &Prop<Text>) -> Option<AliasFault<'m>> {
    let name = alias.known()?;
    if name.suffix().ends_with('.') {
        // What the default of a parameter leaves empty is filled in at deployment.
        return alias.rests_on_default().is_none().then_some(AliasFault::DotAtEnd);
    }
    let names = certificate?;
    names.cover(name).is_false().then_some(AliasFault::OtherNames(names.certificate))
}

/// The certificate of the project that an ARN is of.
pub fn certificate_of<'m>(model: &'m Model, arn: &Prop<Text>) -> Option<&'m Certificate> {
    let id = arn.known()?.owner()?;
    model.certificates.iter().find(|certificate| certificate.id == id)
}

/// Whether one of several certificates covers a host name.
pub fn cover(model: &Model, certificates: &List<Prop<Text>>, host: &Text) -> Tri {
    let open = if certificates.open.is_some() { Tri::Unknown } else { Tri::False };
    let covers = |arn: &Prop<Text>| match certificate_of(model, arn) {
        Some(certificate) => Names::of(certificate).cover(host),
        None => Tri::Unknown,
    };
    certificates.iter().map(covers).fold(open, Tri::or)
}

/// Whether the text is a host name, as far as it is known. An empty text means none, and other tools may fill one in.
pub(crate) fn is_name(name: &Text) -> bool {
    let is_open = |c: char| !c.is_ascii_alphanumeric() && !"-_.*".contains(c);
    !name.is_empty()
        && !name.literals().any(|text| text.contains(is_open) || text.contains(".."))
        && !name.prefix().starts_with('.')
}

/// The names of a certificate, to compare each of many host names with all of them.
struct Names<'m> {
    certificate: &'m Certificate,
    /// Those that are completely known, in lower case.
    plain: HashSet<String>,
    all: Vec<&'m Text>,
    /// Those of which something is not known.
    open: Vec<&'m Text>,
    may_have_others: bool,
}

impl<'m> Names<'m> {
    fn of(certificate: &'m Certificate) -> Self {
        let alternatives = &certificate.alternative_names;
        let names = || alternatives.iter().chain([&certificate.domain_name]);
        let all: Vec<&Text> = names().filter_map(Prop::known).collect();
        Self {
            certificate,
            plain: all.iter().filter_map(|name| Some(name.as_literal()?.to_ascii_lowercase())).collect(),
            open: all.iter().copied().filter(|name| name.as_literal().is_none()).collect(),
            may_have_others: alternatives.open.is_some()
                || names().any(|name| !name.known().is_some_and(is_name)),
            all,
        }
    }

    /// Whether one of them covers a host name.
    fn cover(&self, host: &Text) -> Tri {
        let others = if self.may_have_others { Tri::Unknown } else { Tri::False };
        let Some(literal) = host.as_literal().map(str::to_ascii_lowercase) else {
            return self.all.iter().map(|name| name_covers(name, host)).fold(others, Tri::or);
        };
        let label = literal.split_once('.').filter(|(label, _)| !label.contains('*'));
        let is_covered = self.plain.contains(&literal)
            || label.is_some_and(|(_, zone)| self.plain.contains(&format!("*.{zone}")));
        let open = self.open.iter().map(|name| name_covers(name, host));
        open.fold(others.or(is_covered.into()), Tri::or)
    }
}

/// Whether a name covers a host name: the same name, or a wildcard for names at the level of its asterisk.
fn name_covers(name: &Text, host: &Text) -> Tri {
    let (name, host) = (lowered(name), lowered(host));
    let equal = name.equals(&host);
    let Some(zone) = name.prefix().strip_prefix('*').filter(|_| !equal.is_true()) else { return equal };
    if let Some((label, _)) = host.prefix().split_once('.').filter(|(label, _)| !label.contains('*')) {
        let below = without_start(&host, label.len()).equals(&without_start(&name, 1));
        if below.is_true() {
            return below;
        }
    }
    // Whether any label in place of the asterisk makes them equal.
    let mut any = Text::hole(Hole::of(Reference::Parameter(String::new()), Alphabet::STAGE));
    any.push_str(zone);
    name.parts().iter().skip(1).for_each(|part| any.push_part(part));
    any.equals(&host).and(Tri::Unknown)
}

/// The text without this many bytes at its start, which is literal.
fn without_start(text: &Text, bytes: usize) -> Text {
    let mut rest = Text::literal(text.prefix().get(bytes..).unwrap_or_default());
    text.parts().iter().skip(1).for_each(|part| rest.push_part(part));
    rest
}

fn lowered(name: &Text) -> Text {
    let mut lowered = Text::default();
    for part in name.parts() {
        match part {
            Part::Lit(literal) => lowered.push_str(&literal.to_ascii_lowercase()),
            Part::Hole(_) => lowered.push_part(part),
        }
    }
    lowered
}

/// Whether the distribution certainly has aliases of its own, and not those of tenants.
fn is_direct(distribution: &Distribution) -> bool {
    let mode = distribution.connection_mode.or_default(Text::literal("direct"));
    mode.is_some_and(|mode| mode.as_literal() == Some("direct"))
}

#[cfg(test)]
mod tests {
    use cflint_template::value::Tri;

    use super::name_covers;
    use crate::facts::names::text;

    #[test]
    fn a_name_covers_itself_and_a_wildcard_what_is_one_level_below() {
        let cases = [
            ("example.com", "EXAMPLE.com", Tri::True),
            ("example.com", "www.example.com", Tri::False),
            ("*.example.com", "www.example.com", Tri::True),
            ("*.example.com", "example.com", Tri::False),
            ("*.example.com", "a.b.example.com", Tri::False),
            ("*.example.com", "*.example.com", Tri::True),
            ("*.example.com", "*.b.example.com", Tri::False),
            ("www.example.com", "*.example.com", Tri::False),
            ("*.{Zone}", "www.{Zone}", Tri::True),
            ("*.{Zone}", "{Zone}", Tri::False),
            ("{Zone}", "www.{Zone}", Tri::False),
            ("*.{Zone}", "a.b.{Zone}", Tri::False),
            ("*.example.com", "{Sub}.example.com", Tri::Unknown),
            ("*.example.com", "{Sub}.example.org", Tri::False),
            ("*.example.com", "{Name}", Tri::Unknown),
            ("{Zone}", "{Other}", Tri::Unknown),
        ];
        for (name, host, expected) in cases {
            assert_eq!(name_covers(&text(name), &text(host)), expected, "{name} and {host}");
        }
    }
}
