//! Who may call an API, and what has to arrive for that.

pub mod api_key;
pub mod brought;
pub mod credential;
pub mod cross_site;
pub mod exposure;
pub mod firewall;
pub mod function_url;
pub mod invocation;
pub mod needs;
pub mod origin_access;
pub mod resource_policy;
pub mod secret;
pub mod verification;
