//! Paths as `file:` URIs.

use std::path::PathBuf;

use gen_lsp_types::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::files::paths::absolute;

/// What stays as it is in a path.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The path of a file; `None` for what is in no file, such as a new document, and for a file of another host where paths
/// cannot name one. The forms are those of <https://www.rfc-editor.org/rfc/rfc8089>.
pub(super) fn path(uri: &Uri) -> Option<PathBuf> {
    let (scheme, rest) = uri.as_ref().split_once(':')?;
    if !scheme.eq_ignore_ascii_case("file") {
        return None;
    }
    let (host, path) = match rest.strip_prefix("//") {
        Some(rest) => rest.split_at(rest.find('/')?),
        None => ("", Some(rest).filter(|rest| rest.starts_with('/'))?),
    };
    let path = percent_decode_str(path).decode_utf8().ok()?;
    let is_drive = |path: &str| {
        path.as_bytes().get(1..3).is_some_and(|two| two[0].is_ascii_alphabetic() && two[1] == b':')
    };
    let path = match host {
        host if host.is_empty() || host.eq_ignore_ascii_case("localhost") => match path.get(1..) {
            Some(drive) if cfg!(windows) && is_drive(&path) => drive.to_owned(),
            _ => path.into_owned(),
        },
        host if cfg!(windows) => format!("//{host}{path}"),
        _ => return None,
    };
    (!path.contains('\0')).then(|| absolute(path.as_ref()))
}

/// The URI of a file by its shown path.
pub(super) fn of(shown: &str) -> Uri {
    let root = if shown.starts_with('/') { "file://" } else { "file:///" };
    Uri(format!("{root}{}", utf8_percent_encode(shown, PATH)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_survives_as_a_uri() {
        for name in ["/a/b.yaml", "/a b/é😀#?%.yaml", "/a:b/c&d.yaml"] {
            assert_eq!(path(&of(name)), Some(PathBuf::from(name)), "{}", of(name));
        }
    }

    #[test]
    fn a_file_uri_has_several_forms() {
        for uri in ["file:/a/b.yaml", "file:///a/b.yaml", "FILE:///a/b.yaml", "file://LocalHost/a/b.yaml"] {
            assert_eq!(path(&Uri::from(uri)), Some(PathBuf::from("/a/b.yaml")), "{uri}");
        }
    }

    #[test]
    fn a_file_of_another_host_is_read_only_where_paths_name_hosts() {
        let share = cfg!(windows).then(|| PathBuf::from("//server/share/a.yaml"));
        assert_eq!(path(&Uri::from("file://server/share/a.yaml")), share);
    }

    #[test]
    fn other_uris_have_no_path() {
        for uri in [
            "untitled:Untitled-1",
            "file:",
            "file:a.yaml",
            "file:///%ff",
            "file:///a%00b",
            "",
            "git:/a.yaml?x",
        ] {
            assert_eq!(path(&Uri::from(uri)), None, "{uri}");
        }
    }
}
