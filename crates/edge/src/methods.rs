//! Which methods a behavior lets through, and which answers it caches.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesAllowedHTTPMethods>

use cflint_template::model::{Behavior, List, Prop};
use cflint_template::value::{Text, Tri};

use crate::headers::Method;

/// The methods that are let through and cached if the template does not say.
const DEFAULT: [Method; 2] = [Method::Get, Method::Head];

/// Whether the behavior lets a method through.
#[must_use]
pub fn allows(behavior: &Behavior, method: Method) -> Tri {
    contains(&behavior.allowed_methods, method)
}

/// Whether answers to a method may be cached, as far as the method decides.
#[must_use]
pub fn caches(behavior: &Behavior, method: Method) -> Tri {
    match method {
        Method::Get | Method::Head => Tri::True,
        Method::Options => contains(&behavior.cached_methods, method),
        _ => Tri::False,
    }
}

/// The methods that the behavior certainly lets through, in the usual order.
#[must_use]
pub fn allowed(behavior: &Behavior) -> Vec<Method> {
    Method::ALL.into_iter().filter(|method| allows(behavior, *method).is_true()).collect()
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
