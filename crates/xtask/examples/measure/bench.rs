//! `cargo xtask bench [--tree N]`: writes the tables of `docs/performance.md` and its curves from what it measures.
//!
//! Every figure is a ratio of commands that run in turn, or a count of instructions: neither depends much on the machine.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;
use std::{fs, io};

use super::curves::{self, Curve};
use super::inputs::{self, Kind, Layout, Measured};
use super::programs::{self, Programs};

const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/performance.md");
const PICTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/performance.svg");
const START: &str = "<!-- measured by `cargo xtask bench`; do not edit -->\n";
const END: &str = "<!-- end of what is measured -->\n";
const RUNS: usize = 9;

/// What grows, up to the quotas of the platform.
const CURVES: [(&str, Kind, [usize; 4], Layout); 9] = [
    ("resources, YAML", Kind::Resources, [125, 250, 500, 1_000], Layout::Yaml),
    ("resources, JSON on one line", Kind::Resources, [250, 500, 1_000, 2_000], Layout::Line),
    ("distributions", Kind::Distributions, [12, 25, 50, 100], Layout::Yaml),
    ("behaviors before 300 routes", Kind::Behaviors, [9, 19, 38, 75], Layout::Yaml),
    ("routes behind 75 behaviors", Kind::Routes, [38, 75, 150, 300], Layout::Yaml),
    ("findings, JSON on one line", Kind::Findings, [6, 12, 25, 50], Layout::Line),
    ("exports and imports", Kind::Exports, [125, 250, 500, 1_000], Layout::Yaml),
    ("suppressions of other tools", Kind::Suppressions, [125, 250, 500, 1_000], Layout::Json),
    ("`*` in a pattern", Kind::Stars, [5, 10, 20, 40], Layout::Yaml),
];

/// Other tools: what they are called, the program, and its arguments before the template. Those that do not run are left
/// out, and so is `cfn-guard` where its rules cannot be written.
const PEERS: [(&str, &str, &[&str]); 3] = [
    ("cfn-lint", "cfn-lint", &[]),
    ("cloudformation-validate", "python3", &["-c", VALIDATE]),
    ("cfn-guard", "cfn-guard", &["validate", "--rules", GUARD_RULES, "--data"]),
];
/// The library has no program of its own.
const VALIDATE: &str = "\
import pathlib, sys
import cloudformation_validate as cv
engine = cv.CompositeEngine()
for path in map(pathlib.Path, sys.argv[1:]):
    engine.validate_template(cv.TemplateContent(path.read_text(), path.name))
";
/// Two rules of the kind that the tool is written for.
const GUARD_RULES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/measure/peer.guard");
/// What a peer has to be able to read.
const PEER_SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/_golden/edge.yaml");
/// What a peer is given at most, in bytes: some take minutes for a megabyte.
const PEER_SIZE: u64 = 100_000;

pub(crate) fn run(tree: Option<usize>) -> Result<(), String> {
    let scratch = tempfile::tempdir().map_err(|error| error.to_string())?;
    let programs = programs::build()?;
    let mut text = String::new();
    times(&programs, scratch.path(), &mut text).map_err(|error| error.to_string())?;
    let curves = measure_curves(&programs, scratch.path())?;
    let _ = write!(text, "\n{}", curves::table(&curves));
    if let Some(files) = tree {
        folder(&programs, scratch.path(), files, &mut text).map_err(|error| error.to_string())?;
    }
    let page = fs::read_to_string(PAGE).map_err(|error| format!("cannot read {PAGE}: {error}"))?;
    let (head, rest) = page.split_once(START).ok_or_else(|| format!("{PAGE} has no line {START}"))?;
    let (_, tail) = rest.split_once(END).ok_or_else(|| format!("{PAGE} has no line {END}"))?;
    fs::write(PAGE, format!("{head}{START}\n{text}\n{END}{tail}")).map_err(|error| error.to_string())?;
    fs::write(PICTURE, curves::picture(&curves)).map_err(|error| error.to_string())
}

