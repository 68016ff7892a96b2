//! What has been worked out about a model.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A place in a model for what is worked out about it, one value of each type, so that it is worked out once and lives
/// as long as the model. A copy of a model starts without, because it may be changed.
#[derive(Default)]
pub struct Memo(Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>);

impl Memo {
    /// What was worked out before, or now.
    pub fn get<T: Send + Sync + 'static>(&self, work_out: impl Fn() -> T) -> Arc<T> {
        let values = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = values().get(&TypeId::of::<T>()).map(Arc::clone);
        // Not locked while it is worked out, because that may need others.
        let value = known.unwrap_or_else(|| {
            let value: Arc<dyn Any + Send + Sync> = Arc::new(work_out());
            Arc::clone(values().entry(TypeId::of::<T>()).or_insert(value))
        });
        value.downcast().unwrap_or_else(|_| Arc::new(work_out()))
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
