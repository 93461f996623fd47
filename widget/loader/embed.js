// The one script: <script async src="https://HOST/embed.js" data-calendar="cal_..."></script>
//
// It stands in for the calendar at once, in the size that it will have, and fetches snapshot and WebAssembly side by
// side. Where a page refuses WebAssembly it shows the hosted page in a frame, and where that is refused too, a link.
// A classic script, so that it can be pasted anywhere. `DAYMARK_*` are filled in by the build.
import css from '../styles/widget.css';

const script = document.currentScript;
const origin = new URL(script?.src || location.href).origin;
const TAG = 'daymark-calendar';
/** Languages with texts of their own, beside English, which is built in. */
const LANGUAGES = ['de'];

/** A module and its WebAssembly, compiled while it streams in. */
const load = async (script, wasm) => {
  const glue = await import(origin + '/' + script);
  await glue.default({ module_or_path: fetch(origin + '/' + wasm) });
  return glue;
};

let module;
/** The program, once for all calendars of a page. */
const program = () => (module ??= load(DAYMARK_GLUE, DAYMARK_WASM));

let second;
let failures = 0;
/** What works prices out, once for all calendars too, but after the program; fetched again when it could not be. */
const priceModule = () =>
  // Browsers remember that a module could not be had, by its address.
  (second ??= load(DAYMARK_PRICE_GLUE + (failures ? '?' + failures : ''), DAYMARK_PRICE_WASM).catch((error) => {
    second = null;
    failures += 1;
    throw error;
  }));

/** One calendar's prices; the widget calls these. Nothing is priced while the module has not arrived. */
class Prices {
  #snapshot;
  #told;
  #module;
  #made;
  #busy;

  constructor(snapshot, told) {
    this.#snapshot = snapshot;
    this.#told = told;
  }

  quote(request) {
    return this.#made?.quote(request);
  }

