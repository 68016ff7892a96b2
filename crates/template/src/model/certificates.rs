//! Certificates of Certificate Manager.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-certificatemanager-certificate.html>

use cflint_diagnostics::Span;

use super::slice::Slice;
use super::{List, Prop};
use crate::value::Text;

/// `AWS::CertificateManager::Certificate`
#[derive(Debug, Clone)]
pub struct Certificate {
    /// Logical id.
    pub id: String,
    /// Where the logical id is written.
    pub span: Span,
    pub domain_name: Prop<Text>,
    pub alternative_names: List<Prop<Text>>,
}

/// Every certificate of the slice.
pub(super) fn read(slice: &Slice<'_, '_>) -> Vec<Certificate> {
    let all = slice.of_kind("AWS::CertificateManager::Certificate");
    all.map(|(resource, properties)| Certificate {
        id: resource.id.clone(),
        span: resource.id_span,
        domain_name: properties.text("DomainName"),
        alternative_names: properties.texts("SubjectAlternativeNames"),
    })
    .collect()
}
