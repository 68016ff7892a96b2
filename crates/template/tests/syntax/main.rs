//! Reading templates: the same values as independent parsers, exact places, and no harm from hostile input.

#![expect(clippy::disallowed_methods, reason = "a test knows what it reads")]

#[cfg(test)]
mod differential;
#[cfg(test)]
mod generated;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod invariants;
#[cfg(test)]
#[cfg(test)]
mod messages;
#[cfg(test)]
mod scalars;
#[cfg(test)]
mod spans;
#[cfg(test)]
#[cfg(test)]
mod support;
