//! Which methods a behavior allows, and which responses it caches.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesAllowedHTTPMethods>

use cflint_template::model::{Behavior, List, Prop};
use cflint_template::value::{Text, Tri};

use crate::facts::headers::Method;

/// The methods that are allowed and cached if the template does not say.
const DEFAULT: [Method; 2] = [Method::Get, Method::Head];

/// Whether the behavior allows a method.
pub fn allows(behavior: &Behavior, method: Method) -> Tri {
    contains(&behavior.allowed_methods, method)
}

/// Whether responses to a method may be cached, as far as the method decides.
pub fn caches(behavior: &Behavior, method: Method) -> Tri {
    match method {
        Method::Get | Method::Head => Tri::True,
        Method::Options => contains(&behavior.cached_methods, method),
        _ => Tri::False,
    }
}

/// The methods that the behavior certainly allows, in the usual order.
pub fn allowed(behavior: &Behavior) -> Vec<Method> {
    Method::ALL.into_iter().filter(|method| allows(behavior, *method).is_true()).collect()
}

/// The sets of methods that a behavior can allow, the smallest first. The first two can be cached.
/// <https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_AllowedMethods.html>
pub const SETS: [&[Method]; 3] = [&DEFAULT, &[Method::Get, Method::Head, Method::Options], &Method::ALL];

/// What is wrong with a list of methods.
#[derive(Debug, Clone, Copy)]
pub enum MethodFault<'m> {
    /// CloudFront does not accept this one; methods are case-sensitive.
    Unknown(&'m Prop<Text>),
    /// The methods are not one of the sets.
    NoSet,
}

/// What is certainly wrong with `AllowedMethods` and `CachedMethods`: the list, whether it is the latter, and the
/// fault.
pub fn faults(behavior: &Behavior) -> impl Iterator<Item = (&List<Prop<Text>>, bool, MethodFault<'_>)> {
    let lists = [(&behavior.allowed_methods, false), (&behavior.cached_methods, true)];
    lists.into_iter().filter_map(|(list, is_cached)| Some((list, is_cached, fault(list, is_cached)?)))
}

fn fault(list: &List<Prop<Text>>, is_cached: bool) -> Option<MethodFault<'_>> {
    let known = |item: &Prop<Text>| Method::ALL.iter().any(|method| item.literal() == Some(method.as_str()));
    let is_other = |item: &&Prop<Text>| item.literal().is_some_and(|name| !name.is_empty()) && !known(item);
    if let Some(other) = list.iter().find(is_other) {
        return Some(MethodFault::Unknown(other));
    }
    let is_closed = list.open.is_none() && list.iter().all(known);
    let is_set = |set: &&&[Method]| {
        set.iter().all(|method| contains(list, *method).is_true())
            && list.iter().all(|item| set.iter().any(|method| item.literal() == Some(method.as_str())))
    };
    let sets = sets(is_cached);
    (is_closed && list.present && !sets.iter().any(|set| is_set(&set))).then_some(MethodFault::NoSet)
}

/// The smallest set that has all of the methods; `None` if not all of them are known.
pub fn smallest(list: &List<Prop<Text>>, is_cached: bool) -> Option<&'static [Method]> {
    let wanted: Vec<Method> =
        list.iter().map(|item| Method::from_name(item.literal()?)).collect::<Option<_>>()?;
    let has_all = |set: &&&[Method]| wanted.iter().all(|method| set.contains(method));
    if list.open.is_some() { None } else { sets(is_cached).iter().find(has_all).copied() }
}

/// The sets of methods for `AllowedMethods`, or for `CachedMethods`.
pub fn sets(is_cached: bool) -> &'static [&'static [Method]] {
    if is_cached { &SETS[..2] } else { &SETS }
}

/// The allowed methods that CloudFront rejects in a behavior whose target is an origin group: it repeats requests, and
/// does that only for methods that change nothing.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/high_availability_origin_failover.html>,
/// <https://github.com/aws/aws-cdk/issues/32450>
pub fn refused_by_group(behavior: &Behavior) -> Vec<Method> {
    let is_write = |method: &Method| !SETS[1].contains(method);
    allowed(behavior).into_iter().filter(is_write).collect()
}

fn contains(list: &List<Prop<Text>>, method: Method) -> Tri {
    if !list.present && list.open.is_none() {
        return Tri::from(DEFAULT.contains(&method));
    }
    let is_it = |item: &Prop<Text>| match item.literal() {
        Some(name) => Tri::from(name == method.as_str()),
        None => Tri::Unknown,
    };
    let open = if list.open.is_some() { Tri::Unknown } else { Tri::False };
    list.iter().map(is_it).fold(open, Tri::or)
}
