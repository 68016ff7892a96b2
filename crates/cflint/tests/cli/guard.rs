//! Suppressions of cfn-guard.

use crate::project::Project;

#[test]
fn a_rule_that_cfn_guard_skips_is_suppressed_where_it_is_the_same() {
    let template = |rule: &str| {
        format!(
            "Resources:
  It:
    Type: AWS::CloudFront::Distribution
    Metadata: {{guard: {{SuppressedRules: [{rule}]}}}}
    Properties:
      DistributionConfig:
        Enabled: true
        Origins:
          - {{Id: it, DomainName: a.example.com, CustomOriginConfig: {{OriginProtocolPolicy: https-only}}}}
        DefaultCacheBehavior:
          TargetOriginId: it
          ViewerProtocolPolicy: allow-all
          CachePolicyId: 658327ea-f89d-4fab-a63d-7e88639e58f6
"
        )
    };
    let reports = |rule: &str| {
        let project = Project::new(&[("edge.yaml", &template(rule))]);
        let arguments = ["check", "edge.yaml", "--format", "concise", "--hide-suppressed"];
        project.run(&arguments).stdout.contains("viewer-protocol-not-https")
    };
    assert!(!reports("cloudfront_viewer_policy_https_check"));
    assert!(reports("cloudfront_security_policy_check"));
}
