//! Every bound on the input, in one place. None of them is near what a deployable template needs: the service
//! accepts at most 1 MB, and the deepest template seen in public repositories nests about 40 levels.

/// The largest file that is read. Offsets are 32 bits wide, and a generated file that is not a template
/// (a lock file, a data export) should be rejected before it costs memory.
pub const MAX_BYTES: usize = 32 << 20;

/// How deep nodes may nest, in both formats and after aliases are expanded. A short form counts as one level.
/// Code that walks a tree recursively is safe because of this bound.
pub const MAX_DEPTH: usize = 255;

/// How many nodes a tree may have, keys included, after aliases and merge keys are expanded.
pub const MAX_NODES: usize = 4_000_000;

/// How many nodes may be copied for anchors, aliases and merge keys together: the work that a few bytes can cause.
pub const MAX_COPIED_NODES: usize = 4_000_000;

/// How many nodes the trees of a run may hold together that come from aliases and merge keys, which some kilobytes can
/// ask for in each of many files. What is written out has its bound in the bytes of the run.
pub const MAX_ALIASED_NODES: usize = MAX_COPIED_NODES;

/// How many comments in a row may precede one node. The size of the file bounds it anyway.
pub const MAX_COMMENTS_IN_A_ROW: usize = 1_000_000;

/// How often a file is parsed again because of a quoted text whose continuation lines are not indented enough.
pub const MAX_QUOTE_REPAIRS: usize = 64;

/// How many bytes may be parsed in all for such repairs; the first repair is always tried.
pub const MAX_REPAIR_BYTES: usize = 64 << 20;
