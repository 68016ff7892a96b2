//! Runs the code of a function in QuickJS: without files, network, clock or modules, and with limits on steps, memory
//! and stack, so that no template decides how long a run takes.
//!
//! Steps are counted between the instructions of the code. A single call of the engine's own library can take longer
//! than all of them, such as a search in an array of 4 billion elements without a value, and nothing can stop it. A run
//! therefore has a thread of its own, which is left behind after a while.

use std::cell::{Cell, RefCell};
use std::fmt::Write as _;
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use md5::Md5;
use rquickjs::context::EvalOptions;
use rquickjs::{CatchResultExt, CaughtError, Context, Ctx, Function, Object, Promise, Runtime, Value};
use sha1::Sha1;
use sha2::{Digest, Sha256};

use crate::event::Event;
use crate::syntax::{Program, Runtime as Version};

const HARNESS: &str = include_str!("harness.js");
const LIBRARY: &str = include_str!("library.js");
/// Steps after which a run is stopped, in units of 10,000 instructions of the engine.
const MAX_STEPS: u32 = 400;
/// Bytes. A function may use 2 MB of memory; objects of this engine may be larger than those of CloudFront's.
const MAX_MEMORY: usize = 16 << 20;
/// Bytes.
const MAX_STACK: usize = 192 << 10;
/// Lines of `console.log` that are kept.
const MAX_LOG: u32 = 100;
/// Characters of each of them.
const MAX_LINE: u32 = 2_000;
/// Callbacks of promises.
const MAX_JOBS: u32 = 10_000;
/// Milliseconds since 1970: 2026-01-01.
const NOW: f64 = 1_767_225_600_000.0;
/// How long a run may take when every step of it is slow; far more than all steps of usual code take.
const MOST: Duration = Duration::from_secs(3);
/// How long is waited for a run, which by then hangs in a single step.
const PATIENCE: Duration = Duration::from_secs(5);
/// Bytes of the thread of a run; the engine ends it at `MAX_STACK`.
const THREAD_STACK: usize = 2 << 20;

/// Whether a run was left behind: it goes on until this process ends, so no other is started.
static IS_ONE_STUCK: AtomicBool = AtomicBool::new(false);

/// How a run ended, before what the function returned is judged.
#[derive(Debug)]
pub(crate) enum Raw {
    /// The JSON text of what it returned and did.
    Done(String),
    /// It threw, with the line and column of its code where that is known.
    Threw { message: String, place: Option<(u32, u32)>, is_syntax: bool },
    /// It has no function `handler`.
    NoHandler,
    /// It was stopped.
    TooLong,
    /// It read what is not known.
    Unknown(String),
    /// The engine itself does not work.
    Broken(String),
}

/// Runs the code on a thread of its own.
pub(crate) fn run(program: &Program, event: &Event) -> Raw {
    if IS_ONE_STUCK.load(Ordering::Relaxed) {
        return Raw::Broken("an earlier run did not end".to_owned());
    }
    let (program, event) = (program.clone(), event.clone());
    let (sender, receiver) = mpsc::sync_channel(1);
    let work = move || {
        // No one listens any more if the run was left behind.
        let _ = sender.send(run_here(&program, &event));
    };
    let thread = thread::Builder::new().stack_size(THREAD_STACK).spawn(work);
    if let Err(error) = thread {
        return Raw::Broken(error.to_string());
    }
    match receiver.recv_timeout(PATIENCE) {
        Ok(raw) => raw,
        Err(mpsc::RecvTimeoutError::Timeout) => {
            IS_ONE_STUCK.store(true, Ordering::Relaxed);
            Raw::Broken("the run does not end".to_owned())
        }
        Err(mpsc::RecvTimeoutError::Disconnected) => Raw::Broken("the run broke off".to_owned()),
    }
}

/// Why a run was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stop {
    Steps,
    /// Which depends on the machine, so nothing follows from it.
    Time,
}

