//! Whether what people read of cflint is in the words of the AWS documentation: the list is `crates/xtask/words.txt`.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "reads files of this repository, and fails if they are not there"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use walkdir::WalkDir;

/// A word, a sign, or a backtick for a whole `code`; empty where a paragraph ends.
struct Token {
    text: String,
    line: usize,
}

const CODE: &str = "`";
const END: &str = "";

/// A line of the list: a phrase, each word with its alternatives, and what to write instead or why it is allowed.
struct Entry<'a> {
    phrase: &'a str,
    words: Vec<Vec<&'a str>>,
    remark: &'a str,
}

impl<'a> Entry<'a> {
    fn new(line: &'a str) -> Self {
        let (phrase, remark) = line.split_once(" | ").expect("a line is `phrase | remark`");
        Entry { phrase, words: phrase.split(' ').map(|word| word.split('/').collect()).collect(), remark }
    }

    /// Whether the phrase is at the start of the tokens.
    fn starts(&self, tokens: &[Token]) -> bool {
        tokens.len() >= self.words.len()
            && tokens.iter().zip(&self.words).all(|(token, word)| word.contains(&token.text.as_str()))
    }
}

/// Phrases by their first words.
struct Phrases<'a>(BTreeMap<&'a str, Vec<Entry<'a>>>);

impl<'a> Phrases<'a> {
    fn new(part: &'a str) -> Self {
        let mut phrases: BTreeMap<&str, Vec<Entry<'_>>> = BTreeMap::new();
        for line in part.lines().filter(|line| !line.is_empty() && !line.starts_with(['#', '['])) {
            for first in Entry::new(line).words.first().into_iter().flatten() {
                phrases.entry(first).or_default().push(Entry::new(line));
            }
        }
        Phrases(phrases)
    }

    fn places<'t>(&'t self, tokens: &'t [Token]) -> impl Iterator<Item = (Range<usize>, &'t Entry<'a>)> {
        tokens.iter().enumerate().flat_map(move |(at, token)| {
            let entries = self.0.get(token.text.as_str()).into_iter().flatten();
            let found = entries.filter(move |entry| entry.starts(&tokens[at..]));
            found.map(move |entry| (at..at + entry.words.len(), entry))
        })
    }
}

struct List<'a> {
    banned: Phrases<'a>,
    allowed: Phrases<'a>,
}

impl<'a> List<'a> {
    fn new(text: &'a str) -> Self {
        let (banned, allowed) = text.split_once("[allowed]").expect("the list has two parts");
        List { banned: Phrases::new(banned), allowed: Phrases::new(allowed) }
    }

    /// What must be written differently, as `:12: “nobody”: write: no one`. Notes which exceptions were needed.
    fn faults(&self, tokens: &[Token], needed: &mut BTreeSet<&'a str>) -> Vec<String> {
        let excuses: Vec<_> = self.allowed.places(tokens).collect();
        let mut faults = Vec::new();
        for (place, entry) in self.banned.places(tokens) {
            let covers = |other: &Range<usize>| other.start <= place.start && place.end <= other.end;
            if let Some((_, excuse)) = excuses.iter().find(|(other, _)| covers(other)) {
                needed.insert(excuse.phrase);
                continue;
            }
            let found = &tokens[place];
            let words: Vec<&str> = found.iter().map(|token| token.text.as_str()).collect();
            faults.push(format!(":{}: “{}”: write: {}", found[0].line, words.join(" "), entry.remark));
        }
        faults
    }

    /// The exceptions that nothing needs.
    fn unused(&self, needed: &BTreeSet<&str>) -> BTreeSet<&'a str> {
        self.allowed
            .0
            .values()
            .flatten()
            .map(|entry| entry.phrase)
            .filter(|phrase| !needed.contains(phrase))
            .collect()
    }
}

/// What begins a comment in a file of which people read the comments; in pages and snapshots, they read everything.
fn marker(file: &Path) -> Option<&'static str> {
    match file.extension()?.to_str()? {
        "rs" => Some("//"),
        "py" | "sh" | "toml" | "txt" | "yaml" | "yml" => Some("#"),
        _ => None,
    }
}

/// Splits what people read of a file.
fn tokens(text: &str, marker: Option<&str>) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut in_code = false;
    for (line, number) in text.lines().zip(1..) {
        let read = marker.map_or(line, |marker| comment(line, marker)).trim();
        if read.is_empty() || read.starts_with("```") {
            in_code = false;
            tokens.push(Token { text: END.to_owned(), line: number });
            continue;
        }
        let mut rest = read;
        while let Some(first) = rest.chars().next() {
            let length = if in_code { rest.find('`').unwrap_or(rest.len()) } else { word(rest) };
            let (token, after) = rest.split_at(length.max(first.len_utf8()));
            rest = after;
            if token == CODE {
                in_code = !in_code;
            }
            // The bar before wrapped lines is not part of their text.
            let is_read = if token == CODE {
                in_code
            } else {
                !in_code && !token.trim_matches([' ', '│']).is_empty()
            };
            if is_read {
                tokens.push(Token { text: token.to_lowercase(), line: number });
            }
        }
    }
    tokens
}

