//! The loop: what happens changes the model, the model is drawn, and what it wants of the world is done.

use crate::dom::{Act, Live};
use crate::intl::Browser;
use crate::later::{Edge, Later};
use crate::model::Model;
use crate::model::color::{DARK, LIGHT, READABLE, Rgb};
use crate::model::message::{Asked, Effect, Key, Msg, News};
use crate::view::Scene;
use leptos::prelude::*;
use shared::zone::Instant;
use std::any::Any;
use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen::prelude::*;
use web_sys::{CustomEvent, CustomEventInit, Event, HtmlElement, KeyboardEvent, ShadowRoot};

/// Seconds between looks at the snapshot while the page is visible.
const FRESH_SECONDS: i64 = 60;
/// Set until somebody comes near: until then it takes no more room than the page has kept for it.
const KEPT: &str = "data-kept";
/// The accent where neither page nor business names one.
const ACCENT: &str = "#0f5cc0";

/// All that belongs to one widget on a page.
struct Widget {
    host: HtmlElement,
    root: ShadowRoot,
    stage: HtmlElement,
    /// Whether it may be drawn.
    shown: Cell<bool>,
    /// The wish for the focus that was followed last.
    focused: Cell<u32>,
    edge: Edge,
    browser: Browser,
    model: RwSignal<Model, LocalStorage>,
    live: RefCell<Option<Live>>,
    /// The last body that was sent and its idempotency key: sent again after a failure, it is the same request.
    sent: RefCell<(String, String)>,
    etag: RefCell<String>,
    /// The draft as it was written down last.
    kept: RefCell<String>,
    /// What the page asked for before it could be done.
    asked: RefCell<Vec<(String, String)>>,
    looked: RefCell<Instant>,
}

/// A widget at work; dropping it ends it.
pub struct Running {
    widget: Rc<Widget>,
    _mounted: Box<dyn Any>,
}

impl Running {
    /// What the page asks for; the answer is JSON.
    pub fn command(&self, name: &str, detail: &str) -> Option<String> {
        self.widget.command(name, detail)
    }

    /// Draws it for the first time and puts it on the page.
    pub fn show(&self) {
        self.widget.show();
    }
}

/// Starts a widget that is not on the page yet: reading what there is to book and drawing it are two tasks, so that neither
/// holds up the page.
pub fn run(
    host: HtmlElement,
    root: ShadowRoot,
    origin: String,
    etag: String,
    mut model: Model,
    browser: Browser,
) -> Option<Running> {
    let stage: HtmlElement = document().create_element("div").ok()?.dyn_into().ok()?;
    let _ = stage.set_attribute("class", "dm");
    let _ = stage.set_attribute("part", "frame");
    let _ = stage.set_attribute(KEPT, "");
    let _ = stage.set_attribute("lang", &model.lang);
    let _ = stage.set_attribute("dir", if browser.right_to_left() { "rtl" } else { "ltr" });
    let _ = stage.set_attribute("data-theme", host.get_attribute("theme").as_deref().unwrap_or("auto"));
    paint(&host, &stage, model.snapshot.org.accent.as_deref());

    let started = now();
    let place = stage.clone();
    let made = Rc::new(OnceCell::new());
    let make = Rc::clone(&made);
    let mounted = leptos::mount::mount_to(place, move || {
        model.hear(News::Time(started), &browser);
        let widget = Rc::new(Widget {
            host,
            root,
            stage,
            shown: Cell::new(false),
            focused: Cell::new(0),
            edge: Edge { origin },
            browser,
            model: RwSignal::new_local(model),
            live: RefCell::new(None),
            sent: RefCell::default(),
            etag: RefCell::new(etag),
            kept: RefCell::default(),
            asked: RefCell::default(),
            looked: RefCell::new(started),
        });
        widget.listen();
        widget.keep_time();
        let _ = make.set(Rc::clone(&widget));
        leptos::prelude::Effect::new(move |_| widget.draw());
    });
    let widget = Rc::clone(made.get()?);
    if !window().navigator().on_line() {
        widget.happened(News::Online(false));
    }
    Some(Running { widget, _mounted: Box::new(mounted) })
}

impl Widget {
    fn show(self: &Rc<Self>) {
        self.shown.set(true);
        untrack(|| self.draw());
        let _ = self.root.append_child(&self.stage);
        self.fetch_later();
    }

