use cflint_edge::routes::path::RequestPath;
use cflint_template::model::{Behavior, Firewalls, Model, SingleResource};

use crate::context::Context;
use crate::document::{Document, OriginUse};
use crate::meta::RuleMeta;
use crate::suppression::Suppression;

/// What [`declare_rule!`](crate::declare_rule) writes: the rule's description.
pub trait Declared {
    /// What is known about the rule without running it.
    fn meta(&self) -> &'static RuleMeta;
}

/// A rule. Each hook has an empty default body and none calls another; a rule implements the one that provides what it
/// needs. A check cannot fail: the nodes it is given know where they are.
pub trait Rule: Declared + Sync {
    /// A file: its syntax, its sections, the names used in it.
    fn document(&self, document: &Document<'_, '_>, cx: &mut Context<'_>) {
        let _ = (document, cx);
    }

    /// A resource on its own, of the types whose properties are known by name or can hold only certain values; also one
    /// that is unrelated to any distribution.
    fn resource(&self, resource: &SingleResource, cx: &mut Context<'_>) {
        let _ = (resource, cx);
    }

    /// A distribution with everything it depends on.
    fn distribution(&self, model: &Model, cx: &mut Context<'_>) {
        let _ = (model, cx);
    }

    /// The web ACLs of a template and what they protect, in each view; not called where there are none.
    fn firewalls(&self, firewalls: &Firewalls, cx: &mut Context<'_>) {
        let _ = (firewalls, cx);
    }

    /// A cache behavior, the default one included.
    fn behavior(&self, behavior: &Behavior, model: &Model, cx: &mut Context<'_>) {
        let _ = (behavior, model, cx);
    }

    /// An origin that at least one behavior uses.
    fn origin(&self, origin: &OriginUse<'_, '_>, cx: &mut Context<'_>) {
        let _ = (origin, cx);
    }

    /// The suppressions of all templates of a run, when it is known which of them matched.
    fn suppressions(&self, suppressions: &[Suppression], cx: &mut Context<'_>) {
        let _ = (suppressions, cx);
    }

    /// The path of the requests from one behavior to one origin.
    fn request_path(&self, path: &RequestPath<'_>, cx: &mut Context<'_>) {
        let _ = (path, cx);
    }
}

/// Declares a rule: its documentation, its description and the unit struct to implement [`Rule`] for.
///
/// The documentation comment is the only source of `cflint explain`, the rule's page and every help text about it.
#[macro_export]
macro_rules! declare_rule {
    (@aliases) => { &[] };
    (@aliases $aliases:expr) => { &$aliases };
    (
        $(#[doc = $doc:literal])*
        $vis:vis $name:ident {
            id: $id:literal,
            group: $group:ident,
            summary: $summary:literal,
            severity: $severity:ident,
            fix: $fix:ident,
            $(pedantic: $pedantic:literal,)?
            $(aliases: $aliases:expr,)?
            $(cdk: $cdk:literal,)?
        }
    ) => {
        $(#[doc = $doc])*
        $vis struct $name;

        /// The rule, for the registry.
        $vis static RULE: &dyn $crate::Rule = &$name;

        impl $crate::Declared for $name {
            fn meta(&self) -> &'static $crate::RuleMeta {
                static META: $crate::RuleMeta = $crate::RuleMeta {
                    id: $id,
                    group: $crate::Group::$group,
                    summary: $summary,
                    docs: concat!($($doc, "\n",)*),
                    severity: $crate::Severity::$severity,
                    pedantic: false $(|| $pedantic)?,
                    fix: $crate::FixAvailability::$fix,
                    aliases: $crate::declare_rule!(@aliases $($aliases)?),
                    cdk: concat!($($cdk)?),
                    file: file!(),
                    line: line!(),
                };
                &META
            }
        }
    };
}
