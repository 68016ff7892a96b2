//! Who may call the routes of a SAM API: `Auth` of the API, and what overrides it in an event.
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-api-apiauth.html>
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-property-httpapi-httpapiauth.html>

use super::settings::Settings;
use crate::eval::Reason;
use crate::model::api::Access;
use crate::model::prop::tri;
use crate::model::reader::Reader;
use crate::model::{Authorizer, Guard, List, Prop, Protocol, State};
use crate::model::{authorizer, openapi};
use crate::value::{Text, Tri};

const OPTIONS: &str = "OPTIONS";
const IAM: &str = "AWS_IAM";

/// `Auth` of an API.
#[derive(Debug)]
pub(super) struct ApiAuth {
    protocol: Protocol,
    /// How the default authorizer protects a route; `None` if there is none.
    default: Option<Asked>,
    /// Whether a preflight has to pass the default authorizer, too.
    on_preflight: Tri,
    /// Whether `AWS_IAM` is the signature and not an authorizer of that name.
    iam_is_built_in: Tri,
    authorizers: Vec<String>,
    /// The complete authorizers.
    pub(super) declared: List<Authorizer>,
    key_required: Tri,
    key_on_preflight: Tri,
}

/// Who may call a route: the guard, and the authorizer if it is one that is declared.
type Asked = (Guard, Option<String>);

impl ApiAuth {
    pub(super) fn read(settings: &Settings<'_, '_>, protocol: Protocol) -> Self {
        let auth = settings.map_or_empty("Auth");
        let authorizers = auth.map_or_empty("Authorizers");
        let (names, are_open) = authorizers.names();
        let is_rest = protocol == Protocol::Rest;
        let iam_is_built_in = if is_rest { Tri::True } else { tri(&auth.bool("EnableIamAuthorizer"), false) };
        let mut read = Self {
            protocol,
            default: None,
            on_preflight: if is_rest {
                tri(&auth.bool("AddDefaultAuthorizerToCorsPreflight"), true)
            } else {
                Tri::False
            },
            iam_is_built_in,
            declared: declared(&authorizers, &names, are_open, is_rest),
            authorizers: names,
            key_required: if is_rest { tri(&auth.bool("ApiKeyRequired"), false) } else { Tri::False },
            key_on_preflight: tri(&auth.bool("AddApiKeyRequiredToCorsPreflight"), true),
        };
        let default = auth.text("DefaultAuthorizer");
        // SAM ignores the default if the API has no authorizers.
        let has_authorizers = !read.authorizers.is_empty() || are_open;
        read.default = match read.named(&default) {
            Some((Guard::Authorizer, _)) if !has_authorizers => None,
            guard => guard,
        };
        read
    }

    /// How an authorizer protects a route; `None` if no authorizer is named.
    fn named(&self, authorizer: &Prop<Text>) -> Option<Asked> {
        let plain = |guard| Some((guard, None));
        match (&authorizer.state, authorizer.literal()) {
            (State::Absent, _) => None,
            (_, Some(IAM)) if self.iam_is_built_in.is_true() => plain(Guard::Iam),
            (_, Some(IAM)) if self.iam_is_built_in == Tri::Unknown => plain(Guard::Unknown),
            (_, Some("NONE")) => plain(Guard::None),
            (_, Some(name)) => Some((Guard::Authorizer, Some(name.to_owned()))),
            (_, None) => plain(Guard::Unknown),
        }
    }

    /// How the default authorizer protects a route with this method; `None` if it does not apply.
    fn default_for(&self, method: &str) -> Option<Asked> {
        let reaches = if method == OPTIONS { self.on_preflight } else { Tri::True };
        match reaches {
            Tri::True => self.default.clone(),
            Tri::False => None,
            Tri::Unknown => self.default.as_ref().map(|_| (Guard::Unknown, None)),
        }
    }

    /// Whether the API requires a key on a route with this method that does not say so itself.
    fn default_key(&self, method: &str) -> Tri {
        let reaches = if method == OPTIONS { self.key_on_preflight } else { Tri::True };
        self.key_required.and(reaches)
    }

    /// Who may call the route of an event.
    pub(super) fn of_event(&self, method: &str, auth: &Reader<'_, '_>) -> Access {
        if auth.open().is_some() {
            return Access::new(Guard::Unknown, Tri::Unknown);
        }
        // An HTTP API applies its default authorizer to an event with `Auth` even if the method is `OPTIONS`.
        let is_asked = self.protocol == Protocol::Http && !auth.entries().is_empty();
        let default = || if is_asked { self.default.clone() } else { self.default_for(method) };
        let asked = self.named(&auth.text("Authorizer")).or_else(default);
        access(asked.unwrap_or((Guard::None, None)), self.key_of_event(method, auth))
    }

    fn key_of_event(&self, method: &str, auth: &Reader<'_, '_>) -> Tri {
        if self.protocol != Protocol::Rest {
            return Tri::False;
        }
        let own = auth.bool("ApiKeyRequired");
        if own.is_absent() {
            return self.default_key(method);
        }
        let lifted = self.key_required.and(!self.default_key(method));
        tri(&own, false).and(!lifted)
    }

    /// Who may call the `OPTIONS` that SAM adds for CORS.
    pub(super) fn of_preflight(&self) -> Access {
        access(self.default_for(OPTIONS).unwrap_or((Guard::None, None)), self.default_key(OPTIONS))
    }

    /// Who may call an operation of `DefinitionBody`.
    pub(super) fn of_operation<'r, 't>(
        &self,
        body: &Reader<'r, 't>,
        operation: &Reader<'r, 't>,
        method: &str,
    ) -> Access {
        let written = openapi::security(body, operation);
        // SAM does not change operations without an integration.
        if operation.entry("x-amazon-apigateway-integration").is_none() && operation.open().is_none() {
            return written;
        }
        let requirements = operation.maps("security", |requirement, _| requirement);
        let entries = requirements.iter().flat_map(Reader::entries);
        let names: Vec<&str> = entries.map(|entry| &*entry.name).collect();
        let own = names.iter().find_map(|name| match *name {
            "NONE" => Some((Guard::None, None)),
            IAM if self.iam_is_built_in.is_true() => Some((Guard::Iam, None)),
            name => {
                let is_known = self.authorizers.iter().any(|known| known == name);
                is_known.then(|| (Guard::Authorizer, Some(name.to_owned())))
            }
        });
        let keeps_written = self.protocol == Protocol::Http && !names.is_empty();
        let default = if keeps_written { None } else { self.default_for(method) };
        let api_key = written.api_key.or(self.default_key(method));
        access(own.or(default).unwrap_or((written.guard, written.authorizer)), api_key)
    }
}

fn access((guard, authorizer): Asked, api_key: Tri) -> Access {
    Access { guard, authorizer, api_key }
}

fn declared(
    authorizers: &Settings<'_, '_>,
    names: &[String],
    are_open: bool,
    is_rest: bool,
) -> List<Authorizer> {
    let mut declared = List::of(authorizers.own().span(), Vec::new());
    for name in names {
        let holder = authorizers.holder(name);
        let span = holder.entry(name).map_or(holder.span(), |entry| entry.key.span());
        declared.items.push(authorizer::of_sam(name, span, is_rest, &holder.map_or_empty(name.clone())));
    }
    if are_open {
        declared.open = Some(Reason("an authorizer of the API is not known".to_owned()));
    }
    declared
}
