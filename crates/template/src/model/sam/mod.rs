//! The APIs that the SAM transform generates, read from what the user wrote.
//! <https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification-resources-and-properties.html>

mod auth;
mod declared;
mod events;
mod routes;
mod settings;
mod source;
mod targets;

pub(super) use declared::{implicit, read};
pub(super) use events::Events;
pub(super) use settings::Settings;
pub(super) use targets::{Target, targets};
