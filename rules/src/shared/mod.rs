//! What rules share, by topic.

pub(crate) mod arrival;
pub(crate) mod cache_verdict;
pub(crate) mod confidence;
pub(crate) mod cors;
pub(crate) mod missing_page;
pub(crate) mod names;
pub(crate) mod policy_gap;
pub(crate) mod preprocessed;
pub(crate) mod property_path;
pub(crate) mod resources;
pub(crate) mod unmet_need;
pub(crate) mod witness;
pub(crate) mod wording;
pub(crate) mod written;
