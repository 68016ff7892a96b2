//! Who may call a route: authorizer, signature, API key.

use cflint_template::model::{Api, Authorizer, Guard, Identity, IdentityPlace, Protocol, Route};
use cflint_template::value::{Text, Tri};

use super::sent::{Sent, is_custom};
use super::{Cause, Tracer, Way};
use crate::access::api_key::{Unusable, covers, unusable};
use crate::access::exposure::asks_for_key;
use crate::facts::Certainty;
use crate::facts::refusals::{EXPLICIT_DENY, FORBIDDEN, Refusal};
use crate::routes::path::{Entrance, RequestPath};

impl<'m> Tracer<'m, '_> {
    pub(super) fn allowed(
        &mut self,
        entrance: &Entrance<'m>,
        route: &'m Route,
        path: &RequestPath<'m>,
        sent: &Sent,
    ) -> Way<()> {
        let api = entrance.api;
        let key = asks_for_key(api, route);
        match route.guard {
            Guard::None if !key.is_false() => {}
            Guard::None => self.sure("access", "the route requires no credentials", route.span),
            Guard::Iam => self.signature(api, route, path, sent)?,
            Guard::Authorizer => match api.authorizer(route) {
                Some(authorizer) => self.authorizer(api, authorizer, sent)?,
                None => {
                    let detail =
                        "an authorizer that is not in the template decides; assumed to allow the request";
                    self.sure("access", detail, route.span);
                }
            },
            Guard::Unknown => self.doubt(format!("who may call `{}`", route.name())),
        }
        if key.is_false() && route.api_key.is_true() {
            let detail = "the route requires an API key, but HTTP APIs have no API keys: it is never checked";
            self.sure("API key", detail, route.span);
        }
        match key {
            Tri::True => self.api_key(entrance, route, path, sent),
            Tri::False => Ok(()),
            Tri::Unknown => {
                self.doubt(format!("whether `{}` requires an API key", route.name()));
                Ok(())
            }
        }
    }

    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html>
    fn authorizer(&mut self, api: &'m Api, authorizer: &'m Authorizer, sent: &Sent) -> Way<()> {
        let id = &authorizer.id;
        for identity in authorizer.identity.iter().filter(|_| authorizer.is_strict()) {
            let what = identity_name(identity);
            match arrives(identity, sent) {
                Tri::True => {}
                Tri::False => {
                    let (why, cause) = self.missing(identity);
                    let detail = format!("`{id}` requires {what}, {why}");
                    self.sure("authorizer", detail, identity.span);
                    return Err(self.refuse(cause, api, Refusal::Unauthorized, identity.span));
                }
                Tri::Unknown => {
                    let detail = format!("`{id}` requires {what}, which may not arrive");
                    self.step("authorizer", detail, Certainty::Uncertain, Some(identity.span));
                    self.doubt(format!("whether {what} reaches the API"));
                }
            }
        }
        for identity in authorizer.identity.iter().filter(|_| !authorizer.is_strict()) {
            let what = identity_name(identity);
            if !arrives(identity, sent).is_true() {
                let detail = format!("`{id}` reads {what}, but runs even if it does not arrive");
                self.step("authorizer", detail, Certainty::Uncertain, Some(identity.span));
                self.doubt(format!("how `{id}` decides about a request without {what}"));
            }
        }
        let refused = match api.protocol {
            Protocol::Rest => EXPLICIT_DENY,
            _ => FORBIDDEN,
        };
        let detail =
            format!("`{id}` decides; assumed to allow the request; if it does not, `{refused}` or `401`");
        self.sure("authorizer", detail, authorizer.span);
        Ok(())
    }

    /// Why something that is required is not there.
    fn missing(&self, identity: &Identity) -> (&'static str, Cause) {
        let is_sent = match identity.place {
            IdentityPlace::Header => self.request.header(&identity.name).is_some(),
            IdentityPlace::Query => self.request.has_parameter(&identity.name),
            IdentityPlace::Other => true,
        };
        if !is_sent {
            return ("which the request does not have", Cause::NotSent);
        }
        let is_authorization = identity.name.eq_ignore_ascii_case("Authorization");
        let cause = match identity.place {
            IdentityPlace::Header if is_authorization => Cause::AuthorizationDropped,
            _ => Cause::IdentityDropped,
        };
        ("which does not arrive", cause)
    }

    /// A signature is made for one host name, and is not valid for any other.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html>
    fn signature(&mut self, api: &'m Api, route: &Route, path: &RequestPath<'m>, sent: &Sent) -> Way<()> {
        let in_query = sent.has_query("X-Amz-Signature").is_true() && self.request.is_signed();
        match sent.header("Authorization") {
            _ if in_query => {}
            Ok(value) if is_signature(value) => {}
            Ok(_) => {
                self.step(
                    "access",
                    "`Authorization` is not an AWS signature",
                    Certainty::Probable,
                    Some(route.span),
                );
                let refusal = match api.protocol {
                    Protocol::Rest => Refusal::IncompleteSignature,
                    _ => Refusal::Unsigned,
                };
                return Err(self.refuse(Cause::NotASignature, api, refusal, route.span));
            }
            Err(Tri::Unknown) => {
                self.doubt("whether `Authorization` reaches the API");
                return Ok(());
            }
            Err(_) => {
                let (why, cause) = match self.request.header("Authorization") {
                    Some(_) => (
                        "the route requires an AWS signature, but `Authorization` does not arrive",
                        Cause::AuthorizationDropped,
                    ),
                    None => {
                        ("the route requires an AWS signature, but the request is not signed", Cause::NotSent)
                    }
                };
                self.sure("access", why, route.span);
                return Err(self.refuse(cause, api, Refusal::Unsigned, route.span));
            }
        }
        if let Some(name) = self.dropped_from_signature(sent) {
            let detail = format!("the signature covers `{name}`, which does not arrive");
            self.step("access", detail, Certainty::Probable, Some(route.span));
            return Err(self.refuse(Cause::SignatureMismatch, api, Refusal::WrongSignature, route.span));
        }
        if sent.forwards_host.is_true() {
            self.sure("access", "signed; assumed to be by someone who may call it", route.span);
            return Ok(());
        }
        let own = path.origin_host();
        let detail = format!(
            "the signature covers `Host`, which is `{own}` here: a signature made for the host in the URL is not valid"
        );
        self.step("access", detail, Certainty::Probable, Some(route.span));
        Err(self.refuse(Cause::SignatureMismatch, api, Refusal::WrongSignature, route.span))
    }

    /// A header that the signature in `Authorization` covers, but that certainly does not arrive as it was sent.
    fn dropped_from_signature(&self, sent: &Sent) -> Option<String> {
        let (_, after) = self.request.header("Authorization")?.split_once("SignedHeaders=")?;
        let names = after.split([',', ' ']).next().unwrap_or_default().split(';');
        let mut names = names.filter(|name| !name.eq_ignore_ascii_case("host"));
        names.find(|name| sent.header(name).err() == Some(Tri::False)).map(str::to_owned)
    }

    /// <https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-key-source.html>
    fn api_key(
        &mut self,
        entrance: &Entrance<'m>,
        route: &Route,
        path: &RequestPath<'m>,
        sent: &Sent,
    ) -> Way<()> {
        let api = entrance.api;
        if api.api_key_source.literal() == Some("AUTHORIZER") {
            self.sure("API key", "the authorizer provides the API key", api.api_key_source.span);
            return Ok(());
        }
        match sent.header("x-api-key") {
            Ok(value) => {
                let value = value.clone();
                self.usable_key(entrance, route, &value, is_custom(path.origin, "x-api-key"))
            }
            Err(Tri::Unknown) => {
                self.doubt("whether `x-api-key` reaches the API");
                Ok(())
            }
            Err(_) => {
                let (why, cause) = match self.request.header("x-api-key") {
                    Some(_) => (
                        "the route requires an API key, but `x-api-key` does not arrive",
                        Cause::ApiKeyDropped,
                    ),
                    None => {
                        ("the route requires an API key, but the request has no `x-api-key`", Cause::NotSent)
                    }
                };
                self.sure("API key", why, route.span);
                Err(self.refuse(cause, api, Refusal::Key, route.span))
            }
        }
    }

    /// Whether the key opens the stage; failing that, whether any key does.
    fn usable_key(
        &mut self,
        entrance: &Entrance<'m>,
        route: &Route,
        value: &Text,
        is_custom: bool,
    ) -> Way<()> {
        let api = entrance.api;
        if let Some(why) = unusable(self.model, api, entrance.stage, value) {
            let (detail, span) = match why {
                Unusable::Disabled(key) => (format!("`{}` is not enabled", key.id), key.enabled.span),
                Unusable::Id { of, .. } => {
                    (format!("`x-api-key` is the id of `{of}`, not its value"), route.span)
                }
                Unusable::InNoPlan(key) => {
                    (format!("no usage plan makes `{}` valid for this stage", key.id), key.span)
                }
            };
            self.step("API key", detail, why.certainty(), Some(span));
            return Err(self.refuse(Cause::ApiKeyInvalid, api, Refusal::Key, span));
        }
        let plans = &self.model.usage_plans;
        let is_covered = plans.iter().any(|plan| !covers(plan, api, entrance.stage).is_false());
        if !plans.is_empty() && !is_covered {
            let stage = entrance.stage.and_then(|stage| stage.name.known());
            let stage = stage.map_or("a stage".to_owned(), |name| format!("stage `{name}`"));
            let detail = format!(
                "no usage plan in the template includes {stage} of `{}`, so no key is valid for it",
                api.id
            );
            self.sure("API key", detail, plans[0].span);
            return Err(self.refuse(Cause::ApiKeyInvalid, api, Refusal::Key, plans[0].span));
        }
        let from = if is_custom { "the origin's custom header" } else { "`x-api-key`" };
        self.sure("API key", format!("{from} arrives; assumed to be a key of a usage plan"), route.span);
        Ok(())
    }
}

fn arrives(identity: &Identity, sent: &Sent) -> Tri {
    match identity.place {
        IdentityPlace::Header => sent.header(&identity.name).map_or_else(|answer| answer, |_| Tri::True),
        IdentityPlace::Query => sent.has_query(&identity.name),
        IdentityPlace::Other => Tri::True,
    }
}

fn identity_name(identity: &Identity) -> String {
    match identity.place {
        IdentityPlace::Header => format!("header `{}`", identity.name),
        IdentityPlace::Query => format!("query string `{}`", identity.name),
        IdentityPlace::Other => format!("`{}`", identity.name),
    }
}

pub(super) fn is_signature(value: &Text) -> bool {
    value.prefix().starts_with("AWS4-")
}
