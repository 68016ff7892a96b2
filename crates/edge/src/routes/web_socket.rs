//! WebSocket connections.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/distribution-working-with.websockets.html>

use cflint_template::model::{IdentityPlace, Protocol};
use cflint_template::value::Tri;

use crate::access::needs::arrives;
use crate::facts::headers::Method;
use crate::routes::entrance::entrances;
use crate::routes::path::RequestPath;

/// The headers of a handshake that a policy has to forward.
pub const REQUIRED: [&str; 2] = ["Sec-WebSocket-Key", "Sec-WebSocket-Version"];

/// What a client sends to open a connection. The key is the one of RFC 6455.
pub const HANDSHAKE: [(&str, &str); 4] = [
    ("Upgrade", "websocket"),
    ("Connection", "Upgrade"),
    ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ("Sec-WebSocket-Version", "13"),
];

/// Whether everything behind the origin is certainly a WebSocket API.
pub fn is_websocket(path: &RequestPath<'_>) -> bool {
    let entrances = entrances(path);
    match path.backend.api() {
        Some(api) => api.protocol == Protocol::WebSocket,
        None => {
            !entrances.is_empty()
                && entrances.iter().all(|entrance| entrance.api.protocol == Protocol::WebSocket)
        }
    }
}

/// The headers of a handshake that certainly do not reach a WebSocket API. A function that runs after the cache could
/// add them again; one on `viewer-request` could not.
pub fn dropped(path: &RequestPath<'_>) -> Vec<&'static str> {
    if !is_websocket(path) || path.behavior.may_run_on(&["origin-request"]) {
        return Vec::new();
    }
    let is_dropped = |name: &&str| arrives(path, IdentityPlace::Header, name, Method::Get).0 == Tri::False;
    REQUIRED.into_iter().filter(is_dropped).collect()
}
