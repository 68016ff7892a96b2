/// The value of a parameter, in one stack or in all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Given {
    pub(crate) stack: Option<String>,
    pub(crate) name: String,
    pub(crate) value: String,
}

impl Given {
    /// From `NAME` or `STACK:NAME`. The name of a pseudo parameter has two colons and is not a stack.
    pub(crate) fn new(key: &str, value: impl Into<String>) -> Option<Self> {
        let (stack, name) = match key.split_once(':') {
            Some((stack, name)) if !name.starts_with(':') => (Some(stack.trim()), name.trim()),
            _ => (None, key.trim()),
        };
        let is_complete = !name.is_empty() && stack != Some("");
        is_complete.then(|| Self {
            stack: stack.map(str::to_owned),
            name: name.to_owned(),
            value: value.into(),
        })
    }

    /// What the configuration would call it.
    pub(crate) fn key(&self) -> String {
        match &self.stack {
            Some(stack) => format!("parameters.{stack}.{}", self.name),
            None => format!("parameters.{}", self.name),
        }
    }

    /// As it is written on the command line: `NAME=VALUE` or `STACK:NAME=VALUE`.
    pub(crate) fn written(&self) -> String {
        let stack = self.stack.as_ref().map_or_else(String::new, |stack| format!("{stack}:"));
        format!("{stack}{}={}", self.name, self.value)
    }

    /// From `NAME=VALUE` or `STACK:NAME=VALUE`.
    pub(crate) fn pair(text: &str) -> Option<Self> {
        let (key, value) = text.split_once('=')?;
        Self::new(key, value)
    }
}
