//! The request as CloudFront sends it to the origin.

use cflint_template::model::{Behavior, Origin, OriginKind};
use cflint_template::value::{Text, Tri};

use super::behavior::{Paths, of_path};
use super::fate::{because, named, nothing, place};
use super::{Lost, Tracer, Way, by_default, short};
use crate::behavior::selection::Set;
use crate::facts::Certainty;
use crate::facts::headers::is_added_by_cloudfront;
use crate::routes::path::RequestPath;
use crate::words::{all_of, quoted};

/// The query strings of signed URLs.
const SIGNATURE: [&str; 4] = ["Expires", "Policy", "Signature", "Key-Pair-Id"];

/// What arrives at the origin.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    /// The host name in `Host`; `None` if it is not known whether it is the viewer's.
    pub(super) host: Option<Text>,
    /// Whether the viewer's `Host` is sent.
    pub(super) forwards_host: Tri,
    pub(super) path: Text,
    /// Whether the connection to the origin is encrypted.
    pub(super) is_https: bool,
    headers: Vec<(String, Text, Tri)>,
    query: Vec<(String, Tri)>,
}

impl Sent {
    /// The value of a header that arrives; `Err` says whether it is certain that none does.
    pub(super) fn header(&self, name: &str) -> Result<&Text, Tri> {
        let found = self.headers.iter().find(|(own, ..)| own.eq_ignore_ascii_case(name));
        match found {
            Some((_, value, Tri::True)) => Ok(value),
            Some((_, _, Tri::Unknown)) => Err(Tri::Unknown),
            _ => Err(Tri::False),
        }
    }

    /// Whether a query string arrives.
    pub(super) fn has_query(&self, name: &str) -> Tri {
        let of_name = self.query.iter().filter(|(own, _)| own == name);
        of_name.map(|(_, arrives)| *arrives).fold(Tri::False, Tri::or)
    }

    /// The bytes of the headers, as far as they are known.
    pub(super) fn header_bytes(&self) -> usize {
        let sent = self.headers.iter().filter(|(_, _, arrives)| arrives.is_true());
        sent.map(|(name, value, _)| name.len() + value.to_string().len() + 4).sum()
    }
}

