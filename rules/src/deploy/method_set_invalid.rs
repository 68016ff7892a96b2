use cflint_diagnostics::Applicability;
use cflint_edge::facts::headers::Method;
use cflint_edge::facts::methods::{MethodFault, SETS, faults, refused_by_group, sets, smallest};
use cflint_edge::facts::targets::group_of;
use cflint_edge::words::{all_of, quoted};
use cflint_linter::{Context, Rule, declare_rule};
use cflint_template::model::{Behavior, List, Model, OriginGroup, Prop};
use cflint_template::value::Text;

declare_rule! {
    /// ## What it does
    /// Reports `AllowedMethods` and `CachedMethods` that are not one of the sets of methods that CloudFront accepts, and
    /// `AllowedMethods` with `POST`, `PUT`, `PATCH` or `DELETE` in a behavior whose target is an origin group.
    ///
    /// ## Why is this bad?
    /// There are three sets that can be allowed: `GET` and `HEAD`; these and `OPTIONS`; or all seven methods. The first
    /// two can be cached. CloudFront rejects a distribution with any other list, such as `GET`, `HEAD` and `POST`, and
    /// rejects lowercase names.
    ///
    /// With an origin group, CloudFront repeats a failed request at the second origin, which it does for `GET`, `HEAD`
    /// and `OPTIONS` only. It rejects the others: `The parameter AllowedMethods cannot include POST, PUT, PATCH, or
    /// DELETE for a cached behavior associated with an origin group.`
    ///
    /// ## Remediation
    /// Write one of the sets, in any order. An API that accepts `POST` needs all seven: `GET`, `HEAD`, `OPTIONS`,
    /// `PUT`, `POST`, `PATCH`, `DELETE`; API Gateway rejects methods without a route. In CDK:
    /// `AllowedMethods.ALLOW_ALL`, `ALLOW_GET_HEAD_OPTIONS` or `ALLOW_GET_HEAD`, and `CachedMethods`. In a SAM template
    /// the distribution is written the same way.
    ///
    /// For an origin group, allow `GET`, `HEAD` and `OPTIONS`, and route writes to one of its origins by a behavior of
    /// their own; in CDK pass the origin instead of `OriginGroup` there.
    ///
    /// ## Fix safety
    /// The fix writes the smallest set that includes all methods of the list. It allows more methods to reach the
    /// origin than the list does. For an origin group it removes the methods that are rejected.
    ///
    /// ## Exceptions
    /// Lists with items that are known only at deployment are not reported, unless a known item is not a method.
    ///
    /// ## References
    /// - [AllowedMethods in the API reference of CloudFront](https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_AllowedMethods.html)
    /// - [Origin failover](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html)
    /// - [Allowed HTTP methods](https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesAllowedHTTPMethods)
    pub(crate) MethodSetInvalid {
        id: "method-set-invalid",
        group: Deploy,
        summary: "the methods of a behavior are not one of the sets that CloudFront accepts there",
        severity: Error,
        fix: Unsafe,
        cdk: "`allowedMethods: AllowedMethods.ALLOW_ALL` and `cachedMethods` of the behavior, `ALLOW_GET_HEAD_OPTIONS` for an `OriginGroup`",
    }
}

impl Rule for MethodSetInvalid {
    fn behavior(&self, behavior: &Behavior, model: &Model, cx: &mut Context<'_>) {
        let writes = refused_by_group(behavior);
        let group = group_of(&model.distribution, behavior).filter(|_| !writes.is_empty());
        if let Some(group) = group {
            at_group(behavior, group, &writes, cx);
        }
        for (list, is_cached, fault) in faults(behavior) {
            // The set for an origin group is another one.
            let is_told = group.is_some() && !is_cached && matches!(fault, MethodFault::NoSet);
            if !is_told {
                report(list, is_cached, fault, cx);
            }
        }
    }
}

fn at_group(behavior: &Behavior, group: &OriginGroup, writes: &[Method], cx: &mut Context<'_>) {
    let list = &behavior.allowed_methods;
    let has_grpc = !behavior.grpc.is_absent() && behavior.grpc.known() != Some(&false);
    let is_written_here = list.iter().all(|item| item.origins.is_empty());
    let edits = (is_written_here && !has_grpc).then(|| cx.replace_list(list, &named(SETS[1]))).flatten();
    let help = if has_grpc {
        "name a single origin in `TargetOriginId`; gRPC requires `POST`"
    } else {
        "write `[GET, HEAD, OPTIONS]`, and route writes to a single origin by a behavior of their own"
    };
    let writes = all_of(&quoted(writes.iter().map(|method| method.as_str())));
    cx.report(list, format!("`AllowedMethods` cannot include {writes} for an origin group"))
        .label("CloudFront rejects writes here")
        .related(behavior.target.span, "the target is an origin group")
        .related(group.id.span, "the origin group")
        .note("CloudFront fails over only `GET`, `HEAD` and `OPTIONS`, and rejects the distribution: `The parameter AllowedMethods cannot include POST, PUT, PATCH, or DELETE for a cached behavior associated with an origin group.`")
        .help(help)
        .fix(Applicability::Unsafe, "allow only methods that can fail over", edits)
        .cause("origin group")
        .rests_on(&behavior.target)
        .rests_on_each(list);
}

fn report(list: &List<Prop<Text>>, is_cached: bool, fault: MethodFault<'_>, cx: &mut Context<'_>) {
    let property = if is_cached { "CachedMethods" } else { "AllowedMethods" };
    let names: Vec<String> = list.iter().filter_map(Prop::literal).map(str::to_owned).collect();
    let names = all_of(&names);
    let wanted = smallest(list, is_cached).map(named);
    let (span, message, label) = match fault {
        MethodFault::Unknown(item) => {
            let name = item.literal().unwrap_or_default();
            (
                item.span,
                format!("`{name}` is not a method that CloudFront accepts in `{property}`"),
                "methods are case-sensitive",
            )
        }
        MethodFault::NoSet if names.is_empty() => {
            (list.span, format!("`{property}` is empty, which CloudFront rejects"), "no methods")
        }
        MethodFault::NoSet if is_cached => {
            (list.span, format!("`{property}` cannot be just {names}"), "not one of the two allowed sets")
        }
        MethodFault::NoSet => {
            (list.span, format!("`{property}` cannot be just {names}"), "not one of the three allowed sets")
        }
    };
    let help = match &wanted {
        Some(set) => format!("write `[{}]`", set.join(", ")),
        None => {
            let all: Vec<_> =
                sets(is_cached).iter().map(|set| format!("`[{}]`", named(set).join(", "))).collect();
            format!("write one of {}", all.join(", "))
        }
    };
    let is_written_here = list.iter().all(|item| item.origins.is_empty());
    let edits = wanted.filter(|_| is_written_here).and_then(|set| cx.replace_list(list, &set));
    cx.report(span, message)
        .label(label)
        .note("CloudFront accepts `GET, HEAD`, `GET, HEAD, OPTIONS` or all seven methods; the first two can be cached")
        .help(help)
        .fix(Applicability::Unsafe, "use the smallest set that includes them", edits)
        .property(list.property.to_string())
        .rests_on_each(list);
}

fn named(set: &[Method]) -> Vec<&'static str> {
    set.iter().map(|method| method.as_str()).collect()
}
