//! Access logs that are enabled by resources of their own.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html>

use super::Prop;
use super::slice::Slice;
use crate::value::Text;

/// The ARNs of what `AWS::Logs::DeliverySource` collects logs from.
pub(super) fn sources(slice: &Slice<'_, '_>) -> Vec<Prop<Text>> {
    let all = slice.of_kind("AWS::Logs::DeliverySource");
    all.map(|(_, properties)| properties.text("ResourceArn")).collect()
}