/// The comment of a line: alone, or after a blank.
fn comment<'a>(line: &'a str, marker: &str) -> &'a str {
    let is_start = |at: usize| line[..at].ends_with(' ') || line[..at].is_empty();
    let start = line.match_indices(marker).map(|(at, _)| at).find(|at| is_start(*at));
    start.map_or("", |start| line[start..].trim_start_matches(['/', '!', '#']))
}

/// How long the word is that a text starts with. Names of files and hosts are one word.
fn word(text: &str) -> usize {
    let mut end = 0;
    for (at, c) in text.char_indices() {
        let next = text[at + c.len_utf8()..].chars().next();
        let joins =
            matches!(c, '.' | '/' | '-' | '_' | '\'') && at > 0 && next.is_some_and(char::is_alphanumeric);
        if !c.is_alphanumeric() && !joins {
            break;
        }
        end = at + c.len_utf8();
    }
    end
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Everything that has an extension that is read, except what tools write or others wrote, and this file, which plants words.
fn files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for folder in ["crates", "rules", "fuzz", "docs", "fixtures", "tests", "action", ".github", "."] {
        let depth = if folder == "." { 1 } else { usize::MAX };
        let entries = WalkDir::new(root().join(folder)).max_depth(depth).sort_by_file_name();
        let skipped = ["target", "cdk.out", "corpus", "words.rs"];
        let entries = entries
            .into_iter()
            .filter_entry(|entry| !skipped.iter().any(|name| entry.file_name().to_string_lossy() == *name));
        files.extend(entries.map(|entry| entry.expect("the folder can be read").into_path()));
    }
    let read = ["md", "snap", "html", "rs", "py", "sh", "toml", "yaml", "yml"];
    files.retain(|file| file.extension().is_some_and(|extension| read.iter().any(|read| extension == *read)));
    files
}

#[test]
fn what_people_read_is_in_the_words_of_aws() {
    let text = fs::read_to_string(root().join("crates/xtask/words.txt")).expect("the list is there");
    let list = List::new(&text);
    let (mut faults, mut needed) = (Vec::new(), BTreeSet::new());
    for file in files() {
        let Ok(text) = fs::read_to_string(&file) else { continue };
        let name = file.strip_prefix(root()).unwrap_or(&file).display().to_string();
        let found = list.faults(&tokens(&text, marker(&file)), &mut needed);
        faults.extend(found.into_iter().map(|fault| format!("{name}{fault}")));
    }
    let unused = list.unused(&needed).into_iter();
    faults.extend(unused.map(|phrase| format!("crates/xtask/words.txt: nothing needs “{phrase}” any more")));
    assert!(
        faults.is_empty(),
        "crates/xtask/words.txt lists these words, with the ones to write instead:\n{}",
        faults.join("\n")
    );
}

/// What is wrong with a text, and whether the exception was needed.
fn judged(text: &str, marker: Option<&str>) -> (Vec<String>, bool) {
    let list = List::new(
        "nobody | no one\nis/are no | is not a\ntakes ` | accepts\n[allowed]\nthere is/are no | exists\n",
    );
    let mut needed = BTreeSet::new();
    (list.faults(&tokens(text, marker), &mut needed), list.unused(&needed).is_empty())
}

#[test]
fn a_planted_word_is_found_where_people_read_it() {
    let (faults, _) =
        judged("One line\nand Nobody.\n\n  │ this `A` is\n  │ no `B`, and takes\n  `C`\n", None);
    assert_eq!(
        faults,
        [":2: “nobody”: write: no one", ":4: “is no”: write: is not a", ":5: “takes `”: write: accepts"]
    );
    let source = "//! A nobody\nlet nobody = \"nobody\"; // nobody\n/// it is\n/// no list\nfn nobody() {}\n";
    let lines: Vec<String> = judged(source, Some("//")).0;
    assert_eq!(lines.iter().map(|line| &line[..3]).collect::<Vec<_>>(), [":1:", ":2:", ":3:"]);
}

#[test]
fn code_names_and_exceptions_are_no_words() {
    let text = "`nobody`, nobody.yaml, nobody_else, `a\nnobody` it is.\n\nNo one. this is\n\nno end\n```\n";
    assert_eq!(judged(text, None), (Vec::new(), false));
    assert_eq!(judged("There are no routes.", None), (Vec::new(), true));
}
