use std::path::PathBuf;

use clap::Args;

use crate::files::paths::is_stdin;
use crate::parameters::Given;

/// Where templates come from, and with which values.
#[derive(Debug, Default, Args)]
pub(crate) struct InputArgs {
    /// File name for standard input
    #[arg(long, value_name = "NAME", help_heading = "Input options")]
    pub(crate) stdin_filename: Option<String>,

    /// Value of a template parameter, or of a pseudo parameter such as AWS::Region; STACK:NAME=VALUE is for one stack
    #[arg(long = "parameter", value_name = "NAME=VALUE", value_parser = parameter, help_heading = "Input options")]
    pub(crate) parameters: Vec<Given>,

    /// File with parameter values, as used for deployment: JSON, YAML or samconfig.toml; later files override earlier ones
    #[arg(long = "parameters-file", value_name = "FILE", help_heading = "Input options")]
    pub(crate) parameters_files: Vec<PathBuf>,

    /// Do not run the code of CloudFront Functions; what they do is then not known
    #[arg(long, help_heading = "Input options")]
    pub(crate) no_functions: bool,
}

impl InputArgs {
    /// The paths with the name of standard input in its place, to look for what is around it.
    pub(crate) fn named(&self, paths: &[PathBuf]) -> Vec<PathBuf> {
        let name = |path: &PathBuf| match &self.stdin_filename {
            Some(name) if is_stdin(path) => PathBuf::from(name),
            _ => path.clone(),
        };
        paths.iter().map(name).collect()
    }

    /// What standard input is called.
    pub(crate) fn stdin_name(&self) -> &str {
        self.stdin_filename.as_deref().unwrap_or("<stdin>")
    }
}

fn parameter(text: &str) -> Result<Given, String> {
    Given::pair(text).ok_or_else(|| "expected NAME=VALUE, or STACK:NAME=VALUE for one stack".to_owned())
}