    fn draw(&self) {
        self.model.with(|m| {
            if !self.shown.get() {
                return;
            }
            let node = Scene { m, intl: &self.browser }.draw();
            let mut live = self.live.borrow_mut();
            match live.as_mut() {
                Some(live) => live.change(node),
                None => *live = Live::draw(node, &self.stage),
            }
            if self.focused.replace(m.focus.0) != m.focus.0 {
                self.focus(&m.focus.1);
            }
        });
    }

    fn focus(&self, id: &str) {
        let found = self.stage.query_selector(&["#", id].concat()).ok().flatten();
        if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
            let _ = element.focus();
        }
    }

    /// One listener for each kind of act, however many elements there are.
    fn listen(self: &Rc<Self>) {
        for (name, act) in [
            ("click", Act::Click),
            ("input", Act::Input),
            ("submit", Act::Submit),
            ("keydown", Act::Key),
            ("pointerenter", Act::Near),
            ("focusin", Act::Near),
        ] {
            let widget = Rc::clone(self);
            let listener = Closure::<dyn Fn(Event)>::new(move |event: Event| widget.hear(&event, act));
            let _ = self.stage.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
            // Kept by the owner of this widget's signals, so that it goes when they go.
            let _kept = StoredValue::new_local(listener);
        }
    }

    fn hear(self: &Rc<Self>, event: &Event, act: Act) {
        if act == Act::Near {
            let _ = self.stage.remove_attribute(KEPT);
            return;
        }
        let Some(target) = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok()) else { return };
        if act == Act::Submit {
            event.prevent_default();
        }
        let mut value = String::new();
        if act == Act::Input {
            value = typed(&target);
        }
        let does = |act| self.live.borrow().as_ref().and_then(|live| live.does(&target, act));
        let found = match act {
            Act::Key => match event.dyn_ref::<KeyboardEvent>() {
                Some(key) => {
                    let pressed = key.key();
                    if pressed == "Enter" || pressed == " " {
                        // A cell is not a button: keys that press one must be said.
                        does(Act::Click).filter(|_| target.tag_name() == "TD").inspect(|_| event.prevent_default())
                    } else {
                        does(Act::Key).filter(|_| self.is_move(key, &mut value)).inspect(|_| event.prevent_default())
                    }
                }
                None => None,
            },
            _ => does(act),
        };
        if let Some(msg) = found {
            self.dispatch(msg, &value);
        }
    }

    /// Whether a key moves through the grid; it is then written down as the model reads it.
    fn is_move(&self, key: &KeyboardEvent, value: &mut String) -> bool {
        let pressed = key.key();
        let held = key.ctrl_key() || key.alt_key() || key.meta_key();
        let moves = matches!(
            pressed.as_str(),
            "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown" | "Home" | "End" | "PageUp" | "PageDown"
        );
        let rtl = if self.browser.right_to_left() { "rtl " } else { "" };
        let shift = if key.shift_key() { "shift " } else { "" };
        *value = [rtl, shift, &pressed].concat();
        moves && !held
    }

    fn dispatch(self: &Rc<Self>, msg: Msg, value: &str) {
        let question = self.model.with_untracked(|m| m.question(&msg));
        if let Some(Effect::Tell(name, detail)) = question
            && !self.tell(name, &detail, true)
        {
            return;
        }
        let effects = self.model.try_update(|m| m.update(msg, value, &self.browser));
        self.carry_out(effects.unwrap_or_default());
    }

    fn happened(self: &Rc<Self>, news: News) {
        let effects = self.model.try_update(|m| m.hear(news, &self.browser));
        self.carry_out(effects.unwrap_or_default());
    }

    fn carry_out(self: &Rc<Self>, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Tell(name, detail) => {
                    self.tell(name, &detail, false);
                }
                Effect::Refresh => self.refresh(),
                Effect::Later => self.fetch_later(),
                Effect::Go(url) => {
                    let _ = window().location().assign(&url);
                }
                Effect::Release(token) => {
                    if let Some(later) = self.model.with_untracked(|m| m.later) {
                        leptos::task::spawn_local((later.release)(self.edge.clone(), token));
                    }
                }
                Effect::Ask(asked, body) => self.ask(asked, None, body),
                Effect::About(asked, key, body) => self.ask(asked, Some(key), body),
            }
        }
        self.keep_draft();
    }

    fn ask(self: &Rc<Self>, asked: Asked, about: Option<Key>, body: String) {
        let once = self.key_for(&body);
        let Some(later) = self.model.with_untracked(|m| m.later) else { return };
        let widget = Rc::clone(self);
        leptos::task::spawn_local(async move {
            let news = (later.ask)(widget.edge.clone(), asked, about, body, once).await;
            widget.happened(news);
        });
    }

    /// Writes down what was chosen and typed, for this tab alone. Pages may forbid it, and it may be full.
    fn keep_draft(&self) {
        let kept = self.model.try_with_untracked(|m| m.later.map(|later| (later.draft)(m)));
        let Some(text) = kept.flatten() else { return };
        if *self.kept.borrow() == text {
            return;
        }
        if let Some(storage) = window().session_storage().ok().flatten() {
            let key = self.draft_key();
            let _ = if text.is_empty() { storage.remove_item(&key) } else { storage.set_item(&key, &text) };
        }
        *self.kept.borrow_mut() = text;
    }

    fn draft_key(&self) -> String {
        let calendar = self.model.with_untracked(|m| [m.snapshot.calendar.id.as_str(), &m.options.offering].join("/"));
        ["daymark-draft:", &calendar].concat()
    }

    /// The rest of the journey is there: it takes up what the tab was left with, and does what the page asked for meanwhile.
    fn take_up(self: &Rc<Self>, later: &'static Later) {
        // The page may have taken the calendar away while this was on its way.
        if self.model.is_disposed() {
            return;
        }
        let storage = window().session_storage().ok().flatten();
        let text = storage.and_then(|storage| storage.get_item(&self.draft_key()).ok().flatten());
        self.happened(News::Later(Some(later)));
        if let Some(text) = text {
            let effects = self.model.try_update(|m| (later.restore)(m, &text));
            self.carry_out(effects.unwrap_or_default());
        }
        for (name, detail) in std::mem::take(&mut *self.asked.borrow_mut()) {
            self.command(&name, &detail);
        }
    }

    /// What the page asks for; the answer is JSON.
    fn command(self: &Rc<Self>, name: &str, detail: &str) -> Option<String> {
        let Some(later) = self.model.with_untracked(|m| m.later) else {
            self.asked.borrow_mut().push((name.to_owned(), detail.to_owned()));
            return None;
        };
        let (answer, effects) = self.model.try_update(|m| (later.command)(m, name, detail, &self.browser))?;
        self.carry_out(effects);
        Some(answer).filter(|answer| !answer.is_empty())
    }

    /// Brings the rest of the journey.
    fn fetch_later(self: &Rc<Self>) {
        let widget = Rc::clone(self);
        leptos::task::spawn_local(async move {
            match crate::later::fetch().await {
                Ok(later) => widget.take_up(later),
                Err(_) => widget.happened(News::Later(None)),
            }
        });
    }

    fn key_for(&self, body: &str) -> String {
        let mut sent = self.sent.borrow_mut();
        if sent.0 != body {
            *sent = (body.to_owned(), random_key());
        }
        sent.1.clone()
    }

    /// Fetches the snapshot again; nothing is drawn if it has not changed.
    fn refresh(self: &Rc<Self>) {
        *self.looked.borrow_mut() = now();
        let about = self.model.try_with_untracked(|m| Some((m.later?, m.snapshot.calendar.id.as_str().to_owned())));
        let Some((later, calendar)) = about.flatten() else { return };
        let coming = (later.refresh)(self.edge.clone(), calendar, self.etag.borrow().clone());
        let widget = Rc::clone(self);
        leptos::task::spawn_local(async move {
            if let Some((snapshot, etag)) = coming.await {
                *widget.etag.borrow_mut() = etag;
                widget.happened(News::Snapshot(Box::new(snapshot)));
            }
        });
    }

    /// A second hand while something is held, and a look at the snapshot now and then, at once when the visitor
    /// comes back to the page.
    fn keep_time(self: &Rc<Self>) {
        let widget = Rc::clone(self);
        let beat = set_interval_with_handle(
            move || {
                let now = now();
                if widget.model.with_untracked(Model::counts_time) {
                    widget.happened(News::Time(now));
                }
                let looked = widget.looked.borrow().0;
                if now.0.saturating_sub(looked) >= FRESH_SECONDS && !document().hidden() {
                    widget.happened(News::Time(now));
                    widget.refresh();
                }
            },
            Duration::from_secs(1),
        );
        let widget = Rc::clone(self);
        let back = window_event_listener_untyped("focus", move |_| {
            if now().0.saturating_sub(widget.looked.borrow().0) > 2 {
                widget.happened(News::Time(now()));
                widget.refresh();
            }
        });
        let changes = [("online", true), ("offline", false)].map(|(name, online)| {
            let widget = Rc::clone(self);
            window_event_listener_untyped(name, move |_| widget.happened(News::Online(online)))
        });
        on_cleanup(move || {
            for change in changes {
                change.remove();
            }
            if let Ok(beat) = beat {
                beat.clear();
            }
            back.remove();
        });
    }

    /// Tells the page; the answer is whether it may happen.
    fn tell(&self, name: &str, detail: &str, cancelable: bool) -> bool {
        let init = CustomEventInit::new();
        init.set_bubbles(true);
        init.set_composed(true);
        init.set_cancelable(cancelable);
        init.set_detail(&js_sys::JSON::parse(detail).unwrap_or(JsValue::NULL));
        let event = CustomEvent::new_with_event_init_dict(&["daymark:", name].concat(), &init);
        event.is_ok_and(|event| self.host.dispatch_event(&event).unwrap_or(true))
    }
}

