//! What domain names and paths of origins may look like.

use cflint_edge::origin::faults::{PathFault, path_fault, url};
use cflint_template::value::{Alphabet, Hole, Reference, Text};

fn hole(alphabet: Alphabet) -> Text {
    Text::hole(Hole::of(Reference::Parameter("P".to_owned()), alphabet))
}

fn with(before: &str, alphabet: Alphabet, after: &str) -> Text {
    Text::join(&Text::default(), [&before.into(), &hole(alphabet), &after.into()])
}

#[test]
fn a_url_is_taken_apart() {
    for (domain, scheme, host, port, path) in [
        ("https://a.example.com", true, "a.example.com", "", ""),
        ("http://a.example.com:8080/v1/", true, "a.example.com", ":8080", "/v1/"),
        ("a.example.com:443", false, "a.example.com", ":443", ""),
        ("a.example.com/v1", false, "a.example.com", "", "/v1"),
    ] {
        let url = url(&domain.into()).unwrap_or_else(|| panic!("{domain}"));
        assert_eq!((url.scheme, url.host), (scheme, host.into()), "{domain}");
        assert_eq!((url.port, url.path), (port.into(), path.into()), "{domain}");
    }
}

#[test]
fn what_may_be_a_host_is_no_url() {
    assert_eq!(url(&"a.example.com".into()), None);
    assert_eq!(url(&hole(Alphabet::ANY)), None);
    assert_eq!(url(&with("", Alphabet::ANY, ".example.com")), None);
    assert!(url(&with("https://", Alphabet::ANY, "")).is_some_and(|url| url.host == hole(Alphabet::ANY)));
}

#[test]
fn a_fault_of_a_path_holds_whatever_the_holes_are() {
    for (path, fault) in [
        (Text::literal(""), None),
        ("/prod".into(), None),
        ("/".into(), Some(PathFault::OnlySlash)),
        ("prod".into(), Some(PathFault::NoSlash)),
        ("/prod/".into(), Some(PathFault::SlashAtEnd)),
        ("/prod?a".into(), Some(PathFault::Ends('?'))),
        ("https://a/b".into(), Some(PathFault::Scheme)),
        (format!("/{}", "a".repeat(254)).as_str().into(), None),
        (format!("/{}", "a".repeat(255)).as_str().into(), Some(PathFault::TooLong)),
        (hole(Alphabet::ANY), None),
        (hole(Alphabet::STAGE), Some(PathFault::NoSlash)),
        (with("/", Alphabet::STAGE, ""), None),
        (with("/", Alphabet::STAGE, "/"), Some(PathFault::SlashAtEnd)),
        (with("", Alphabet::ANY, "/"), Some(PathFault::SlashAtEnd)),
        (with("/", Alphabet::STAGE, &"a".repeat(254)), Some(PathFault::TooLong)),
    ] {
        assert_eq!(path_fault(&path), fault, "{path}");
    }
}
