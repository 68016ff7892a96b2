//! Whether an API is meant to be called from pages of other sites.

use cflint_template::model::{Cors, Model};
use cflint_template::value::Text;

use crate::routes::viewer_host::comes_here;

/// Whether the CORS configuration of an API names a site that is certainly not the distribution itself. Pages on a
/// developer's computer do not count.
pub fn names_other_site(model: &Model, cors: &Cors) -> bool {
    cors.origins.iter().any(|origin| origin.known().and_then(host).is_some_and(|host| is_other(model, host)))
}

fn is_other(model: &Model, host: &str) -> bool {
    let is_local = |host: &str| host == "localhost" || host.ends_with(".localhost") || host == "127.0.0.1";
    !is_local(host) && comes_here(model, &host.to_ascii_lowercase()).is_false()
}

/// The host in the origin of a page; `None` for `*` and what is known only at deployment.
fn host(origin: &Text) -> Option<&str> {
    let (_, host) = origin.as_literal()?.split_once("://")?;
    let host = host.split([':', '/']).next().unwrap_or_default();
    (!host.is_empty() && !host.contains('*')).then_some(host)
}
