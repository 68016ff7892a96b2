//! Damage to files, the same for the same name.

/// What is put somewhere: what means something in YAML, JSON, TOML or a template, and what no text should hold.
const TOKENS: [&[u8]; 36] = [
    b"'",
    b"\"",
    b"{",
    b"}",
    b"[",
    b"]",
    b": ",
    b"- ",
    b"#",
    b"&a ",
    b"*a",
    b"<<: *a",
    b"!Ref ",
    b"!Sub ",
    b"|\n",
    b">-\n",
    b"? ",
    b"---\n",
    b"%",
    b"\r",
    b"\t",
    b"\0",
    b"\xff",
    b"\xe2\x80\xae",
    "\u{feff}".as_bytes(),
    "é😀".as_bytes(),
    b"${",
    b"${!",
    b"null",
    b"-1",
    b"1e999",
    b"=",
    b"*",
    b"# cflint: ignore[",
    b"Fn::If: [A, ",
    b"\n=====\n",
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

    /// One of the seeds, damaged in one to four places.
    pub(super) fn damaged(&mut self, seeds: &[Vec<u8>]) -> Vec<u8> {
        let mut bytes = seeds[self.below(seeds.len())].clone();
        for _ in 0..=self.below(4) {
            self.damage(&mut bytes, seeds);
        }
        bytes
    }

    fn damage(&mut self, bytes: &mut Vec<u8>, seeds: &[Vec<u8>]) {
        let at = self.below(bytes.len() + 1);
        let end = at + self.below(40).min(bytes.len() - at);
        match self.below(9) {
            // A bit.
            0 if at < bytes.len() => bytes[at] ^= 1 << self.below(8),
            // A few bytes less, or twice.
            0 | 1 => _ = bytes.drain(at..end),
            2 => _ = bytes.splice(at..at, bytes[at..end].to_vec()),
            // The end.
            3 => bytes.truncate(at),
            4 | 5 => _ = bytes.splice(at..at, TOKENS[self.below(TOKENS.len())].to_vec()),
            // Lines less, twice, and of another file: what is left can often be read.
            6 => self.lines(bytes, Vec::new()),
            7 => {
                let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
                let from = self.below(lines.len() + 1);
                let to = from + self.below(8).min(lines.len() - from);
                let again = lines[from..to].concat();
                self.lines(bytes, again);
            }
            _ => {
                let other = &seeds[self.below(seeds.len())];
                let lines: Vec<&[u8]> = other.split_inclusive(|byte| *byte == b'\n').collect();
                let from = self.below(lines.len() + 1);
                self.lines(bytes, lines[from..].concat());
            }
        }
    }

    /// Puts something in the place of up to eight lines.
    fn lines(&mut self, bytes: &mut Vec<u8>, new: Vec<u8>) {
        let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
        let from = self.below(lines.len() + 1);
        let to = from + self.below(8).min(lines.len() - from);
        *bytes = [lines[..from].concat(), new, lines[to..].concat()].concat();
    }
}