fn run_here(program: &Program, event: &Event) -> Raw {
    let unknown = Rc::new(RefCell::new(None));
    let stop = Rc::new(Cell::new(None));
    let raw = in_engine(program, event, &unknown, &stop);
    let reason = unknown.borrow().clone();
    match (reason, stop.get(), raw) {
        (Some(reason), ..) => Raw::Unknown(reason),
        (None, Some(Stop::Steps), _) => Raw::TooLong,
        (None, Some(Stop::Time), _) => Raw::Broken("the run takes too long".to_owned()),
        (None, None, Ok(raw)) => raw,
        (None, None, Err(error)) => Raw::Broken(error.to_string()),
    }
}

fn in_engine(
    program: &Program,
    event: &Event,
    unknown: &Rc<RefCell<Option<String>>>,
    stop: &Rc<Cell<Option<Stop>>>,
) -> Result<Raw, rquickjs::Error> {
    let engine = Runtime::new()?;
    engine.set_memory_limit(MAX_MEMORY);
    engine.set_max_stack_size(MAX_STACK);
    let (steps, stop, start) = (Cell::new(0_u32), Rc::clone(stop), Instant::now());
    engine.set_interrupt_handler(Some(Box::new(move || {
        steps.set(steps.get().saturating_add(1));
        if steps.get() > MAX_STEPS {
            stop.set(Some(Stop::Steps));
        } else if start.elapsed() > MOST {
            stop.set(Some(Stop::Time));
        }
        stop.get().is_some()
    })));
    let context = Context::full(&engine)?;
    let version = program.runtime;
    context.with(|ctx| {
        let host = host(&ctx, unknown, event)?;
        let library: Function<'_> = ctx.eval_with_options(LIBRARY, options("library.js"))?;
        let harness: Function<'_> = ctx.eval_with_options(HARNESS, options("harness.js"))?;
        let version = match version {
            Version::V1 => "1.0",
            Version::V2 => "2.0",
        };
        harness.call::<_, ()>((host, version, library))?;
        let tools: Object<'_> = ctx.globals().get("__cflint")?;
        ctx.globals().remove("__cflint")?;
        for import in &program.imports {
            let modules: Object<'_> = tools.get("modules")?;
            let module: Value<'_> = modules.get(import.module.as_str())?;
            if module.is_undefined() {
                let message = format!("Error: Cannot find module \"{}\"", import.module);
                return Ok(Raw::Threw { message, place: Some(import.place), is_syntax: false });
            }
            let value = match (&import.member, module.as_object()) {
                (Some(member), Some(module)) => module.get(member.as_str())?,
                _ => module,
            };
            ctx.globals().set(import.name.as_str(), value)?;
        }
        if let Err(error) =
            ctx.eval_with_options::<Value<'_>, _>(program.script(), options("function.js")).catch(&ctx)
        {
            return Ok(threw(&error));
        }
        let handler: Value<'_> =
            ctx.eval_with_options("typeof handler === 'function' ? handler : null", options("harness.js"))?;
        let Some(handler) = handler.into_function() else { return Ok(Raw::NoHandler) };
        let make: Function<'_> = tools.get("event")?;
        let argument: Value<'_> = make.call((event.json().to_string(), event.request.raw_query.clone()))?;
        let returned: Value<'_> = match handler.call((argument,)).catch(&ctx) {
            Ok(returned) => returned,
            Err(error) => return Ok(threw(&error)),
        };
        let returned = match returned.as_promise().cloned() {
            Some(promise) => match settled(&ctx, &promise) {
                Ok(Some(value)) => value,
                Ok(None) => return Ok(Raw::TooLong),
                Err(raw) => return Ok(raw),
            },
            None => returned,
        };
        let done: Function<'_> = tools.get("done")?;
        match done.call::<_, String>((returned,)).catch(&ctx) {
            Ok(text) => Ok(Raw::Done(text)),
            Err(error) => Ok(threw(&error)),
        }
    })
}

/// The code of a function is always in strict mode.
fn options(file: &str) -> EvalOptions {
    let mut options = EvalOptions::default();
    options.strict = true;
    options.filename = Some(file.to_owned());
    options
}

