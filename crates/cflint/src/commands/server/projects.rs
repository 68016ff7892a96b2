//! The templates around documents that import values: they are read once for all documents of a project.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::look::Snapshot;
use crate::files::paths::absolute;
use crate::input::Found;
use crate::input::discover::Exclude;
use crate::input::open::{self, Other, Unsaved};
use crate::settings::Settings;

/// How many projects are kept. Each is 64 MiB at most.
const MAX_KEPT: usize = 4;

pub(super) struct Project {
    others: Vec<Other>,
    reals: BTreeSet<PathBuf>,
}

impl Project {
    pub(super) fn holds(&self, real: &Path) -> bool {
        self.reals.contains(real)
    }

    pub(super) fn link(&self, found: &mut Found, unsaved: &Unsaved) {
        open::link(found, &self.others, unsaved);
    }
}

/// The folder, and the configuration that says what is left out.
type Key = (PathBuf, Option<String>);

#[derive(Default)]
pub(super) struct Projects {
    /// The last one is the one that was used last.
    kept: Vec<(Key, Arc<Project>)>,
    doubts: u64,
}

impl Projects {
    /// The project of a document; nothing if another thread sets `stop` while it is read.
    pub(super) fn around(
        &mut self,
        document: &Snapshot,
        settings: &Settings,
        exclude: &Exclude,
        stop: &AtomicBool,
    ) -> Option<Arc<Project>> {
        if self.doubts != document.doubts {
            self.kept.clear();
            self.doubts = document.doubts;
        }
        let folder = open::project(&document.name);
        let key = (absolute(&folder), settings.config.as_ref().map(|config| config.name.clone()));
        let known = self.kept.iter().position(|(known, _)| *known == key);
        let project = match known {
            Some(index) => self.kept.remove(index).1,
            None => {
                let others = open::others(folder, exclude, stop)?;
                let reals = others.iter().filter_map(|other| other.real.clone()).collect();
                Arc::new(Project { others, reals })
            }
        };
        if self.kept.len() >= MAX_KEPT {
            self.kept.remove(0);
        }
        self.kept.push((key, Arc::clone(&project)));
        Some(project)
    }
}