/// Makes the accent readable and hands it to the styles: as a surface, and as text on light and on dark.
fn paint(host: &HtmlElement, stage: &HtmlElement, business: Option<&str>) {
    let own = window().get_computed_style(host).ok().flatten();
    let said = |name: &str| {
        let text = own.as_ref().and_then(|style| style.get_property_value(name).ok()).unwrap_or_default();
        Some(text.trim()).filter(|text| !text.is_empty()).and_then(computed)
    };
    let surface = said("--daymark-surface");
    let accent = said("--daymark-accent").or_else(|| Rgb::parse(business?)).or_else(|| Rgb::parse(ACCENT));
    let Some(accent) = accent else { return };
    let style = stage.style();
    for (name, color) in [
        ("--accent", accent),
        ("--on-accent", accent.text_on()),
        ("--accent-light", accent.readable_on(surface.unwrap_or(LIGHT))),
        ("--accent-dark", accent.readable_on(surface.unwrap_or(DARK))),
    ] {
        let _ = style.set_property(name, &color.hex());
    }
    // A surface of the page's own without a text that can be read on it gets one that can.
    if let Some(surface) = surface
        && said("--daymark-text").is_none_or(|text| text.contrast(surface) < READABLE)
    {
        let _ = style.set_property("--text-guard", &surface.text_on().hex());
    }
}