/// What a promise comes to; nothing if it never does.
fn settled<'js>(ctx: &Ctx<'js>, promise: &Promise<'js>) -> Result<Option<Value<'js>>, Raw> {
    for _ in 0..MAX_JOBS {
        match promise.result::<Value<'js>>() {
            Some(result) => return result.catch(ctx).map(Some).map_err(|error| threw(&error)),
            None if !ctx.execute_pending_job() => return Ok(None),
            None => {}
        }
    }
    Ok(None)
}

/// What the harness gets from here.
fn host<'js>(
    ctx: &Ctx<'js>,
    unknown: &Rc<RefCell<Option<String>>>,
    event: &Event,
) -> Result<Object<'js>, rquickjs::Error> {
    let host = Object::new(ctx.clone())?;
    host.set("now", NOW)?;
    host.set("maxLog", MAX_LOG)?;
    host.set("maxLine", MAX_LINE)?;
    host.set("isGenerous", event.is_generous)?;
    let store = match event.has_store {
        Some(true) => "known",
        Some(false) => "none",
        None => "unknown",
    };
    host.set("store", store)?;
    let unknown = Rc::clone(unknown);
    let note = move |what: String| {
        unknown.borrow_mut().get_or_insert(what);
    };
    host.set("unknown", Function::new(ctx.clone(), note)?)?;
    let hash = |algorithm: String, data: String| hash(&algorithm, &bytes(&data));
    host.set("hash", Function::new(ctx.clone(), hash)?)?;
    let hmac = |algorithm: String, key: String, data: String| hmac(&algorithm, &bytes(&key), &bytes(&data));
    host.set("hmac", Function::new(ctx.clone(), hmac)?)?;
    Ok(host)
}

fn threw(error: &CaughtError<'_>) -> Raw {
    let (message, stack, is_syntax) = match error {
        CaughtError::Exception(exception) => {
            let message = exception.message().unwrap_or_default();
            let name: String = exception.get("name").unwrap_or_default();
            let is_syntax = name == "SyntaxError";
            (format!("{name}: {message}"), exception.stack().unwrap_or_default(), is_syntax)
        }
        CaughtError::Value(value) => {
            let text = value.as_string().and_then(|text| text.to_string().ok());
            (text.unwrap_or_else(|| "a value that is not an error".to_owned()), String::new(), false)
        }
        CaughtError::Error(error) => (error.to_string(), String::new(), false),
    };
    Raw::Threw { message, place: place(&stack), is_syntax }
}

/// The first line and column of the function's code in a stack trace.
fn place(stack: &str) -> Option<(u32, u32)> {
    let (_, after) = stack.split_once("function.js:")?;
    let mut numbers = after.split(|c: char| !c.is_ascii_digit());
    let line = numbers.next()?.parse().ok()?;
    Some((line, numbers.next().and_then(|column| column.parse().ok()).unwrap_or(1)))
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks(2);
    digits.filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().saturating_mul(2));
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The digest in hexadecimal digits; of an unknown algorithm, none.
fn hash(algorithm: &str, data: &[u8]) -> String {
    match algorithm {
        "md5" => hex(&Md5::digest(data)),
        "sha1" => hex(&Sha1::digest(data)),
        "sha256" => hex(&Sha256::digest(data)),
        _ => String::new(),
    }
}

/// <https://www.rfc-editor.org/rfc/rfc2104>
fn hmac(algorithm: &str, key: &[u8], data: &[u8]) -> String {
    /// Bytes of a block of all three hashes.
    const BLOCK: usize = 64;
    let mut key = if key.len() > BLOCK { bytes(&hash(algorithm, key)) } else { key.to_vec() };
    key.resize(BLOCK, 0);
    let padded = |pad: u8| key.iter().map(move |byte| byte ^ pad);
    let inner: Vec<u8> = padded(0x36).chain(data.iter().copied()).collect();
    let outer: Vec<u8> = padded(0x5c).chain(bytes(&hash(algorithm, &inner))).collect();
    hash(algorithm, &outer)
}
