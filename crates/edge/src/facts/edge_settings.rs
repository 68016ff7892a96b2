//! Settings of edge functions with which CloudFront does not run them.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html>,
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-lambda-at-edge> and
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-function-restrictions.html>.

use cflint_diagnostics::Span;
use cflint_template::model::{Behavior, EdgeFunction, EdgeLambda, FunctionCode};

use crate::facts::Certainty;
use crate::facts::edge_function::{VIEWER_EVENTS, event_fault};

/// The runtime of CloudFront Functions that has no key value stores.
const OLD_RUNTIME: &str = "cloudfront-js-1.0";

/// What is wrong with the resource of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Setting<'m> {
    /// It may run for longer than this many seconds.
    Timeout {
        seconds: i64,
        most: i64,
    },
    /// It has more memory than this many megabytes.
    Memory {
        megabytes: i64,
        most: i64,
    },
    /// It has something that Lambda@Edge does not support.
    Feature(&'static str),
    Runtime(&'m str),
    /// Its role does not trust Lambda@Edge.
    Role(&'m str),
    /// It reads a key value store with a runtime that cannot.
    OldRuntime,
    /// It has this many key value stores.
    Stores(usize),
    /// Nothing in the template publishes it.
    Unpublished {
        is_absent: bool,
    },
}

#[derive(Debug, Clone)]
pub struct SettingFault<'m> {
    pub setting: Setting<'m>,
    /// The behavior's association.
    pub function: &'m EdgeFunction,
    /// Logical id and type of the function.
    pub resource: (&'m str, &'m str),
    /// The property of the function.
    pub property: &'static str,
    pub span: Span,
    /// The parameter whose default it rests on, and the place of that default.
    pub default: Option<(&'m str, Span)>,
    pub certainty: Certainty,
}

/// What is wrong with the functions of a behavior themselves.
pub fn setting_faults(behavior: &Behavior) -> Vec<SettingFault<'_>> {
    let mut faults = Vec::new();
    for function in behavior.functions.iter() {
        match (&function.lambda, &function.code) {
            (Some(lambda), _) if function.is_lambda => of_lambda(function, lambda, &mut faults),
            (_, Some(code)) if !function.is_lambda => of_viewer_function(function, code, &mut faults),
            _ => {}
        }
    }
    faults
}

fn of_lambda<'m>(function: &'m EdgeFunction, lambda: &'m EdgeLambda, faults: &mut Vec<SettingFault<'m>>) {
    let event = function.event.literal().filter(|_| event_fault(function).is_none());
    let is_viewer = event.map(|event| VIEWER_EVENTS.contains(&event));
    let resource = (lambda.id.as_str(), lambda.kind.as_str());
    // Of container images it is documented that they are not supported, but not what CloudFront says to one.
    let mut add = |setting, property, span, default| {
        let is_sure = setting != Setting::Feature("PackageType");
        let certainty = if is_sure { Certainty::Certain } else { Certainty::Probable };
        faults.push(SettingFault { setting, function, resource, property, span, default, certainty });
    };
    // What no event allows is wrong on an unknown one as well.
    let most = if is_viewer == Some(true) { 5 } else { 30 };
    if let Some(&seconds) = lambda.timeout.known().filter(|seconds| **seconds > most) {
        let default = lambda.timeout.rests_on_default();
        add(Setting::Timeout { seconds, most }, "Timeout", lambda.timeout.span, default);
    }
    let most = if is_viewer == Some(true) { 128 } else { 10_240 };
    if let Some(&megabytes) = lambda.memory.known().filter(|megabytes| **megabytes > most) {
        let default = lambda.memory.rests_on_default();
        add(Setting::Memory { megabytes, most }, "MemorySize", lambda.memory.span, default);
    }
    if let Some(runtime) = lambda.runtime.literal()
        && !["nodejs", "python"].iter().any(|start| runtime.starts_with(start))
        && !runtime.is_empty()
    {
        let default = lambda.runtime.rests_on_default();
        add(Setting::Runtime(runtime), "Runtime", lambda.runtime.span, default);
    }
    for (name, span) in &lambda.features {
        add(Setting::Feature(name), name, *span, None);
    }
    if let Some(role) = &lambda.closed_role {
        faults.push(SettingFault {
            setting: Setting::Role(&role.id),
            function,
            resource: (&role.id, &role.kind),
            property: "AssumeRolePolicyDocument",
            span: role.span,
            default: None,
            certainty: Certainty::Certain,
        });
    }
}

fn of_viewer_function<'m>(
    function: &'m EdgeFunction,
    code: &'m FunctionCode,
    faults: &mut Vec<SettingFault<'m>>,
) {
    let resource = (code.id.as_str(), "AWS::CloudFront::Function");
    let mut add = |setting, property, span, default, certainty| {
        faults.push(SettingFault { setting, function, resource, property, span, default, certainty });
    };
    let stores = &code.stores;
    if !stores.items.is_empty() && code.runtime.literal() == Some(OLD_RUNTIME) {
        let default = code.runtime.rests_on_default();
        add(Setting::OldRuntime, "FunctionConfig.Runtime", code.runtime.span, default, Certainty::Certain);
    }
    if stores.items.len() > 1 {
        let setting = Setting::Stores(stores.items.len());
        add(setting, "FunctionConfig.KeyValueStoreAssociations", stores.span, None, Certainty::Certain);
    }
    // It may have been published by hand.
    if code.auto_publish.or_default(false) == Some(false) {
        let setting = Setting::Unpublished { is_absent: code.auto_publish.is_absent() };
        let default = code.auto_publish.rests_on_default();
        add(setting, "AutoPublish", code.auto_publish.span, default, Certainty::Probable);
    }
}
