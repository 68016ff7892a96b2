//! Which strings are compared.

/// Which strings count as members when two languages are compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Domain {
    #[default]
    Text,
    /// Only paths as CloudFront compares them with patterns: no `//`, no `.` and no `..` segments.
    ///
    /// `*/api/*` holds the text `//api/`, but no request has that path once it is normalized.
    NormalizedPath,
}

/// Follows which segment a path is in, so that a search only walks through normalized paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Place {
    InSegment,
    SegmentStart,
    AfterDot,
    AfterTwoDots,
}

impl Domain {
    pub(super) const fn start(self) -> Place {
        Place::InSegment
    }

    /// The place after `c`; `None` where no string of the domain continues like that.
    pub(super) const fn step(self, place: Place, c: char) -> Option<Place> {
        match (self, place, c) {
            (Self::Text, ..) | (Self::NormalizedPath, Place::InSegment, '.') => Some(Place::InSegment),
            (Self::NormalizedPath, Place::InSegment, '/') => Some(Place::SegmentStart),
            (Self::NormalizedPath, Place::SegmentStart | Place::AfterDot | Place::AfterTwoDots, '/') => None,
            (Self::NormalizedPath, Place::SegmentStart, '.') => Some(Place::AfterDot),
            (Self::NormalizedPath, Place::AfterDot, '.') => Some(Place::AfterTwoDots),
            (Self::NormalizedPath, ..) => Some(Place::InSegment),
        }
    }

    pub(super) const fn may_end(self, place: Place) -> bool {
        matches!((self, place), (Self::Text, _) | (_, Place::InSegment | Place::SegmentStart))
    }

    /// Whether `text` is a string of the domain.
    pub fn holds(self, text: &str) -> bool {
        text.chars()
            .try_fold(self.start(), |place, c| self.step(place, c))
            .is_some_and(|place| self.may_end(place))
    }
}
