//! Paths as `file:` URIs.

use std::path::PathBuf;

use gen_lsp_types::Uri;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::files::paths::absolute;

/// What stays as it is in a path.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'/');

/// The path of a file; `None` for what is in no file, such as a new document.
pub(super) fn path(uri: &Uri) -> Option<PathBuf> {
    let rest = uri.as_ref().strip_prefix("file://")?;
    let (host, path) = rest.split_at(rest.find('/')?);
    let path = percent_decode_str(path).decode_utf8().ok()?;
    let is_drive = |path: &str| {
        path.as_bytes().get(1..3).is_some_and(|two| two[0].is_ascii_alphabetic() && two[1] == b':')
    };
    let path = match host {
        "" | "localhost" if cfg!(windows) && is_drive(&path) => path.get(1..)?.to_owned(),
        "" | "localhost" => path.into_owned(),
        host => format!("//{host}{path}"),
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
    fn other_uris_have_no_path() {
        for uri in ["untitled:Untitled-1", "file:", "file:///%ff", "file:///a%00b", "", "git:/a.yaml?x"] {
            assert_eq!(path(&Uri::from(uri)), None, "{uri}");
        }
    }
}
