//! The data file, line by line. A malformed line is skipped; a test makes sure that there is none.

use super::{
    ManagedCachePolicy, ManagedHeaders, ManagedOriginRequestPolicy, ManagedResponseHeader,
    ManagedResponseHeadersPolicy, ManagedSelection,
};
use crate::facts::Certainty;

/// What the lines of a section say.
pub(super) fn section<P>(
    data: &'static str,
    name: &str,
    read: impl Fn(&[&'static str]) -> Option<P>,
) -> Vec<P> {
    let is_header = |line: &&str| line.starts_with('[');
    let is_wanted = |line: &str| line.strip_prefix('[').and_then(|rest| rest.split(']').next()) == Some(name);
    let mut lines = data.lines();
    lines.by_ref().find(|line| is_wanted(line));
    let rows = lines.take_while(|line| !is_header(line)).filter(|line| !line.starts_with('#'));
    rows.filter_map(|line| read(&line.split(" | ").collect::<Vec<_>>())).collect()
}

pub(super) fn cache_policy(fields: &[&'static str]) -> Option<ManagedCachePolicy> {
    let [id, name, audience, ttls, headers, cookies, query_strings, compression, certainty] = fields else {
        return None;
    };
    let mut ttls = ttls.split('/').map(|ttl| ttl.parse().ok());
    Some(ManagedCachePolicy {
        id,
        name,
        amplify_only: *audience == "amplify",
        min_ttl: ttls.next()??,
        default_ttl: ttls.next()??,
        max_ttl: ttls.next()??,
        headers: header_selection(headers)?,
        cookies: selection(cookies)?,
        query_strings: selection(query_strings)?,
        gzip: compression.contains("gzip"),
        brotli: compression.contains("brotli"),
        certainty: Certainty::from_mark(certainty)?,
    })
}

pub(super) fn origin_request_policy(fields: &[&'static str]) -> Option<ManagedOriginRequestPolicy> {
    let [id, name, headers, cookies, query_strings, certainty] = fields else { return None };
    Some(ManagedOriginRequestPolicy {
        id,
        name,
        headers: header_selection(headers)?,
        cookies: selection(cookies)?,
        query_strings: selection(query_strings)?,
        certainty: Certainty::from_mark(certainty)?,
    })
}

pub(super) fn response_headers_policy(fields: &[&'static str]) -> Option<ManagedResponseHeadersPolicy> {
    let [id, name, cors, security] = fields else { return None };
    Some(ManagedResponseHeadersPolicy {
        id,
        name,
        cors: response_headers(cors)?,
        security: response_headers(security)?,
    })
}

fn selection(field: &'static str) -> Option<ManagedSelection> {
    match field.split_once(' ') {
        None if field == "none" => Some(ManagedSelection::None),
        None if field == "all" => Some(ManagedSelection::All),
        Some(("only", names)) => Some(ManagedSelection::Only(list(names))),
        Some(("except", names)) => Some(ManagedSelection::AllExcept(list(names))),
        _ => None,
    }
}

fn header_selection(field: &'static str) -> Option<ManagedHeaders> {
    match field.split_once(' ') {
        None if field == "none" => Some(ManagedHeaders::None),
        None if field == "viewer" => Some(ManagedHeaders::AllViewer),
        Some(("only", names)) => Some(ManagedHeaders::Only(list(names))),
        Some(("except", names)) => Some(ManagedHeaders::AllExcept(list(names))),
        Some(("viewer+cloudfront", names)) => Some(ManagedHeaders::AllViewerAndCloudFront(list(names))),
        _ => None,
    }
}

fn response_headers(field: &'static str) -> Option<Vec<ManagedResponseHeader>> {
    if field == "none" {
        return Some(Vec::new());
    }
    field
        .split(" & ")
        .map(|header| {
            let (name, value) = header.split_once(": ")?;
            let overrides_origin = name.ends_with('!');
            Some(ManagedResponseHeader { name: name.trim_end_matches('!'), value, overrides_origin })
        })
        .collect()
}

fn list(names: &'static str) -> Vec<&'static str> {
    names.split(", ").collect()
}

#[cfg(test)]
mod tests {
    use super::super::{CACHE, DATA, ORIGIN_REQUEST, RESPONSE_HEADERS};

    #[test]
    fn every_line_is_understood() {
        let lines = DATA.lines().filter(|line| line.contains(" | ") && !line.starts_with('#')).count();
        assert_eq!(CACHE.len() + ORIGIN_REQUEST.len() + RESPONSE_HEADERS.len(), lines);
    }
}
