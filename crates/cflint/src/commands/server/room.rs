//! How much memory is left for messages that wait to be handled.

use std::sync::{Arc, Condvar, Mutex, PoisonError};

/// As much as one message may have.
const MAX: usize = 64 * 1024 * 1024;

#[derive(Default)]
pub(super) struct Room {
    taken: Mutex<usize>,
    freed: Condvar,
}

/// What a message takes until this is dropped.
pub(super) struct Taken {
    room: Arc<Room>,
    size: usize,
}

impl Room {
    /// Waits until there is room. A message that is larger than all of it waits until it is alone.
    pub(super) fn take(self: &Arc<Self>, size: usize) -> Taken {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = |taken: &mut usize| *taken > 0 && taken.saturating_add(size) > MAX;
        let mut taken = self.freed.wait_while(taken, is_full).unwrap_or_else(PoisonError::into_inner);
        *taken = taken.saturating_add(size);
        Taken { room: Arc::clone(self), size }
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        let mut taken = self.room.taken.lock().unwrap_or_else(PoisonError::into_inner);
        *taken = taken.saturating_sub(self.size);
        self.room.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_message_without_room_waits_for_those_before_it() {
        let room = Arc::new(Room::default());
        let first = room.take(MAX);
        let (sender, receiver) = mpsc::channel();
        let later = Arc::clone(&room);
        thread::spawn(move || {
            // One that is too large comes through alone.
            for size in [1, MAX + 1] {
                drop(later.take(size));
                let _ = sender.send(size);
            }
        });
        assert!(receiver.recv_timeout(Duration::from_millis(200)).is_err());
        drop(first);
        assert_eq!(receiver.iter().collect::<Vec<_>>(), [1, MAX + 1]);
    }
}
