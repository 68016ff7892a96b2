/// The characters that a value can contain: a set of ASCII characters, and whether others may occur.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Alphabet {
    ascii: u128,
    other: bool,
}

impl Alphabet {
    pub const ANY: Self = Self { ascii: u128::MAX, other: true };
    /// Ids that AWS generates, such as the id of an API: lower-case letters and digits.
    pub const ID: Self = Self::NONE.range(b'a', b'z').range(b'0', b'9');
    /// One label of a host name, such as a region: letters, digits and hyphens.
    pub const LABEL: Self = Self::ID.range(b'A', b'Z').with(b'-');
    /// A host name: labels and dots.
    pub const HOST: Self = Self::LABEL.with(b'.');
    /// The name of an API Gateway stage: letters, digits, hyphens and underscores.
    pub const STAGE: Self = Self::LABEL.with(b'_');
    /// Decimal digits, such as an account id.
    pub const DIGITS: Self = Self::NONE.range(b'0', b'9');

    const NONE: Self = Self { ascii: 0, other: false };

    const fn with(mut self, byte: u8) -> Self {
        self.ascii |= 1 << byte;
        self
    }

    const fn range(mut self, from: u8, to: u8) -> Self {
        let mut byte = from;
        while byte <= to {
            self = self.with(byte);
            byte += 1;
        }
        self
    }

    /// The characters of some texts.
    pub fn of<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut set = Self::NONE;
        for c in texts.into_iter().flat_map(str::chars) {
            match u8::try_from(c) {
                Ok(byte) if byte.is_ascii() => set = set.with(byte),
                _ => set.other = true,
            }
        }
        set
    }

    /// Whether the character can occur.
    pub fn allows(self, c: char) -> bool {
        match u8::try_from(c) {
            Ok(byte) if byte.is_ascii() => self.ascii & (1 << byte) != 0,
            _ => self.other,
        }
    }

    /// The characters as ranges, both ends included.
    pub fn ranges(self) -> Vec<(char, char)> {
        let mut ranges: Vec<(char, char)> = Vec::new();
        for byte in (0..128u8).filter(|byte| self.ascii & (1 << byte) != 0) {
            match ranges.last_mut() {
                Some((_, last)) if u32::from(*last) + 1 == u32::from(byte) => *last = char::from(byte),
                _ => ranges.push((char::from(byte), char::from(byte))),
            }
        }
        if self.other {
            ranges.push(('\u{80}', char::MAX));
        }
        ranges
    }

    /// Whether every character can occur.
    pub fn is_any(self) -> bool {
        self == Self::ANY
    }

    /// Whether some character can occur in both.
    pub fn meets(self, other: Self) -> bool {
        self.ascii & other.ascii != 0 || (self.other && other.other)
    }

    pub fn union(self, other: Self) -> Self {
        Self { ascii: self.ascii | other.ascii, other: self.other || other.other }
    }
}