  renew(snapshot) {
    this.#snapshot = snapshot;
    if (this.#module) this.#make();
  }

  async fetch() {
    if (this.#busy) return;
    this.#busy = true;
    this.#module = await priceModule().catch(() => null);
    this.#busy = false;
    if (this.#module) this.#make();
    this.#told(!!this.#made);
  }

  #make() {
    this.#made?.free();
    this.#made = this.#module.Prices.read(this.#snapshot);
  }
}

/** The text of an address of ours; throws when there is none. */
const text = async (path) => {
  const answer = await fetch(origin + path, { credentials: 'omit' });
  if (!answer.ok) throw new Error(path);
  return [await answer.text(), answer.headers.get('etag') || ''];
};

let styles;
/** Styles that no `style-src` of the page concerns. */
const dress = (root) => {
  if (!styles) {
    styles = new CSSStyleSheet();
    styles.replaceSync(css);
  }
  root.adoptedStyleSheets = [styles];
};

/** The language asked for, the page's, or the browser's: the first that there are texts in. */
const language = (element) => {
  const asked = [element.getAttribute('lang'), element.closest('[lang]')?.lang, ...navigator.languages];
  for (const tag of asked) {
    const base = tag?.toLowerCase().split('-')[0];
    if (base === 'en') return [tag];
    if (LANGUAGES.includes(base)) return [tag, `/${DAYMARK_LOCALES}/${base}.json`];
  }
  return ['en'];
};

class Calendar extends HTMLElement {
  static observedAttributes = ['calendar', 'offering', 'date', 'party', 'lang', 'tz', 'theme', 'first-day'];
  #run = 0;
  #mounted;
  #link;

  connectedCallback() {
    if (!this.shadowRoot) {
      // What is written inside the tag is the link for those without scripts, and the last resort for us.
      this.#link = this.querySelector('a');
      dress(this.attachShadow({ mode: 'open' }));
    }
    // Moved within the page, it is taken out and put in again at once: what was typed must survive that.
    if (!this.#run) this.#start();
  }

  disconnectedCallback() {
    queueMicrotask(() => this.isConnected || this.#stop());
  }

  attributeChangedCallback(_, before, after) {
    if (!this.#run || before === after) return;
    this.#stop();
    this.#start();
  }

  #stop() {
    this.#run = 0;
    this.#mounted?.free();
    this.#mounted = null;
    this.shadowRoot.replaceChildren();
  }

  async #start() {
    const run = (this.#run = Math.random());
    const id = encodeURIComponent(this.getAttribute('calendar') || '');
    const root = this.shadowRoot;
    root.replaceChildren(skeleton(this.getAttribute('theme')));
    const [lang, locale] = language(this);
    try {
      const [glue, [snapshot, etag], [texts]] = await Promise.all([
        program(),
        text('/embed/' + id),
        locale ? text(locale).catch(() => ['']) : [''],
      ]);
      if (run !== this.#run) return;
      root.replaceChildren();
      const prices = new Prices(snapshot, (arrived) => run === this.#run && this.#mounted.priced(arrived));
      this.#mounted = glue.mount(this, root, origin, snapshot, etag, texts, lang, prices);
      if (!this.#mounted) throw new Error('snapshot');
      this.#ready(id, 'wasm');
      prices.fetch();
    } catch (error) {
      if (run === this.#run) this.#frame(id, run, String(error?.message || error));
    }
  }

  /** Second best: the hosted page, as high as it wants to be. */
  #frame(id, run, reason) {
    const url = origin + '/c/' + id;
    // On the hosted page itself the list inside the tag is all that a frame could show.
    if (location.href.split(/[?#]/)[0] === url) {
      this.#tell('error', { code: 'fallback', reason });
      this.#ready(id, 'link');
      this.replaceWith(...this.childNodes);
      return;
    }
    const frame = document.createElement('iframe');
    frame.src = url;
    frame.title = 'Calendar';
    frame.className = 'hosted';
    let level;
    const settle = (reached) => {
      if (level || run !== this.#run) return;
      level = reached;
      if (reached === 'link') this.shadowRoot.replaceChildren(link(url, this.#link));
      this.#tell('error', { code: 'fallback', reason });
      this.#ready(id, reached);
    };
    addEventListener('message', (event) => {
      if (event.source !== frame.contentWindow || event.origin !== origin) return;
      if (event.data?.daymark === 'height') frame.style.height = event.data.height + 'px';
      settle('iframe');
    });
    frame.onerror = () => settle('link');
    // A frame that a policy refuses loads too, but never speaks.
    frame.onload = () => setTimeout(() => settle('link'), 2000);
    setTimeout(() => settle('link'), 8000);
    addEventListener('securitypolicyviolation', (event) => event.blockedURI.startsWith(origin) && settle('link'));
    this.shadowRoot.replaceChildren(frame);
  }

  #ready(calendar, level) {
    this.#tell('ready', { calendar, level });
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent('daymark:' + name, { bubbles: true, composed: true, detail }));
  }
}

/** As high as the calendar will be, so that nothing below it moves. */
const skeleton = (theme) => {
  const make = (name, ...inside) => {
    const element = document.createElement('div');
    element.className = name;
    element.append(...inside);
    return element;
  };
  const cells = Array.from({ length: 42 }, () => make('cell'));
  const frame = make('dm', make('frame bones', make('head'), make('body when', make('panel', make('bar'), make('cells', ...cells)), make('panel side'))));
  frame.dataset.theme = theme || 'auto';
  frame.ariaHidden = 'true';
  return frame;
};

const link = (url, own) => {
  const element = own?.cloneNode(true) || document.createElement('a');
  element.href ||= url;
  element.textContent ||= 'Open the booking calendar';
  element.className = 'fallback';
  return element;
};

/** Turns a script or a `div` of a page builder into the tag: `data-party` becomes `party`, and so on. */
const adopt = (from, place) => {
  if (from.daymark) return;
  from.daymark = true;
  const element = document.createElement(TAG);
  for (const [name, value] of Object.entries(from.dataset)) {
    const plain = name.replace(/[A-Z]/g, (letter) => '-' + letter.toLowerCase());
    element.setAttribute(plain === 'daymark-calendar' ? 'calendar' : plain, value);
  }
  place(element);
};

const find = () => {
  for (const div of document.querySelectorAll('[data-daymark-calendar]')) adopt(div, (element) => div.append(element));
};

if (!customElements.get(TAG)) {
  customElements.define(TAG, Calendar);
  window.Daymark = { find };
}
if (script?.dataset.calendar) {
  // In the head nothing can be seen: the calendar then ends the page.
  const inHead = script.closest('head');
  const place = () => adopt(script, (element) => (inHead ? document.body.append(element) : script.after(element)));
  inHead && !document.body ? addEventListener('DOMContentLoaded', place) : place();
}
find();
if (document.readyState === 'loading') addEventListener('DOMContentLoaded', find);
// Start before anybody asks: where the script is, a calendar will be.
program().catch(() => {});
