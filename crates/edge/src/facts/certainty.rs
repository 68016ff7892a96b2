/// How well a fact about the platform is established. Ordered: `Uncertain < Probable < Certain`.
///
/// A conclusion is as certain as the weakest fact it rests on, so facts combine with [`Ord::min`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// Undocumented, or the documentation contradicts itself: say "may", never "will".
    Uncertain,
    /// One indirect sentence of the documentation, or several independent reports.
    Probable,
    /// Documented, or a constant of AWS's own source code.
    Certain,
}

impl Certainty {
    /// The mark used in the data files: `C`, `P` or `U`.
    pub fn from_mark(mark: &str) -> Option<Self> {
        match mark {
            "C" => Some(Self::Certain),
            "P" => Some(Self::Probable),
            "U" => Some(Self::Uncertain),
            _ => None,
        }
    }
}
