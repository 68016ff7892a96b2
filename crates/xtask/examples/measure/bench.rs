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
const CURVES: [(&str, Kind, [usize; 4], Layout); 8] = [
    ("resources, YAML", Kind::Resources, [125, 250, 500, 1_000], Layout::Yaml),
    ("resources, JSON on one line", Kind::Resources, [250, 500, 1_000, 2_000], Layout::Line),
    ("distributions", Kind::Distributions, [12, 25, 50, 100], Layout::Yaml),
    ("behaviors, with 4 routes each", Kind::Behaviors, [9, 19, 38, 75], Layout::Yaml),
    ("findings, JSON on one line", Kind::Findings, [6, 12, 25, 50], Layout::Line),
    ("exports and imports", Kind::Exports, [125, 250, 500, 1_000], Layout::Yaml),
    ("suppressions of other tools", Kind::Suppressions, [125, 250, 500, 1_000], Layout::Json),
    ("`*` in a pattern", Kind::Stars, [5, 10, 20, 40], Layout::Yaml),
];

/// Peers, with the arguments before the template; those that are not installed are left out.
const PEERS: [(&str, &[&str]); 3] =
    [("cfn-lint", &[]), ("cloudformation-validate", &["validate"]), ("cfn-guard", &["validate", "--data"])];

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
    let peers: Vec<_> = PEERS.iter().filter(|(name, _)| exists(name)).collect();
    let _ = write!(text, "| input | size | check | ÷ start and parse | ÷ `cat` |");
    peers.iter().for_each(|(name, _)| text.push_str(&format!(" `{name}` ÷ check |")));
    let _ = writeln!(text, "\n|---|--:|--:|--:|--:|{}", "--:|".repeat(peers.len()));
    for input in inputs::fixed(scratch)? {
        let mut cat = Command::new("cat");
        cat.args(&input.files);
        let commands = [programs.check(&input), programs.parse(&input), cat];
        let [check, bare, cat] = medians(commands, RUNS)?;
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
        for (name, arguments) in &peers {
            let mut peer = Command::new(name);
            peer.args(*arguments).args(&input.files);
            let [peer] = medians([peer], 3)?;
            let _ = write!(text, " {:.0} |", peer / check);
        }
        text.push('\n');
    }
    Ok(())
}

fn exists(program: &str) -> bool {
    let mut command = Command::new(program);
    command.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok()
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

/// A folder of which one file in twenty is a template, beside reading all of it.
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
