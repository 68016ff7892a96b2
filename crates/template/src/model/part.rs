//! Parts of models that several views share.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::sync::Arc;

use super::{
    Api, Behavior, BucketPolicy, CustomDomain, ErrorResponse, LambdaUrl, List, LoadBalancer, Origin,
    Permission, Record, WebAcl,
};
use crate::eval::{Asked, Evaluator};

/// How many versions of a part are kept. The views that answer most questions alike come one after the other.
const KEPT: usize = 8;

/// The parts that take time to read.
#[derive(Debug, Default)]
pub(super) struct Parts<'t> {
    pub(super) origins: Part<'t, List<Origin>>,
    pub(super) default_behavior: Part<'t, Behavior>,
    pub(super) behaviors: Part<'t, List<Behavior>>,
    pub(super) error_responses: Part<'t, List<ErrorResponse>>,
    pub(super) apis: Part<'t, Vec<Api>>,
    pub(super) custom_domains: Part<'t, Vec<CustomDomain>>,
    pub(super) lambda_urls: Part<'t, Vec<LambdaUrl>>,
    pub(super) load_balancers: Part<'t, Vec<LoadBalancer>>,
    pub(super) permissions: Part<'t, Vec<Permission>>,
    pub(super) bucket_policies: Part<'t, Vec<BucketPolicy>>,
    pub(super) records: Part<'t, Vec<Record>>,
    pub(super) web_acls: Part<'t, Vec<WebAcl>>,
}

/// A part as it was read, with the questions that came up meanwhile.
#[derive(Debug)]
pub(super) struct Part<'t, T>(RefCell<VecDeque<(Asked<'t>, Arc<T>)>>);

impl<T> Default for Part<'_, T> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<'t, T> Part<'t, T> {
    /// The part in the view of an evaluator, which is read if no earlier view gave the same answers.
    pub(super) fn of(&self, evaluator: &Evaluator<'_, 't>, read: impl FnOnce() -> T) -> Arc<T> {
        // What is read now is thrown away.
        if evaluator.is_over() {
            return Arc::new(read());
        }
        let mut versions = self.0.borrow_mut();
        if let Some((_, known)) = versions.iter().find(|(asked, _)| evaluator.answers_alike(asked)) {
            return Arc::clone(known);
        }
        let (value, asked) = evaluator.recorded(read);
        let value = Arc::new(value);
        if let Some(asked) = asked {
            versions.truncate(KEPT - 1);
            versions.push_front((asked, Arc::clone(&value)));
        }
        value
    }
}
