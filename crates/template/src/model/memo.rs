//! What others have worked out about a model.

use std::any::Any;
use std::sync::{Arc, OnceLock};

/// A place in a model for what is worked out about it, so that it is worked out once and lives as long as the model. A copy
/// of a model starts without, because it may be changed.
#[derive(Default)]
pub struct Memo(OnceLock<Arc<dyn Any + Send + Sync>>);

impl Memo {
    /// What was worked out before, or now. One model has one memo, of one type.
    pub fn get<T: Send + Sync + 'static>(&self, work_out: impl Fn() -> T) -> Arc<T> {
        let known = self.0.get_or_init(|| Arc::new(work_out()));
        Arc::clone(known).downcast().unwrap_or_else(|_| Arc::new(work_out()))
    }
}

impl Clone for Memo {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl std::fmt::Debug for Memo {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Memo")
    }
}
