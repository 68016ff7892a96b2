//! Every body over its corpus, and over fixtures that were damaged. The damage is the same in every run.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use cflint_template::assembly;

use super::inputs::SEPARATOR;
use super::mutate::Mutator;

/// Seeds are small, because what is broken in a large file is broken in a small one, and because time is short.
const MAX_SEED: usize = 4096;

type Body = fn(&[u8]);

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The files below a folder with one of these endings, in the order of their names.
fn files(folder: &Path, endings: &[&str]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let is_asked = path.extension().is_some_and(|end| endings.iter().any(|asked| end == *asked));
            if path.is_dir() {
                folders.push(path);
            } else if endings.is_empty() || is_asked {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

fn small(paths: Vec<PathBuf>) -> Vec<Vec<u8>> {
    let read = paths.into_iter().map(|path| fs::read(path).unwrap());
    read.filter(|bytes| bytes.len() <= MAX_SEED).collect()
}

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = root().join("fuzz/corpus").join(name);
    files(&folder, &[]).into_iter().map(|path| fs::read(path).unwrap()).collect()
}

/// The assemblies of the fixtures, each as its files in the order in which they are requested.
fn assemblies() -> Vec<Vec<u8>> {
    let manifests = files(&root().join("fixtures/_cdk"), &["json"]);
    let manifests = manifests.into_iter().filter(|path| path.ends_with("manifest.json"));
    let seed = |manifest: PathBuf| {
        let folder = manifest.parent().unwrap();
        let mut seed: Vec<Vec<u8>> = Vec::new();
        assembly::read(&mut |path| {
            let bytes = fs::read(folder.join(path)).map_err(|error| error.to_string())?;
            seed.push(bytes.clone());
            Ok(bytes)
        });
        seed.join(SEPARATOR)
    };
    manifests.map(seed).filter(|seed| seed.len() <= 8 * MAX_SEED).collect()
}

/// Runs a body over its corpus, and over so many damaged ones of these seeds.
fn run(name: &str, body: Body, mut seeds: Vec<Vec<u8>>, rounds: usize) {
    let corpus = corpus(name);
    assert!(!corpus.is_empty(), "`fuzz/corpus/{name}` is empty");
    corpus.iter().for_each(|bytes| survives(name, body, bytes));
    seeds.extend(corpus);
    let mut mutator = Mutator::new(name);
    for _ in 0..rounds {
        survives(name, body, &mutator.damaged(&seeds));
    }
}

fn survives(name: &str, body: Body, bytes: &[u8]) {
    if catch_unwind(AssertUnwindSafe(|| body(bytes))).is_err() {
        let path = std::env::temp_dir().join(format!("cflint-fuzz-{name}"));
        fs::write(&path, bytes).unwrap();
        panic!("`{name}` fails, see above, for what is in {}", path.display());
    }
}

fn templates() -> Vec<Vec<u8>> {
    let mut paths = files(&root().join("fixtures"), &["yaml", "json"]);
    paths.retain(|path| {
        !path.components().any(|part| part.as_os_str() == "_config" || part.as_os_str() == "_cdk")
    });
    small(paths)
}

/// `fuzz/` is not a member of the workspace, so nothing else would notice that it is outdated.
#[test]
fn the_targets_are_these_and_have_what_the_binary_depends_on() {
    let names = |folder: &str| {
        let paths = files(&root().join(folder), &["rs"]).into_iter();
        let stems = paths.map(|path| path.file_stem().unwrap().to_string_lossy().into_owned());
        stems.collect::<Vec<_>>()
    };
    let run =
        ["check", "config", "fix", "formats", "function", "manifest", "parameters", "suppressions", "trace"];
    assert_eq!(names("fuzz/targets"), run);
    let manifest = |path: &str| fs::read_to_string(root().join(path)).unwrap();
    let (own, fuzz) = (manifest("crates/cflint/Cargo.toml"), manifest("fuzz/Cargo.toml"));
    let (_, own) = own.split_once("[dependencies]\n").unwrap();
    for line in own.lines().take_while(|line| !line.is_empty()) {
        let name = line.split(['.', ' ']).next().unwrap();
        assert!(fuzz.contains(&format!("\n{name} = ")), "`fuzz/Cargo.toml` has no `{name}`");
    }
}

#[test]
fn check() {
    run("check", super::check, templates(), 600);
}

#[test]
fn fix() {
    run("fix", super::fix, templates(), 250);
}

#[test]
fn trace() {
    let traced = small(files(&root().join("fixtures/_trace"), &["yaml"]));
    run("trace", super::trace, [templates(), traced].concat(), 300);
}

#[test]
fn formats() {
    run("formats", super::formats, templates(), 100);
}

#[test]
fn suppressions() {
    run("suppressions", super::suppressions, templates(), 200);
}

#[test]
fn config() {
    run("config", super::config, small(files(&root().join("fixtures/_config"), &[])), 2000);
}

#[test]
fn function() {
    run("function", super::function, Vec::new(), 150);
}

#[test]
fn manifest() {
    run("manifest", super::manifest, assemblies(), 200);
}

#[test]
fn parameters() {
    run("parameters", super::parameters, Vec::new(), 200);
}
