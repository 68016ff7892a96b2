use cflint_linter::{Context, Document, Rule, declare_rule};

use crate::shared::property_path::Places;

declare_rule! {
    /// ## What it does
    /// Reports keys that appear twice in the same mapping: two resources with one logical id, two `CacheBehaviors` in
    /// one distribution.
    ///
    /// ## Why is this bad?
    /// Only one of the two values takes effect. CloudFormation reports nothing and probably uses the last one, so a
    /// behavior, a policy or a whole resource disappears silently. YAML and JSON themselves do not allow it, and tools
    /// that read the template before the service does may choose the other value, or reject the template.
    ///
    /// ## Remediation
    /// Remove one of the two, or merge their contents under one key. Two resources need two logical ids.
    ///
    /// ## References
    /// - [CloudFormation template formats](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html)
    /// - [YAML: keys are unique](https://yaml.org/spec/1.2.2/#3213-node-comparison)
    pub(crate) DuplicateKey {
        id: "duplicate-key",
        group: Input,
        summary: "a mapping has the same key twice",
        severity: Error,
        fix: None,
    }
}

impl Rule for DuplicateKey {
    fn document(&self, document: &Document<'_, '_>, cx: &mut Context<'_>) {
        if document.duplicates.is_empty() {
            return;
        }
        let places = Places::new(document.template);
        for key in document.duplicates {
            let message = format!("duplicate key `{}` in this mapping", key.name);
            let finding = cx
                .report(key.again, message)
                .label("probably only the last one takes effect")
                .related(key.first, "the first one, probably ignored")
                .help("remove one of them, or merge their contents under one key");
            places.name(key.again, finding);
        }
    }
}
