//! From the paths of the command line to the templates.

pub(crate) mod apps;
pub(crate) mod assembly;
mod candidates;
pub(crate) mod discover;
mod found;
pub(crate) mod hook;
mod nested;
pub(crate) mod open;
#[cfg(test)]
mod testing;

pub(crate) use self::found::Found;
