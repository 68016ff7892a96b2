//! What a CloudFront Function does with a request or a response: its code is parsed and run, in an engine without any
//! access to the machine, and what it returns is judged as CloudFront does.
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/writing-function-code.html>
//!
//! Nothing here knows a template. The clock stands still, random numbers are always the same, and what the code reads
//! that no template determines makes the result unknown.

mod engine;
mod event;
mod headers;
mod result;
mod returned;
mod syntax;
mod touches;

pub use event::{Event, Item, Request, Response};
pub use headers::is_hidden;
pub use result::{Change, Failure, FailureKind, Outcome, RequestOrigin, Returned, Run};
pub use syntax::{Program, Runtime, Sureness, SyntaxFault};
pub use touches::Touches;

/// The size up to which CloudFront accepts the code of a function, in bytes; larger code is not run.
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-functions>
pub const MAX_CODE: usize = 10 * 1024;