/// A colour in whichever way CSS can write it.
fn computed(text: &str) -> Option<Rgb> {
    if let Some(color) = Rgb::parse(text) {
        return Some(color);
    }
    let probe: HtmlElement = document().create_element("i").ok()?.dyn_into().ok()?;
    probe.style().set_property("color", text).ok()?;
    document().body()?.append_child(&probe).ok()?;
    let color = window().get_computed_style(&probe).ok().flatten()?.get_property_value("color").ok();
    probe.remove();
    Rgb::parse(&color?)
}

fn typed(target: &web_sys::Element) -> String {
    if let Some(input) = target.dyn_ref::<web_sys::HtmlInputElement>() {
        return if input.type_() == "checkbox" { input.checked().to_string() } else { input.value() };
    }
    if let Some(select) = target.dyn_ref::<web_sys::HtmlSelectElement>() {
        return select.value();
    }
    target.dyn_ref::<web_sys::HtmlTextAreaElement>().map(|area| area.value()).unwrap_or_default()
}

/// The visitor's clock.
pub fn now() -> Instant {
    Instant((js_sys::Date::now() / 1000.0) as i64)
}

/// 128 random bits in hexadecimal.
fn random_key() -> String {
    let mut bytes = [0_u8; 16];
    if let Ok(crypto) = window().crypto() {
        let _ = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    let halves = bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    halves.filter_map(|half| char::from_digit(u32::from(half), 16)).collect()
}
