//! What the binary is made of: no crate that talks to a network, and not many of any kind.

#![expect(
    clippy::disallowed_types,
    clippy::expect_used,
    reason = "asks cargo, and fails if it does not answer"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

use serde_json::Value;

/// How many crates from the registry the binary may be built of on Linux; see `docs/adr/0005-dependencies.md`.
const BUDGET: usize = 90;

/// Clients, servers, and what they are built on. cflint reads files and nothing else.
const NETWORK: [&str; 24] = [
    "async-std",
    "attohttpc",
    "curl",
    "curl-sys",
    "h2",
    "hyper",
    "isahc",
    "minreq",
    "mio",
    "native-tls",
    "openssl",
    "openssl-sys",
    "quinn",
    "reqwest",
    "rustls",
    "self_update",
    "smol",
    "socket2",
    "surf",
    "tokio",
    "trust-dns-resolver",
    "tungstenite",
    "ureq",
    "webpki",
];

/// The crates that the binary is built of, tests and build scripts left out.
fn crates(platform: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--format-version", "1"])
        .args(platform)
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let names: BTreeMap<String, String> = list(&metadata["packages"])
        .iter()
        .map(|package| (text(&package["id"]), text(&package["name"])))
        .collect();
    let normal =
        |dependency: &&Value| list(&dependency["dep_kinds"]).iter().any(|kind| kind["kind"].is_null());
    let needs: BTreeMap<String, Vec<String>> = list(&metadata["resolve"]["nodes"])
        .iter()
        .map(|node| {
            let needed = list(&node["deps"]);
            (text(&node["id"]), needed.iter().filter(normal).map(|needed| text(&needed["pkg"])).collect())
        })
        .collect();
    let root = names.iter().find(|(_, name)| *name == "cflint").expect("the binary is a package").0;
    let (mut seen, mut open) = (BTreeSet::new(), vec![root]);
    while let Some(id) = open.pop() {
        if seen.insert(id) {
            open.extend(needs.get(id).into_iter().flatten());
        }
    }
    seen.into_iter().filter_map(|id| names.get(id).cloned()).collect()
}

#[test]
fn no_crate_talks_to_a_network() {
    let found: Vec<String> =
        crates(&[]).into_iter().filter(|name| NETWORK.contains(&name.as_str())).collect();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn the_binary_is_built_of_few_crates() {
    let all = crates(&["--filter-platform", "x86_64-unknown-linux-gnu"]);
    let foreign: Vec<&String> = all.iter().filter(|name| !name.starts_with("cflint")).collect();
    assert!(foreign.len() > 10 && foreign.len() <= BUDGET, "{}: {foreign:?}", foreign.len());
}

/// `fuzz/` builds the binary as a library, and its manifest has to name what that uses.
#[test]
fn the_fuzzed_binary_has_the_dependencies_of_the_real_one() {
    let names = |manifest: &str| -> BTreeSet<String> {
        let path = format!("{}/../../{manifest}", env!("CARGO_MANIFEST_DIR"));
        let output = Command::new(env!("CARGO"))
            .args(["metadata", "--no-deps", "--format-version", "1", "--manifest-path", &path])
            .output()
            .expect("cargo runs");
        let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo writes JSON");
        let packages = metadata["packages"].as_array().cloned().unwrap_or_default();
        let of_binary =
            |package: &&Value| ["cflint", "cflint-fuzz"].iter().any(|name| package["name"] == *name);
        let package = packages.iter().find(of_binary).expect("the package");
        let dependencies = package["dependencies"].as_array().cloned().unwrap_or_default();
        let normal = dependencies.iter().filter(|dependency| dependency["kind"].is_null());
        normal.filter_map(|dependency| dependency["name"].as_str().map(str::to_owned)).collect()
    };
    let (real, fuzzed) = (names("Cargo.toml"), names("fuzz/Cargo.toml"));
    assert!(!real.is_empty());
    let missing: Vec<&String> = real.difference(&fuzzed).collect();
    assert!(missing.is_empty(), "fuzz/Cargo.toml lacks {missing:?}");
}
