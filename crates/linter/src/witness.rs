//! The requests that show findings, as `cflint trace` accepts them.

use std::collections::BTreeSet;

use cflint_diagnostics::{FileId, Finding};
use cflint_template::model;
use cflint_template::template::Template;

use crate::input::Input;

/// Completes the requests that show findings with the arguments that `cflint trace` needs.
pub(crate) fn complete(findings: &mut [Finding], input: &Input, inputs: &[Input], template: &Template<'_>) {
    let folder = |name: &str| match name.rsplit_once('/') {
        Some(("", _)) => "/".to_owned(),
        Some((folder, _)) => folder.to_owned(),
        None => ".".to_owned(),
    };
    // Templates that import are read from one folder with the others, the stacks of an assembly from that of its
    // manifest. Those of nested stacks are read with their template.
    let name = |file: FileId| inputs.get(file.0 as usize).map_or("", |input| input.name.as_str());
    let mut folders: BTreeSet<String> = template.imported_files().map(|file| folder(name(file))).collect();
    let needs_others = !folders.is_empty() || input.stack.is_some();
    folders.insert(folder(&input.name));
    let path = needs_others.then(|| common(&folders)).flatten().unwrap_or_else(|| input.name.clone());
    let is_alone = path == input.name && model::distributions(template).nth(1).is_none();
    for finding in findings {
        let Some(witness) = &mut finding.witness else { continue };
        witness.path.clone_from(&path);
        let Some(qualified) = witness.distribution.take().filter(|_| !is_alone) else { continue };
        let (other, id) = template.locate(&qualified);
        let stack = other.or(input.stack.as_ref().map(|stack| stack.facts.name.as_str()));
        let id = stack.map_or_else(|| id.to_owned(), |stack| format!("{stack}.{id}"));
        // Stacks of an assembly have names of their own. In a folder, several templates can use the same name.
        let is_clear = input.stack.is_some() || path == input.name;
        witness.distribution = Some(if is_clear { id } else { format!("{}:{id}", input.name) });
    }
}

/// The folder that all of these are in; `None` if only some are named from the root of the system, or that is all they
/// have in common.
fn common(folders: &BTreeSet<String>) -> Option<String> {
    let is_absolute = |folder: &String| folder.starts_with('/') || folder.get(1..2) == Some(":");
    let count = folders.iter().filter(|folder| is_absolute(folder)).count();
    if count != 0 && count != folders.len() {
        return None;
    }
    let parts =
        |folder: &'_ String| folder.split('/').filter(|part| *part != ".").map(str::to_owned).collect();
    let all: Vec<Vec<String>> = folders.iter().map(parts).collect();
    let up = |parts: &Vec<String>| parts.iter().take_while(|part| *part == "..").count();
    let highest = all.iter().map(up).max().unwrap_or(0);
    let common = if all.iter().all(|parts| up(parts) == highest) {
        all.into_iter().reduce(|common, own| {
            common.into_iter().zip(own).take_while(|(a, b)| a == b).map(|(part, _)| part).collect()
        })
    } else {
        Some(vec!["..".to_owned(); highest])
    };
    match common.unwrap_or_default().join("/") {
        empty if empty.is_empty() => (count == 0).then(|| ".".to_owned()),
        folder => Some(folder),
    }
}

/// A path or URL as it can be sent: what a URL cannot contain is percent-encoded.
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
    use super::{common, encoded};

    #[test]
    fn the_folder_of_several_is_that_above_them() {
        for (folders, expected) in [
            (&["a/b", "a/c"][..], "a"),
            (&["a", "b"], "."),
            (&[".", "a"], "."),
            (&[".", "../api"], ".."),
            (&["../api", "../edge/a"], ".."),
            (&["../../x", "../y"], "../.."),
            (&["/r/a", "/r/b"], "/r"),
            (&["/r/a", "/s"], ""),
            (&["/r/a", "b"], ""),
        ] {
            let folders = folders.iter().map(|folder| (*folder).to_owned()).collect();
            assert_eq!(common(&folders).unwrap_or_default(), expected, "{folders:?}");
        }
    }

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
