/// A three-valued answer: what the template does not determine is `Unknown`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tri {
    /// In no deployment.
    False,
    /// The template does not say.
    Unknown,
    /// In every deployment.
    True,
}

impl Tri {
    /// `True` if either is, `False` if both are.
    pub fn or(self, other: Self) -> Self {
        self.max(other)
    }

    /// `False` if either is, `True` if both are.
    pub fn and(self, other: Self) -> Self {
        self.min(other)
    }

    /// Whether it is certainly true.
    pub fn is_true(self) -> bool {
        self == Self::True
    }

    /// Whether it is certainly false.
    pub fn is_false(self) -> bool {
        self == Self::False
    }
}

impl std::ops::Not for Tri {
    type Output = Self;

    fn not(self) -> Self {
        match self {
            Self::False => Self::True,
            Self::Unknown => Self::Unknown,
            Self::True => Self::False,
        }
    }
}

impl From<bool> for Tri {
    fn from(value: bool) -> Self {
        if value { Self::True } else { Self::False }
    }
}
