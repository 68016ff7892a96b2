use cflint_linter::{Context, Document, Rule, declare_rule};

use crate::shared::property_path::Places;

declare_rule! {
    /// ## What it does
    /// Reports keys that stand twice in the same mapping: two resources with one logical id, two `CacheBehaviors` in
    /// one distribution.
    ///
    /// ## Why is this bad?
    /// Only one of the two values counts. CloudFormation says nothing and probably takes the last one, so a behavior,
    /// a policy or a whole resource is gone without a word. YAML and JSON themselves do not allow it, and tools that
    /// read the template before the service does may choose another value, or refuse it.
    ///
    /// ## Remediation
    /// Remove one of the two, or put their contents together under one key. Two resources need two logical ids.
    ///
    /// ## References
    /// - [CloudFormation template formats](https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html)
    /// - [YAML: keys are unique](https://yaml.org/spec/1.2.2/#3213-node-comparison)
    pub(crate) DuplicateKey {
        id: "duplicate-key",
        group: Input,
        summary: "a key stands twice in the same mapping",
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
            let message = format!("the key `{}` stands twice in the same mapping", key.name);
            let finding = cx
                .report(key.again, message)
                .label("probably only the last one counts")
                .related(key.first, "the first one, probably ignored")
                .help("remove one of them, or put their contents together under one key");
            places.name(key.again, finding);
        }
    }
}