impl<'m> Tracer<'m, '_> {
    /// The request as it is sent, header by header.
    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/controlling-origin-requests.html>
    pub(super) fn leave(&mut self, path: &RequestPath<'m>, host: &str, paths: &Paths) -> Way<Sent> {
        let origin = path.origin;
        let is_https = self.is_https(path)?;
        let Some(mut arriving) = origin.path.or_default(Text::default()) else {
            return Err(super::End::unknown("it is not known what `OriginPath` puts in front of the path")
                .at(origin.path.span));
        };
        arriving.push_str(&paths.raw);
        let (query, kept) = self.query(path);
        let scheme = if is_https { "https" } else { "http" };
        let port = port(path, is_https);
        let url = format!("{scheme}://{}{port}{arriving}{kept}", path.origin_host());
        let method = self.request.method.as_str();
        let detail = format!("`{method} {}`{}", short_url(&url), by_default(&origin.path));
        let span = if origin.path.is_absent() { origin.domain_name.span } else { origin.path.span };
        self.step("origin request", detail, of_path(&paths.raw), Some(span));
        let mut sent = Sent {
            host: None,
            forwards_host: path.forwarding.headers.selects("Host").answer,
            path: arriving,
            is_https,
            headers: Vec::new(),
            query: query.clone(),
        };
        self.host(path, host, &mut sent);
        self.lost.clear();
        for (name, value) in &self.request.headers {
            if name.eq_ignore_ascii_case("Host") || name.eq_ignore_ascii_case("Cookie") {
                continue;
            }
            let fate = self.upgrade(name, value, self.fate(path, name, value));
            let detail = format!("`{name}: {}` {}", short(value), fate.what);
            self.step("header", detail, fate.certainty, Some(fate.span));
            let arriving = fate.value.as_ref().and_then(Text::as_literal);
            if fate.arrives != Tri::Unknown && arriving != Some(value.as_str()) {
                let (name, is_replaced) = (name.clone(), fate.arrives.is_true());
                self.lost.push(Lost { name, is_cookie: false, is_replaced });
            }
            if let Some(value) = fate.value {
                sent.headers.push((name.clone(), value, fate.arrives));
            }
        }
        for header in origin.custom_headers.iter() {
            let Some(name) = header.name.literal() else { continue };
            if self.request.header(name).is_none() {
                let value = header.value.known().cloned().unwrap_or_default();
                let detail = format!("`{name}` is added: the origin's custom header");
                self.sure("header", detail, header.name.span);
                sent.headers.push((name.to_owned(), value, Tri::True));
            }
        }
        self.own_headers(path);
        self.cookies(path, &mut sent);
        for (name, arrives) in query {
            let selected = path.forwarding.query_strings.selects(&name);
            let what = match arrives {
                Tri::True => format!("is kept: {}", because(&selected)),
                Tri::False if self.is_of_signature(path.behavior, &name) => {
                    "is dropped: it is part of CloudFront's signed URL".to_owned()
                }
                Tri::False => format!("is dropped: {}", nothing(path, &path.forwarding.query_strings)),
                Tri::Unknown => "may be dropped: the template does not say".to_owned(),
            };
            let (span, certainty) = if self.is_of_signature(path.behavior, &name) {
                (path.behavior.signers.span, Certainty::Probable)
            } else {
                (place(&selected, path, &path.forwarding.query_strings), Certainty::Certain)
            };
            self.step("query string", format!("`{name}` {what}"), certainty, Some(span));
        }
        Ok(sent)
    }

    /// What CloudFront adds, unless the viewer sent it.
    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/adding-cloudfront-headers.html>
    fn own_headers(&mut self, path: &RequestPath<'m>) {
        const ADDED: [(&str, &str); 4] = [
            ("User-Agent", "User-Agent: Amazon CloudFront"),
            ("Via", "Via"),
            ("X-Amz-Cf-Id", "X-Amz-Cf-Id"),
            ("X-Forwarded-For", "X-Forwarded-For"),
        ];
        let missing = ADDED.iter().filter(|(name, _)| self.request.header(name).is_none());
        let names = quoted(missing.map(|(_, shown)| shown));
        if !names.is_empty() {
            self.sure("header", format!("CloudFront adds {}", all_of(&names)), path.behavior.span);
        }
        for source in &path.forwarding.headers.sources {
            let (Set::Only(asked) | Set::AllViewerAnd(asked)) = &source.set else { continue };
            let names = quoted(asked.literals().filter(|name| is_added_by_cloudfront(name)));
            let detail = match names.len() {
                0 => continue,
                count if count > 6 => format!("CloudFront adds {count} headers such as {}", names[0]),
                _ => format!("CloudFront adds {}", all_of(&names)),
            };
            let detail = format!("{detail}, as requested by {}", named(source));
            self.sure("header", detail, source.place());
        }
    }

    fn host(&mut self, path: &RequestPath<'m>, host: &str, sent: &mut Sent) {
        let selected = path.forwarding.headers.selects("Host");
        let span = place(&selected, path, &path.forwarding.headers);
        if let Some(host) = self.chosen_host() {
            self.step("header", format!("`Host: {host}`, set by the function"), Certainty::Certain, None);
            sent.host = Some(Text::literal(host));
            sent.forwards_host = Tri::True;
            return;
        }
        match sent.forwards_host {
            Tri::True => {
                // One ambiguous sentence documents what `HostHeaderOnly` forwards.
                let managed = selected.source.and_then(|source| source.managed);
                let certainty =
                    if managed == Some("HostHeaderOnly") { Certainty::Probable } else { Certainty::Certain };
                let detail = format!("`Host: {host}`, the viewer's: {}", because(&selected));
                self.step("header", detail, certainty, Some(span));
                sent.host = Some(Text::literal(host));
            }
            Tri::False => {
                let own = path.origin_host();
                self.sure(
                    "header",
                    format!("`Host: {own}`, the origin's domain name"),
                    path.origin.domain_name.span,
                );
                sent.host = path.origin.domain_name.known().cloned();
            }
            Tri::Unknown => {
                let detail = "`Host` is the viewer's or the origin's: the template does not say".to_owned();
                self.sure("header", detail, span);
            }
        }
    }

    fn cookies(&mut self, path: &RequestPath<'m>, sent: &mut Sent) {
        let cookies: Vec<(String, String)> =
            self.request.cookies().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let mut kept = Vec::new();
        let mut arrives = Tri::False;
        for (name, value) in cookies {
            let selected = path.forwarding.cookies.selects(&name);
            // `Headers: ['*']` applies to headers; cookies have a setting of their own.
            let what = match selected.answer {
                Tri::True => format!("is kept: {}", because(&selected)),
                Tri::False => format!("is dropped: {}", nothing(path, &path.forwarding.cookies)),
                Tri::Unknown => "may be dropped: the template does not say".to_owned(),
            };
            let span = place(&selected, path, &path.forwarding.cookies);
            self.sure("cookie", format!("`{name}` {what}"), span);
            if selected.answer.is_false() {
                self.lost.push(Lost { name, is_cookie: true, is_replaced: false });
            } else {
                kept.push(format!("{name}={value}"));
            }
            arrives = arrives.or(selected.answer);
        }
        if !kept.is_empty() {
            sent.headers.push(("Cookie".to_owned(), Text::literal(kept.join("; ")), arrives));
        }
    }

    /// Whether a parameter is part of a signed URL, which CloudFront does not forward.
    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-signed-urls.html>
    pub(super) fn is_of_signature(&self, behavior: &Behavior, name: &str) -> bool {
        !behavior.signers.items.is_empty() && SIGNATURE.contains(&name)
    }

    /// The parameters with whether they arrive, and what is left of the query string.
    fn query(&self, path: &RequestPath<'m>) -> (Vec<(String, Tri)>, String) {
        let mut all = Vec::new();
        let mut kept = Vec::new();
        for parameter in self.request.parameters() {
            let name = parameter.split('=').next().unwrap_or_default();
            let arrives = if self.is_of_signature(path.behavior, name) {
                Tri::False
            } else {
                path.forwarding.query_strings.selects(name).answer
            };
            all.push((name.to_owned(), arrives));
            if !arrives.is_false() {
                kept.push(parameter);
            }
        }
        let query = if kept.is_empty() { String::new() } else { format!("?{}", kept.join("&")) };
        (all, query)
    }
}

/// The port in the URL, where it is not the usual one.
fn port(path: &RequestPath<'_>, is_https: bool) -> String {
    let OriginKind::Custom(config) = &path.origin.kind else { return String::new() };
    let (port, usual) = if is_https { (&config.https_port, 443) } else { (&config.http_port, 80) };
    match port.known() {
        Some(port) if *port != usual => format!(":{port}"),
        _ => String::new(),
    }
}

/// A URL for a person; one of a usual length stays as it is.
fn short_url(url: &str) -> String {
    const LONGEST: usize = 1_000;
    if url.len() <= LONGEST { url.to_owned() } else { short(url) }
}

/// Whether the origin has a custom header with this name.
pub(super) fn is_custom(origin: &Origin, name: &str) -> bool {
    origin
        .custom_headers
        .iter()
        .any(|header| header.name.literal().is_some_and(|own| own.eq_ignore_ascii_case(name)))
}
