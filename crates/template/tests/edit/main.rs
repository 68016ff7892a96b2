//! Edits change what they should, and nothing else.

#[cfg(test)]
mod applying;
#[cfg(test)]
mod block;
#[cfg(test)]
mod comments;
#[cfg(test)]
mod flow;
#[cfg(test)]
mod generated;
#[cfg(test)]
mod json;
#[cfg(test)]
mod refused;
#[cfg(test)]
mod scalars;
#[cfg(test)]
mod support;
#[cfg(test)]
mod writer;
