use super::inputs::{everything, templates};
use super::reports::{checked, same};

/// Templates to findings.
pub fn check(bytes: &[u8]) {
    let inputs = templates(bytes);
    let options = everything();
    same(&checked(&inputs, &options), &checked(&inputs, &options));
}
