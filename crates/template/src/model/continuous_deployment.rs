//! How a part of the requests is sent to a staging distribution.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cloudfront-continuousdeploymentpolicy.html>

use super::Prop;
use super::reader::Reader;
use super::slice::Slice;
use crate::value::Text;

pub(super) const KIND: &str = "AWS::CloudFront::ContinuousDeploymentPolicy";

/// `AWS::CloudFront::ContinuousDeploymentPolicy`
#[derive(Debug, Clone)]
pub struct DeploymentPolicy {
    /// Logical id.
    pub id: String,
    /// The part of the requests, from 0 to 1.
    pub weights: Vec<Prop<Text>>,
    /// The header of requests for the staging distribution.
    pub headers: Vec<Prop<Text>>,
    /// Seconds that a session stays at one distribution, by name of the property.
    pub ttls: Vec<(&'static str, Prop<i64>)>,
}

impl DeploymentPolicy {
    pub(super) fn read(id: &str, properties: &Reader<'_, '_>) -> Self {
        let config = properties.map_or_empty("ContinuousDeploymentPolicyConfig");
        let traffic = config.map_or_empty("TrafficConfig");
        // The older place of each comes second.
        let weights =
            [traffic.map_or_empty("SingleWeightConfig"), config.map_or_empty("SingleWeightPolicyConfig")];
        let headers =
            [traffic.map_or_empty("SingleHeaderConfig"), config.map_or_empty("SingleHeaderPolicyConfig")];
        let sessions = weights.iter().map(|weight| weight.map_or_empty("SessionStickinessConfig"));
        Self {
            id: id.to_owned(),
            ttls: sessions
                .flat_map(|session| ["IdleTTL", "MaximumTTL"].map(|name| (name, session.int(name))))
                .collect(),
            weights: weights.iter().map(|weight| weight.text("Weight")).collect(),
            headers: headers.iter().map(|header| header.text("Header")).collect(),
        }
    }
}

/// Every policy of the slice.
pub(super) fn read(slice: &Slice<'_, '_>) -> Vec<DeploymentPolicy> {
    let all = slice.of_kind(KIND);
    all.map(|(resource, properties)| DeploymentPolicy::read(&resource.id, &properties)).collect()
}
