//! Paths of properties, as findings write them.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// The name of a property. Most are written in this crate, and few are needed.
pub(crate) type Name = Cow<'static, str>;

/// The way from `Properties` to a mapping in them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Path(Option<Arc<Step>>);

#[derive(Debug, PartialEq, Eq)]
struct Step {
    above: Path,
    name: Name,
    /// Which item of the list of this name.
    index: Option<usize>,
}

impl Path {
    pub(super) fn below(&self, name: Name) -> Self {
        Self(Some(Arc::new(Step { above: self.clone(), name, index: None })))
    }

    pub(super) fn item(&self, list: &'static str, index: usize) -> Self {
        Self(Some(Arc::new(Step { above: self.clone(), name: list.into(), index: Some(index) })))
    }

    pub(super) fn property(&self, name: Name) -> Property {
        Property { holder: self.clone(), name }
    }
}

/// Where a property is below `Properties`. It is written out, as in `DistributionConfig.Origins[0].DomainName`, only for
/// findings: a model has thousands of properties.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Property {
    holder: Path,
    name: Name,
}

impl fmt::Display for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let steps = std::iter::successors(self.holder.0.as_deref(), |step| step.above.0.as_deref());
        for step in steps.collect::<Vec<_>>().iter().rev() {
            match step.index {
                Some(index) => write!(f, "{}[{index}].", step.name)?,
                None => write!(f, "{}.", step.name)?,
            }
        }
        f.write_str(&self.name)
    }
}
