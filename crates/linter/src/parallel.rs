//! Work on as many threads as there are processors, with results in order.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, LazyLock, Mutex, MutexGuard, PoisonError};

/// Finding it out reads many files of the system.
static PROCESSORS: LazyLock<usize> =
    LazyLock::new(|| std::thread::available_parallelism().map_or(1, NonZero::get));

/// How large the results may be that are there before their turn.
const MAX_EARLY: usize = 8 << 20;

/// Calls a function for each index on as many threads as there are processors; the results are in order.
pub fn parallel<T: Send>(count: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let threads = if count < 2 { 1 } else { count.min(*PROCESSORS) };
    if threads < 2 {
        return (0..count).map(work).collect();
    }
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::with_capacity(count));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= count {
                        return;
                    }
                    let result = work(index);
                    locked(&results).push((index, result));
                }
            });
        }
    });
    let mut results = results.into_inner().unwrap_or_else(PoisonError::into_inner);
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

/// Does something for each item, whose number need not be known, and hands on the results in the order of
/// the items. `size` says how many bytes a result holds: one that is early waits while the others that are take too much.
/// Each thread has a `B` of its own, which every call may use. There is one thread for the first `few` items.
pub fn in_order<T: Send, R: Send, B: Default>(
    few: usize,
    mut items: impl Iterator<Item = T> + Send,
    work: impl Fn(T, &mut B) -> R + Sync,
    size: impl Fn(&R) -> usize + Sync,
    mut accept: impl FnMut(R) + Send,
) {
    let mut own = B::default();
    for item in items.by_ref().take(few) {
        accept(work(item, &mut own));
    }
    let Some(item) = items.next() else { return };
    let items = std::iter::once(item).chain(items).fuse();
    let queue = Queue { items, taken: 0, accepted: 0, early: BTreeMap::new(), held: 0, waiting: 0, accept };
    let (queue, turn) = (Mutex::new(queue), Condvar::new());
    let run = |mut own: B| {
        let mut state = locked(&queue);
        while let Some(item) = state.items.next() {
            let index = state.taken;
            state.taken += 1;
            drop(state);
            let result = work(item, &mut own);
            let size = size_of::<R>() + size(&result);
            state = locked(&queue);
            // The thread with the next one never waits.
            while index != state.accepted && state.held + size > MAX_EARLY {
                state.waiting += 1;
                state = turn.wait(state).unwrap_or_else(PoisonError::into_inner);
                state.waiting -= 1;
            }
            state.put(index, result, size);
            if state.waiting > 0 {
                turn.notify_all();
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 1..*PROCESSORS {
            scope.spawn(|| run(B::default()));
        }
        run(own);
    });
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Queue<I, R, A> {
    items: I,
    taken: usize,
    accepted: usize,
    /// Results that are there before their turn, with their sizes.
    early: BTreeMap<usize, (R, usize)>,
    /// How large these are together.
    held: usize,
    waiting: usize,
    accept: A,
}

impl<I, R, A: FnMut(R)> Queue<I, R, A> {
    fn put(&mut self, index: usize, result: R, size: usize) {
        if index != self.accepted {
            self.held += size;
            self.early.insert(index, (result, size));
            return;
        }
        let mut next = Some(result);
        while let Some(result) = next {
            (self.accept)(result);
            self.accepted += 1;
            next = self.early.remove(&self.accepted).map(|(result, size)| {
                self.held -= size;
                result
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items_whoever_is_late() {
        let mut seen = Vec::new();
        let work = |item: u64, _: &mut ()| {
            std::thread::sleep(std::time::Duration::from_micros(item * 7919 % 300));
            item
        };
        // Hardly any of them may wait for its turn in memory.
        in_order(3, 0..500, work, |_| MAX_EARLY / 3, |item| seen.push(item));
        assert_eq!(seen, (0..500).collect::<Vec<_>>());
    }
}
