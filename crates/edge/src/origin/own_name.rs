//! Origins that are the distribution itself, by one of the names of its viewers.
//!
//! CloudFront looks up the domain name of the origin in DNS:
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesOrigin.html>.

use cflint_template::model::{Model, Origin, OriginKind, Prop, Record};
use cflint_template::value::Text;

use crate::facts::Certainty;
use crate::facts::certificate::is_name;
use crate::facts::dns::{covers, is_same, leads_to};

/// An origin whose host name is that of the distribution.
#[derive(Debug, Clone, Copy)]
pub struct OwnName<'m> {
    pub alias: &'m Prop<Text>,
    /// The record that points the name at the distribution, if it is in the template.
    pub record: Option<&'m Record>,
}

impl OwnName<'_> {
    /// How certain it is that CloudFront connects to the distribution: without a record, DNS is likely to be set up
    /// elsewhere, as the alias would be of no use otherwise.
    pub fn certainty(&self) -> Certainty {
        match self.record {
            Some(record) if !record.is_choice => Certainty::Certain,
            _ => Certainty::Probable,
        }
    }
}

/// The alias that an origin's host name is, unless the name points elsewhere.
pub fn own_name<'m>(model: &'m Model, origin: &Origin) -> Option<OwnName<'m>> {
    let host = origin.domain_name.known().filter(|host| is_name(host))?;
    if !matches!(origin.kind, OriginKind::Custom(_)) {
        return None;
    }
    let aliases = model.distribution.aliases.iter().filter_map(|alias| Some((alias, alias.known()?)));
    let mut covering = aliases.filter(|(_, name)| covers(name, host).is_true()).peekable();
    let &(alias, _) = covering.peek()?;
    let has_name = |record: &&Record| record.name.known().is_some_and(|name| is_same(name, host).is_true());
    let mut records = model.records.iter().filter(has_name).peekable();
    if records.peek().is_none() {
        // A name below a wildcard probably has a record of its own elsewhere.
        let (alias, _) = covering.find(|(_, name)| is_same(name, host).is_true())?;
        return Some(OwnName { alias, record: None });
    }
    let record = records.find(|record| !record.is_partial && leads_to(record, &model.distribution))?;
    // Several of them are one for each version of IP.
    let points_elsewhere = records.any(|other| !leads_to(other, &model.distribution));
    (!points_elsewhere).then_some(OwnName { alias, record: Some(record) })
}
