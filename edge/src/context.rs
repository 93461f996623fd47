//! What one event may use: bindings, configuration, the clock, fresh ids. Made once, then passed along.
//!
//! Nothing else in this crate reads the clock or draws random numbers.

use crate::access::secret::SealingKeys;
use crate::database::Database;
use crate::language::Languages;
use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use shared::embed::Timestamp;
use shared::zone::Instant;
use std::future::Future;
use std::sync::Arc;
use worker::{Env, HttpRequest};

/// D1: the truth.
const DATABASE: &str = "DB";
/// KV: published snapshots of calendars.
const SNAPSHOTS: &str = "SNAPSHOTS";
/// Queue: ids of deliveries to send.
const DELIVERIES: &str = "DELIVERIES";
/// Queue: that linked calendars have something to be written.
const CALENDARS: &str = "CALENDARS";
/// `development` or `production`; anything but `development` is production.
const ENVIRONMENT: &str = "ENVIRONMENT";
/// Secret: keys that seal what is stored, the newest first.
const SEALING_KEYS: &str = "SEALING_KEYS";
/// Sets the clock of one request, in development only: tests need not wait for a hold to run out.
const SET_CLOCK: &str = "x-daymark-now";

/// What one event may use. Cheap to clone.
#[derive(Clone)]
pub struct Context(Arc<Parts>);

struct Parts {
    env: Env,
    database: Database,
    execution: Execution,
    development: bool,
    origin: String,
    now_millis: u64,
    clock_set: bool,
    languages: Languages,
}

/// What keeps the Worker alive after it has answered.
enum Execution {
    Event(worker::Context),
    Schedule(worker::ScheduleContext),
}

impl Context {
    /// For a request: its own origin is where links lead.
    pub fn of_request(request: &HttpRequest, env: Env, execution: worker::Context) -> worker::Result<Self> {
        let uri = request.uri();
        let origin = match (uri.scheme_str(), uri.authority()) {
            (Some(scheme), Some(authority)) => format!("{scheme}://{authority}"),
            _ => String::new(),
        };
        let accept = request.headers().get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let languages = Languages::of(uri.query(), accept);
        Self::new(env, Execution::Event(execution), origin, languages, Some(request.headers()))
    }

    /// For a batch of the queue.
    pub fn of_queue(env: Env, execution: worker::Context) -> worker::Result<Self> {
        Self::new(env, Execution::Event(execution), String::new(), Languages::default(), None)
    }

    /// For a cron trigger.
    pub fn of_schedule(env: Env, execution: worker::ScheduleContext) -> worker::Result<Self> {
        Self::new(env, Execution::Schedule(execution), String::new(), Languages::default(), None)
    }

    fn new(
        env: Env,
        execution: Execution,
        origin: String,
        languages: Languages,
        headers: Option<&HeaderMap>,
    ) -> worker::Result<Self> {
        let development = env.var(ENVIRONMENT).is_ok_and(|value| value.to_string() == "development");
        let set = headers.filter(|_| development).and_then(clock_set_by);
        let database = Database::new(env.d1(DATABASE)?);
        let now_millis = set.unwrap_or_else(|| worker::Date::now().as_millis());
        Ok(Self(Arc::new(Parts {
            env,
            database,
            execution,
            development,
            origin,
            now_millis,
            clock_set: set.is_some(),
            languages,
        })))
    }

    /// The moment of this event, whole seconds. Stays the same until the event is done.
    pub fn now(&self) -> Instant {
        Instant(i64::try_from(self.0.now_millis / 1000).unwrap_or(i64::MAX))
    }

    /// Unix milliseconds at this very moment, for what takes time: an attempt to reach somebody, and nothing else.
    pub fn clock_milliseconds(&self) -> i64 {
        i64::try_from(worker::Date::now().as_millis()).unwrap_or(i64::MAX)
    }

    /// Whether somebody set the clock of this request, so that copies made at other times are of no use.
    pub fn clock_set(&self) -> bool {
        self.0.clock_set
    }

    /// The languages that whoever asks would like to read.
    pub fn languages(&self) -> &Languages {
        &self.0.languages
    }

    /// The truth.
    pub fn database(&self) -> &Database {
        &self.0.database
    }

    /// Published snapshots.
    pub fn snapshots(&self) -> worker::Result<worker::KvStore> {
        self.0.env.kv(SNAPSHOTS)
    }

    /// The queue of deliveries.
    pub fn deliveries(&self) -> worker::Result<worker::Queue> {
        self.0.env.queue(DELIVERIES)
    }

    /// The queue of linked calendars.
    pub fn calendars(&self) -> worker::Result<worker::Queue> {
        self.0.env.queue(CALENDARS)
    }

    /// A rate limiter, by the name of its binding.
    pub fn rate_limiter(&self, binding: &str) -> worker::Result<worker::RateLimiter> {
        self.0.env.rate_limiter(binding)
    }

    /// Cloudflare's way for mail, by the name of its binding. None where it is not bound.
    pub fn send_email(&self, binding: &str) -> Option<worker::SendEmail> {
        let bound = worker::js_sys::Reflect::get(&self.0.env, &binding.into()).is_ok_and(|value| value.is_object());
        if bound { self.0.env.get_binding(binding).ok() } else { None }
    }

    /// A secret or a variable of the configuration.
    pub fn setting(&self, name: &str) -> Option<String> {
        let secret = self.0.env.secret(name).ok().map(|value| value.to_string());
        secret.or_else(|| self.0.env.var(name).ok().map(|value| value.to_string()))
    }

    /// Keys for what is stored sealed. None where none can be read: then nothing is sealed, and nothing can be signed.
    pub fn sealing_keys(&self) -> Option<SealingKeys> {
        SealingKeys::parse(&self.setting(SEALING_KEYS)?)
    }

    /// Whether this is a developer's machine.
    pub fn development(&self) -> bool {
        self.0.development
    }

    /// Where this deployment answers, without a trailing slash: the request's own origin, else `PUBLIC_ORIGIN`.
    pub fn origin(&self) -> String {
        if self.0.origin.is_empty() { self.setting("PUBLIC_ORIGIN").unwrap_or_default() } else { self.0.origin.clone() }
    }

    /// A fresh public id: the prefix, `_` and a UUIDv7 without hyphens, so that ids sort by the time they were made.
    pub fn mint(&self, prefix: &str) -> String {
        let (seconds, millis) = (self.0.now_millis / 1000, self.0.now_millis % 1000);
        let nanos = u32::try_from(millis).unwrap_or(0).saturating_mul(1_000_000);
        let stamp = uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanos);
        format!("{prefix}_{}", uuid::Uuid::new_v7(stamp).simple())
    }

    /// 256 random bits, for what only its bearer may know.
    pub fn random_key(&self) -> Result<[u8; 32], getrandom::Error> {
        let mut key = [0; 32];
        getrandom::fill(&mut key)?;
        Ok(key)
    }

    /// Goes on after the answer has left.
    pub fn afterwards(&self, work: impl Future<Output = ()> + 'static) {
        match &self.0.execution {
            Execution::Event(execution) => execution.wait_until(work),
            Execution::Schedule(execution) => execution.wait_until(work),
        }
    }
}

fn clock_set_by(headers: &HeaderMap) -> Option<u64> {
    let Timestamp(Instant(seconds)) = Timestamp::parse(headers.get(SET_CLOCK)?.to_str().ok()?)?;
    u64::try_from(seconds).ok()?.checked_mul(1000)
}
