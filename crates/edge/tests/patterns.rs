//! Path patterns match what the documentation says they match.

use cflint_edge::language::Budget;
use cflint_edge::routes::pattern::{PathPattern, normalize_path};

#[test]
fn the_table_of_the_documentation() {
    for (pattern, matching, other) in [
        ("/api", &["/api"][..], &["/api/", "/api/users"][..]),
        ("/api/", &["/api/"], &["/api", "/api/users"]),
        ("/api/*", &["/api/", "/api/users/1"], &["/api", "/API/users", "/apix"]),
        ("/api*", &["/api", "/api/", "/api/users", "/apix", "/api-docs"], &["/v1/api"]),
        ("*/api/*", &["/v1/api/users", "/a/b/api/"], &["/api/users"]),
        ("*.json", &["/api/data.json"], &["/x.JSON"]),
        ("*", &["/", "/a", "/a/b.c"], &[]),
        ("/images/?.jpg", &["/images/a.jpg", "/images//.jpg"], &["/images/.jpg", "/images/ab.jpg"]),
        ("*product.jpg", &["/product.jpg", "/a/product.jpg"], &["/product.jpgs"]),
    ] {
        let with_slash = PathPattern::new(&format!("/{}", pattern.trim_start_matches('/')));
        let without_slash = PathPattern::new(pattern.trim_start_matches('/'));
        assert_eq!(with_slash, without_slash);
        assert_eq!(PathPattern::new(pattern), with_slash);
        for path in matching {
            assert!(with_slash.matches(path), "{pattern} matches {path}");
        }
        for path in other {
            assert!(!with_slash.matches(path), "{pattern} does not match {path}");
        }
    }
}

#[test]
fn normalization() {
    for (raw, normal) in [
        ("/a/b/..", "/a/"),
        ("/a/b/../", "/a/"),
        ("/a/b/../c", "/a/c"),
        ("/a/./b", "/a/b"),
        ("/a/.", "/a/"),
        ("/../../a", "/a"),
        ("//api/users", "/api/users"),
        ("/api///users//", "/api/users/"),
        ("/", "/"),
        ("", "/"),
        ("api", "/api"),
        ("/...", "/..."),
        ("/.well-known/x", "/.well-known/x"),
        ("/%2e%2e/a%2Fb", "/%2e%2e/a%2Fb"),
    ] {
        assert_eq!(normalize_path(raw), normal, "{raw}");
    }
    // The documentation's own example.
    let path = normalize_path("/a/b/..");
    assert!(PathPattern::new("/a*").matches(&path));
    assert!(!PathPattern::new("/a/b*").matches(&path));
}

#[test]
fn shadowing() {
    for (earlier, later, dead) in [
        ("*", "/api/*", true),
        ("/*", "/api/*", true),
        ("/api*", "/api/*", true),
        ("/api/*", "/api*", false),
        ("*.json", "/api/*", false),
        ("*.json", "/api/*.json", true),
        ("/api/*", "api/*", true),
        ("/a?c", "/abc", true),
        ("/a*", "/a?*", true),
        ("/a?*", "/a*?", true),
        ("/?*", "*", false),
        // As texts, `//api/` would be in `*/api/*` alone; no path has it once it is normalized.
        ("/?*/api/*", "*/api/*", true),
    ] {
        let (first, second) = (PathPattern::new(earlier), PathPattern::new(later));
        assert_eq!(first.contains(&second), Some(dead), "{earlier} before {later}");
        assert_eq!(first.counterexample(&second).is_none(), dead);
    }
    let path = PathPattern::new("/api/*").counterexample(&PathPattern::new("/api*"));
    assert_eq!(path.as_deref(), Some("/api"));
    let path = PathPattern::new("/?*").counterexample(&PathPattern::default_behavior());
    assert_eq!(path.as_deref(), Some("/"));
}

#[test]
fn first_segments() {
    for (pattern, segment) in [
        ("/api", Some("api")),
        ("/api/", Some("api")),
        ("api/*", Some("api")),
        ("/api/v1/*", Some("api")),
        ("/api*", None),
        ("/a?i/*", None),
        ("*/api", None),
        ("*", None),
        ("/", None),
        ("", None),
    ] {
        assert_eq!(PathPattern::new(pattern).first_segment(), segment, "{pattern}");
    }
}

#[test]
fn what_patterns_may_hold() {
    for pattern in ["/api/*", "a-b_c.d~e$f\"g'h@i:j+k&l?", "*"] {
        assert_eq!(PathPattern::new(pattern).disallowed_char(), None, "{pattern}");
    }
    for (pattern, c) in [("/api/{id}", '{'), ("/a b", ' '), ("/%61", '%'), ("/ü", 'ü'), ("/a,b", ',')] {
        assert_eq!(PathPattern::new(pattern).disallowed_char(), Some(c), "{pattern}");
    }
}

#[test]
fn examples_are_paths() {
    for (pattern, example) in [
        ("/api/*", "/api/users"),
        ("api/*", "/api/users"),
        ("/api", "/api"),
        ("*.json", "/users.json"),
        ("*", "/users"),
    ] {
        assert_eq!(PathPattern::new(pattern).example(), example);
    }
}

#[test]
fn patterns_can_shadow_another_one_together() {
    let shadows = |earlier: &[&str], later: &str| {
        let earlier: Vec<PathPattern> = earlier.iter().map(|pattern| PathPattern::new(pattern)).collect();
        cflint_edge::routes::pattern::shadows(
            &earlier.iter().collect::<Vec<_>>(),
            &PathPattern::new(later),
            &Budget::of_question(),
        )
    };
    assert_eq!(shadows(&["/img/*", "/api/*", "*"], "/api/v1/*"), Some(vec![1]));
    assert_eq!(shadows(&["/api/v1/*"], "/api/*"), None);
    assert_eq!(shadows(&["/api"], "/api/*"), None);
    assert_eq!(shadows(&[], "/api/*"), None);
    // A path goes on behind `/api`, or it does not.
    assert_eq!(shadows(&["/img/*", "/api", "/api?*"], "/api*"), Some(vec![1, 2]));
    assert_eq!(shadows(&["/api/", "/api/?", "/api/??*", "/api/???"], "/api/*"), Some(vec![0, 1, 2]));
    // `//` is not a path once it is normalized.
    assert_eq!(shadows(&["/a/?*", "/a/"], "/a/*"), Some(vec![0, 1]));
}
