//! Web ACLs: what their rules do with the headers of a request.

use cflint_template::model::{AclAction, Statement, WebAcl};
use cflint_template::value::{Text, Tri};

use super::Tracer;
use crate::facts::Certainty;

/// Looks up the value of a header that arrives; `Err` says whether it is certain that none does.
pub(super) type Header<'h> = dyn Fn(&str) -> Result<Text, Tri> + 'h;

/// What a web ACL does with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Says {
    Allow,
    Block,
    /// It depends on the value of a header, or on whether it arrives.
    Depends(String),
    /// It has rules that are not read, or that the template does not show.
    Unread,
}

fn firewall_says(acl: &WebAcl, header: &Header<'_>) -> Says {
    let says = |action: AclAction| match action {
        _ if acl.rules.open.is_some() => Says::Unread,
        AclAction::Allow => Says::Allow,
        AclAction::Block => Says::Block,
        AclAction::Count | AclAction::Other => Says::Unread,
    };
    for rule in acl.rules.iter() {
        match (applies(&rule.statement, header), rule.action) {
            (Tri::False, _) | (_, AclAction::Count) => {}
            (Tri::True, action) => return says(action),
            (Tri::Unknown, AclAction::Allow | AclAction::Block) => {
                return depends_on(&rule.statement, header).map_or(Says::Unread, Says::Depends);
            }
            (Tri::Unknown, _) => return Says::Unread,
        }
    }
    says(acl.default_action)
}

/// The header whose value decides about a statement, if it is the only thing that is not known.
fn depends_on(statement: &Statement, header: &Header<'_>) -> Option<String> {
    match statement {
        Statement::Header { name, .. } => (applies(statement, header) == Tri::Unknown).then(|| name.clone()),
        Statement::Not(inner) => depends_on(inner, header),
        Statement::And(all) | Statement::Or(all) => {
            let mut open = all.iter().filter(|inner| applies(inner, header) == Tri::Unknown);
            let first = open.next()?;
            open.next().is_none().then(|| depends_on(first, header))?
        }
        Statement::Other => None,
    }
}

impl<'m> Tracer<'m, '_> {
    /// Evaluates a web ACL in the template.
    pub(super) fn web_acl(&mut self, acl: &'m WebAcl, header: &Header<'_>) -> Says {
        let says = firewall_says(acl, header);
        let id = &acl.id;
        let (detail, certainty) = match &says {
            Says::Allow => (format!("`{id}` allows the request"), Certainty::Certain),
            Says::Block => (format!("`{id}` blocks the request"), Certainty::Certain),
            Says::Depends(name) => {
                self.doubt(format!("whether `{name}` has the value that `{id}` looks for; if not, `403`"));
                (
                    format!("`{id}` checks the value of `{name}`, which is known only at deployment"),
                    Certainty::Uncertain,
                )
            }
            Says::Unread => (
                format!("`{id}` has rules that cflint does not read; assumed to allow the request"),
                Certainty::Certain,
            ),
        };
        self.step("web ACL", detail, certainty, Some(acl.span));
        says
    }
}

fn applies(statement: &Statement, header: &Header<'_>) -> Tri {
    match statement {
        Statement::Header { name, text, is_exact } => match header(name) {
            Err(Tri::False) => Tri::False,
            Err(_) => Tri::Unknown,
            Ok(value) => match (text.known(), is_exact) {
                (Some(text), true) => text.equals(&value),
                (Some(text), false) => match (text.as_literal(), value.as_literal()) {
                    (Some(text), Some(value)) => Tri::from(value.contains(text)),
                    _ => text.equals(&value).or(Tri::Unknown),
                },
                (None, _) => Tri::Unknown,
            },
        },
        Statement::Not(inner) => !applies(inner, header),
        Statement::And(all) => all.iter().map(|inner| applies(inner, header)).fold(Tri::True, Tri::and),
        Statement::Or(all) => all.iter().map(|inner| applies(inner, header)).fold(Tri::False, Tri::or),
        Statement::Other => Tri::Unknown,
    }
}
