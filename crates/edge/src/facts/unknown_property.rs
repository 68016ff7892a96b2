//! How certain it is that CloudFormation rejects a property that the table of names does not have.

use cflint_template::model::{RightPlace, StrayProperty};

use crate::facts::Certainty;
use crate::words::similar;

/// Names up to this length, such as `Enabled`, belong to many kinds of mappings.
const MAX_VAGUE: usize = 7;

/// The name that was probably meant, if it differs only in spelling and is not there already.
pub fn meant(unknown: &StrayProperty) -> Option<&'static str> {
    let known = || unknown.known.iter().copied().filter(|known| !unknown.written.contains(known));
    match unknown.place {
        Some(RightPlace::Same(name)) => known().find(|known| *known == name),
        _ => similar(&unknown.name, known()),
    }
}

/// How certain it is. A property may be newer than the table; its name then resembles none, or one at another place.
pub fn certainty(unknown: &StrayProperty) -> Certainty {
    match &unknown.place {
        Some(RightPlace::Same(_) | RightPlace::Below(_) | RightPlace::Above(_) | RightPlace::Similar(_)) => {
            Certainty::Certain
        }
        _ if meant(unknown).is_some() => Certainty::Probable,
        Some(RightPlace::Elsewhere(_)) if unknown.name.len() > MAX_VAGUE => Certainty::Probable,
        Some(RightPlace::Elsewhere(_)) | None => Certainty::Uncertain,
    }
}
