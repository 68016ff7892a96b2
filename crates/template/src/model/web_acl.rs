//! Web ACLs, as far as they check headers.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-wafv2-webacl.html>

use cflint_diagnostics::Span;

use super::reader::Reader;
use super::slice::Slice;
use super::{List, Prop, State};
use crate::eval::Reason;
use crate::value::Text;

/// `AWS::WAFv2::WebACL`
#[derive(Debug, Clone)]
pub struct WebAcl {
    /// Logical id.
    pub id: String,
    /// Where the logical id is written.
    pub span: Span,
    /// `CLOUDFRONT` or `REGIONAL`.
    pub scope: Prop<Text>,
    /// What happens to a request that no rule decides about.
    pub default_action: AclAction,
    /// The rules in the order in which they are evaluated.
    pub rules: List<AclRule>,
}

/// A rule of a web ACL.
#[derive(Debug, Clone)]
pub struct AclRule {
    pub statement: Statement,
    pub action: AclAction,
    pub span: Span,
}

/// What a web ACL does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AclAction {
    Allow,
    /// Returns 403.
    Block,
    /// Counts it, and continues with the next rule.
    Count,
    /// Something else, or the template does not say.
    Other,
}

#[derive(Debug, Clone)]
pub enum Statement {
    /// A header contains a text.
    Header {
        /// The name of the header.
        name: String,
        text: Prop<Text>,
        /// Whether nothing may be around it: `EXACTLY`.
        is_exact: bool,
    },
    /// The statement does not apply.
    Not(Box<Self>),
    And(Vec<Self>),
    Or(Vec<Self>),
    /// Something that cflint does not read.
    Other,
}

/// `AWS::WAFv2::WebACLAssociation`
#[derive(Debug, Clone)]
pub struct Association {
    /// Logical id.
    pub id: String,
    /// Where the logical id is written.
    pub span: Span,
    /// The ARN of what is protected.
    pub resource: Prop<Text>,
    /// The ARN of the web ACL.
    pub web_acl: Prop<Text>,
}

/// How deep statements are followed.
const MAX_DEPTH: usize = 16;

impl WebAcl {
    fn read(id: &str, span: Span, properties: &Reader<'_, '_>) -> Self {
        let mut rules = properties.maps("Rules", |rule, _| {
            let action = rule.map_or_empty("Action");
            let action =
                if rule.entry("Action").is_some() { self::action(&action) } else { AclAction::Other };
            let statement = statement(&rule.map_or_empty("Statement"), 0);
            (rule.int("Priority"), AclRule { statement, action, span: rule.span() })
        });
        if rules.iter().any(|(priority, _)| priority.known().is_none()) {
            rules.open = Some(Reason("the order of its rules is not known".to_owned()));
        }
        rules.items.sort_by_key(|(priority, _)| priority.known().copied());
        Self {
            id: id.to_owned(),
            span,
            scope: properties.text("Scope"),
            default_action: action(&properties.map_or_empty("DefaultAction")),
            rules: List {
                items: rules.items.into_iter().map(|(_, rule)| rule).collect(),
                open: rules.open,
                present: rules.present,
                span: rules.span,
                node: rules.node,
                property: rules.property,
            },
        }
    }
}

/// Every web ACL of the slice.
pub(super) fn read(slice: &Slice<'_, '_>) -> Vec<WebAcl> {
    let all = slice.of_kind("AWS::WAFv2::WebACL");
    all.map(|(resource, properties)| WebAcl::read(&resource.id, resource.id_span, &properties)).collect()
}

pub(super) fn associations(slice: &Slice<'_, '_>) -> Vec<Association> {
    let all = slice.of_kind("AWS::WAFv2::WebACLAssociation");
    all.map(|(resource, properties)| Association {
        id: resource.id.clone(),
        span: resource.id_span,
        resource: properties.text("ResourceArn"),
        web_acl: properties.text("WebACLArn"),
    })
    .collect()
}

fn action(action: &Reader<'_, '_>) -> AclAction {
    let kinds = [("Allow", AclAction::Allow), ("Block", AclAction::Block), ("Count", AclAction::Count)];
    let mut written = kinds.iter().filter(|(name, _)| action.entry(name).is_some());
    match (written.next(), written.next(), action.open()) {
        (Some((_, kind)), None, None) => *kind,
        _ => AclAction::Other,
    }
}

fn statement(reader: &Reader<'_, '_>, depth: usize) -> Statement {
    if depth > MAX_DEPTH || reader.open().is_some() {
        return Statement::Other;
    }
    let inner = |name: &'static str| {
        let all = reader.map_or_empty(name).maps("Statements", |inner, _| statement(&inner, depth + 1));
        let mut statements = all.items;
        statements.extend(all.open.map(|_| Statement::Other));
        statements
    };
    let has = |name: &str| reader.entry(name).is_some();
    if has("NotStatement") {
        let inner = reader.map_or_empty("NotStatement").map_or_empty("Statement");
        return Statement::Not(Box::new(statement(&inner, depth + 1)));
    }
    if has("AndStatement") {
        return Statement::And(inner("AndStatement"));
    }
    if has("OrStatement") {
        return Statement::Or(inner("OrStatement"));
    }
    if !has("ByteMatchStatement") {
        return Statement::Other;
    }
    let bytes = reader.map_or_empty("ByteMatchStatement");
    let header = bytes.map_or_empty("FieldToMatch").map_or_empty("SingleHeader");
    // Both spellings are accepted.
    let name = [header.text("Name"), header.text("name")];
    let Some(name) = name.iter().find_map(Prop::literal) else { return Statement::Other };
    let mut text = bytes.text("SearchString");
    if !bytes.text("SearchStringBase64").is_absent() {
        text.state = State::Unknown(Reason("it is encoded".to_owned()));
    }
    let transforms = bytes.maps("TextTransformations", |transform, _| transform.text("Type"));
    let is_plain = transforms.open.is_none() && transforms.iter().all(|kind| kind.literal() == Some("NONE"));
    let position = bytes.text("PositionalConstraint");
    match position.literal() {
        Some(constraint @ ("EXACTLY" | "CONTAINS")) if is_plain => {
            Statement::Header { name: name.to_owned(), text, is_exact: constraint == "EXACTLY" }
        }
        _ => {
            text.state = State::Unknown(Reason("it is changed before it is compared".to_owned()));
            Statement::Header { name: name.to_owned(), text, is_exact: false }
        }
    }
}
