//! Properties of the distribution that CloudFormation does not know.

use cflint_template::model::Model;

use super::Fault;
use crate::facts::unknown_property::certainty;
use crate::trace::Undeployable;

pub(super) fn unknown_properties(model: &Model) -> impl Iterator<Item = Fault> {
    model.unknown_properties.iter().map(|unknown| {
        let what = format!("CloudFormation does not know `{}` in `{}`", unknown.name, unknown.holder);
        Fault::new(Undeployable::UnknownProperty, what, certainty(unknown), unknown.span)
    })
}
