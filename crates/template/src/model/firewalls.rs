//! Every web ACL of a template, whether or not it is related to a distribution.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::build::{InView, explore};
use super::graph::Graph;
use super::slice::Slice;
use super::{Association, WebAcl, web_acl};
use crate::generated::Implicit;
use crate::template::{Problem, Template};

/// The web ACLs of a template and what they protect.
#[derive(Debug, Clone)]
pub struct Firewalls {
    pub web_acls: Vec<WebAcl>,
    /// Which of them protects what.
    pub associations: Vec<Association>,
    /// The types of all resources, by logical id.
    pub resources: BTreeMap<String, String>,
}

/// The web ACLs in each consistent choice of the conditions that they depend on; nothing if there are none.
pub fn firewalls<'t>(
    template: &Template<'t>,
    graph: &Graph,
    problems: &RefCell<Vec<Problem>>,
) -> Vec<InView<Firewalls>> {
    let all = template.resources().iter().enumerate();
    let own =
        all.filter(|(_, resource)| resource.kind.starts_with("AWS::WAFv2::") && template.is_own(resource));
    let members: Vec<usize> = own.map(|(index, _)| index).collect();
    if members.is_empty() {
        return Vec::new();
    }
    explore(template, graph, &members, problems, |slice| Some(read(slice))).0
}

fn read(slice: &Slice<'_, '_>) -> Firewalls {
    let implicit = Implicit::ALL.iter().map(|api| (api.id().to_owned(), api.kind().to_owned()));
    let declared = slice.template().resources().iter();
    let declared = declared.map(|resource| (resource.id.clone(), resource.kind.to_owned()));
    Firewalls {
        web_acls: web_acl::read(slice),
        associations: web_acl::associations(slice),
        resources: implicit.chain(declared).collect(),
    }
}