/// Whole processes in turn, and the medians of their times.
fn times(programs: &Programs, scratch: &Path, text: &mut String) -> io::Result<()> {
    let peers: Vec<_> = PEERS.iter().filter(|peer| runs(peer)).collect();
    let _ = write!(text, "| input | size | check | ÷ start and parse | ÷ `cat` |");
    peers.iter().for_each(|(name, ..)| text.push_str(&format!(" `{name}` ÷ check |")));
    let _ = writeln!(text, "\n|---|--:|--:|--:|--:|{}", "--:|".repeat(peers.len()));
    for input in inputs::fixed(scratch)? {
        eprintln!("times of {}", input.name);
        let mut cat = Command::new("cat");
        cat.args(&input.files);
        let [check, bare, cat] = medians([programs.check(&input), programs.parse(&input), cat], RUNS)?;
        let size: u64 = input.files.iter().filter_map(|file| Some(fs::metadata(file).ok()?.len())).sum();
        let _ = write!(
            text,
            "| {} | {} KB | {:.1} ms | {:.1} | {:.1} |",
            input.name,
            size.div_ceil(1000),
            check * 1000.0,
            check / bare,
            check / cat
        );
        for peer in &peers {
            match input.files.as_slice() {
                [file] if size <= PEER_SIZE => {
                    let mut command = command(peer);
                    command.arg(file);
                    let [peer] = medians([command], 3)?;
                    let digits = usize::from(peer < 10.0 * check);
                    let _ = write!(text, " {:.digits$} |", peer / check);
                }
                _ => text.push_str(" |"),
            }
        }
        text.push('\n');
    }
    Ok(())
}

fn command((_, program, arguments): &(&str, &str, &[&str])) -> Command {
    let mut command = Command::new(program);
    command.args(*arguments);
    command
}

/// Whether a peer is there, and accepts its arguments: its exit status is 0 or that of findings.
fn runs(peer: &(&str, &str, &[&str])) -> bool {
    let mut command = command(peer);
    command.arg(PEER_SAMPLE).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    command.output().is_ok_and(|output| !String::from_utf8_lossy(&output.stderr).contains("Error"))
}

/// Seconds of wall time, each the median of some runs after one that does not count.
fn medians<const N: usize>(mut commands: [Command; N], runs: usize) -> io::Result<[f64; N]> {
    let mut times: [Vec<f64>; N] = std::array::from_fn(|_| Vec::new());
    for run in 0..=runs {
        for (command, times) in commands.iter_mut().zip(&mut times) {
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            let start = Instant::now();
            command.status()?;
            if run > 0 {
                times.push(start.elapsed().as_secs_f64());
            }
        }
    }
    Ok(times.map(|mut times| {
        times.sort_by(f64::total_cmp);
        times.get(times.len() / 2).copied().unwrap_or_default()
    }))
}

fn measure_curves(programs: &Programs, scratch: &Path) -> Result<Vec<Curve>, String> {
    let mut curves = Vec::new();
    for (name, kind, counts, layout) in CURVES {
        eprintln!("growth with {name}");
        let mut points = Vec::new();
        for count in counts {
            let input = inputs::one(scratch, "curve", kind, count, layout, &["--format", "json"])
                .map_err(|error| error.to_string())?;
            points.push((count, programs::instructions(&programs.check(&input), scratch)?));
        }
        curves.push(Curve { name, points });
    }
    Ok(curves)
}

/// A folder of which one file in twenty is a template, compared with reading all of it.
fn folder(programs: &Programs, scratch: &Path, files: usize, text: &mut String) -> io::Result<()> {
    let root = scratch.join("tree");
    let template = inputs::one(scratch, "small", Kind::Resources, 12, Layout::Yaml, &[])?;
    let template = fs::read(&template.argument)?;
    for number in 0..files {
        let folder = root.join(format!("d{}", number / 100));
        if number % 100 == 0 {
            fs::create_dir_all(&folder)?;
        }
        match number % 20 {
            0 => fs::write(folder.join(format!("t{number}.yaml")), &template)?,
            1..8 => fs::write(
                folder.join(format!("f{number}.json")),
                b"{\"name\": \"package\", \"version\": 1}\n",
            )?,
            _ => fs::write(folder.join(format!("f{number}.ts")), vec![b'x'; 2_000])?,
        }
    }
    let whole = Measured {
        name: "folder".to_owned(),
        argument: root.clone(),
        files: Vec::new(),
        options: &["--quiet"],
    };
    let mut cat = Command::new("sh");
    cat.args(["-c", "find \"$0\" -type f -print0 | xargs -0 cat"]).arg(&root);
    let [check, cat] = medians([programs.check(&whole), cat], 5)?;
    let _ = writeln!(
        text,
        "\nA folder of {files} files, one in twenty a template: {check:.2} s, {:.2} times as long as `find -type f -print0 | xargs -0 cat`.",
        check / cat
    );
    Ok(())
}
