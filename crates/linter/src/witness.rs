//! The requests that show findings, as `cflint trace` takes them.

use std::collections::BTreeSet;

use cflint_diagnostics::{FileId, Finding};
use cflint_template::model;
use cflint_template::template::Template;

use crate::Input;

/// Completes the requests that show findings by what `cflint trace` has to be given.
pub(crate) fn complete(findings: &mut [Finding], input: &Input, inputs: &[Input], template: &Template<'_>) {
    let folder = |name: &str| match name.rsplit_once('/') {
        Some(("", _)) => "/".to_owned(),
        Some((folder, _)) => folder.to_owned(),
        None => ".".to_owned(),
    };
    // Linked templates are read from one folder, the stacks of an assembly from that of its manifest.
    let name = |file: FileId| inputs.get(file.0 as usize).map_or("", |input| input.name.as_str());
    let files: Vec<FileId> = template.files().collect();
    let folders: BTreeSet<String> = files.iter().map(|file| folder(name(*file))).collect();
    let is_linked = files.len() > 1;
    let path = match (input.stack.is_some() || is_linked, folders.len()) {
        (false, _) => input.name.clone(),
        (true, 1) => folder(&input.name),
        (true, _) => common(&folders),
    };
    let is_alone = path == input.name && model::distributions(template).nth(1).is_none();
    for finding in findings {
        let Some(witness) = &mut finding.witness else { continue };
        witness.path.clone_from(&path);
        let Some(qualified) = witness.distribution.take().filter(|_| !is_alone) else { continue };
        let (other, id) = template.locate(&qualified);
        let stack = other.or(input.stack.as_ref().map(|stack| stack.facts.name.as_str()));
        witness.distribution = Some(stack.map_or_else(|| id.to_owned(), |stack| format!("{stack}.{id}")));
    }
}

/// The folder that all of these are in.
fn common(folders: &BTreeSet<String>) -> String {
    let mut parts: Option<Vec<&str>> = None;
    for folder in folders {
        let own: Vec<&str> = folder.split('/').collect();
        parts = Some(match parts {
            None => own,
            Some(before) => {
                before.iter().zip(&own).take_while(|(a, b)| a == b).map(|(part, _)| *part).collect()
            }
        });
    }
    match parts.unwrap_or_default().join("/") {
        empty if empty.is_empty() => ".".to_owned(),
        folder => folder,
    }
}

/// A path or URL as it can be sent: what a URL does not hold is percent-encoded.
pub(crate) fn encoded(target: &str) -> String {
    let is_escape = |at: usize| {
        target.get(at + 1..at + 3).is_some_and(|code| code.bytes().all(|b| b.is_ascii_hexdigit()))
    };
    let mut encoded = String::with_capacity(target.len());
    for (at, c) in target.char_indices() {
        match c {
            '%' if !is_escape(at) => encoded.push_str("%25"),
            '#' | '<' | '>' | '`' => encoded.push_str(&format!("%{:02X}", u32::from(c))),
            _ if c.is_ascii_graphic() => encoded.push(c),
            _ => c.encode_utf8(&mut [0; 4]).bytes().for_each(|b| encoded.push_str(&format!("%{b:02X}"))),
        }
    }
    encoded
}

/// Whether this can be the name of a header: a token as in <https://www.rfc-editor.org/rfc/rfc9110#name-tokens>.
pub(crate) fn is_header_name(name: &str) -> bool {
    let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !name.is_empty() && name.bytes().all(is_token)
}

#[cfg(test)]
mod tests {
    use super::encoded;

    #[test]
    fn what_no_url_holds_is_encoded_and_the_rest_is_kept() {
        for (target, sent) in [
            ("/api/users?page=2", "/api/users?page=2"),
            ("https://a.example.com/{id}/%2F", "https://a.example.com/{id}/%2F"),
            ("/\u{65e5}/a b", "/%E6%97%A5/a%20b"),
            ("/p%/100%2/%", "/p%25/100%252/%25"),
            ("/a#b<c>`\u{7f}", "/a%23b%3Cc%3E%60%7F"),
        ] {
            assert_eq!(encoded(target), sent);
        }
    }
}
