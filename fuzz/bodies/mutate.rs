//! Damage to files, the same for the same name.

/// What means something in YAML, JSON, TOML or a template, and what no text should hold.
#[rustfmt::skip]
const TOKENS: &[&str] = &[
    "'", "\"", "{", "}", "[", "]", ": ", "- ", "#", "&a ", "*a", "<<: *a", "!Ref ", "!Sub ", "|\n", ">-\n",
    "? ", "---\n", "%", "\r", "\t", "\0", "\u{202e}", "\u{feff}", "é😀", "${", "}", "=", "*",
    "# cflint: ignore[", "Fn::If: [A, ", "\n=====\n",
];

/// What a word can become without that the file cannot be read any more.
#[rustfmt::skip]
const WORDS: &[&str] = &[
    "''", "\"a\\u0000\\u202e\"", "[]", "{}", "null", "-1", "1e999", "99999999999999999999", "true", "0",
    "é😀", "${}", "${!A}", "${A.B.C}", "!Ref A", "!GetAtt A.B", "!Sub '${A}/é'", "!Sub ''", "!If [A, B, C]",
    "!Select [9, []]", "!Split ['', a]", "!ImportValue a", "!Ref AWS::NoValue", "'*'", "'/*'",
    "'{{resolve:ssm:a}}'", "{Fn::Sub: }", "[[a], [b]]", "!Sub 'a${}b'", "!Sub '${!}'", "!Sub 'é${'",
];

/// Where damage comes from: xorshift with a fixed start.
pub(super) struct Mutator(u64);

impl Mutator {
    pub(super) fn new(name: &str) -> Self {
        Self(name.bytes().fold(0x9E37_79B9_7F4A_7C15, |state, byte| state.rotate_left(8) ^ u64::from(byte)))
    }

    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % bound.max(1)
    }

    fn one<'t, T: ?Sized>(&mut self, all: &[&'t T]) -> &'t T {
        all[self.below(all.len())]
    }

    /// One of the seeds, damaged in one to three places.
    pub(super) fn damaged(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = seeds[self.below(seeds.len())].clone();
        for _ in 0..=self.below(3) {
            let other = &seeds[self.below(seeds.len())];
            // What can still be read comes further.
            match self.below(6) {
                0 => self.bytes(&mut bytes),
                1 => self.lines(&mut bytes, other),
                _ => self.word(&mut bytes, other),
            }
        }
        bytes
    }

    fn bytes(&mut self, bytes: &mut Vec<u8>) {
        let at = self.below(bytes.len() + 1);
        let end = at + self.below(40).min(bytes.len() - at);
        match self.below(6) {
            0 => bytes.truncate(at),
            1 => _ = bytes.drain(at..end),
            2 => _ = bytes.splice(at..at, bytes[at..end].to_vec()),
            3 if at < bytes.len() => bytes[at] ^= 1 << self.below(8),
            _ => _ = bytes.splice(at..at, self.one(TOKENS).bytes()),
        }
    }

    /// Takes lines away, doubles them, or puts in some of another file.
    fn lines(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        let split = |bytes| <[u8]>::split_inclusive(bytes, |byte: &u8| *byte == b'\n').collect::<Vec<_>>();
        let (own, other) = (split(bytes), split(other));
        let mut some = |lines: &[&[u8]]| {
            let from = self.below(lines.len() + 1);
            from..from + self.below(8).min(lines.len() - from)
        };
        let (gone, from, foreign) = (some(&own), some(&own), some(&other));
        let new = match self.below(3) {
            0 => Vec::new(),
            1 => own[from].concat(),
            _ => other[foreign].concat(),
        };
        *bytes = [own[..gone.start].concat(), new, own[gone.end..].concat()].concat();
    }

    /// Puts a word in the place of another one.
    fn word(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        let Some(range) = self.a_word(bytes) else { return };
        let new = match (self.below(2), self.a_word(other)) {
            (0, Some(word)) => other[word].to_vec(),
            _ => self.one(WORDS).as_bytes().to_vec(),
        };
        bytes.splice(range, new);
    }

    fn a_word(&mut self, bytes: &[u8]) -> Option<std::ops::Range<usize>> {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"/.${}*_-".contains(&byte);
        let at = self.below(bytes.len());
        let start = at + bytes.get(at..)?.iter().position(|byte| is_part(*byte))?;
        let start = bytes[..start].iter().rposition(|byte| !is_part(*byte)).map_or(0, |before| before + 1);
        let length = bytes[start..].iter().position(|byte| !is_part(*byte));
        Some(start..length.map_or(bytes.len(), |length| start + length))
    }
}
