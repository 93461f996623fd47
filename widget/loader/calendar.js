// The element `<daymark-calendar>`: from its attributes to a calendar on the page, in a dialog, in a frame, or a link.

import { frame, hosted } from './fallback.js';
import { origin, program, snapshot, text, turn } from './modules.js';
import { dialog, dress, link, make, skeleton } from './pieces.js';
import { WORDS, language } from './words.js';

export class Calendar extends HTMLElement {
  static observedAttributes = [
    'calendar', 'offering', 'view', 'mode', 'date', 'party', 'coupon', 'lang', 'tz', 'theme', 'first-day', 'lock', 'test', 'ref', 'utm-passthrough',
    'return-url',
  ];
  /** Ends what belongs to this start of the calendar: listeners, and answers that come too late. */
  #run;
  #started;
  #sheet;
  #changed;

  connectedCallback() {
    if (!this.shadowRoot) this.attachShadow({ mode: 'open' });
    // Moved within the page, it is taken out and put in again at once: what was typed must survive that.
    if (!this.#run) this.#begin();
  }

  disconnectedCallback() {
    queueMicrotask(() => this.isConnected || this.#end());
  }

  attributeChangedCallback(_, before, after) {
    if (!this.#run || before === after || this.#changed) return;
    // A framework sets them one by one.
    this.#changed = true;
    queueMicrotask(() => {
      this.#changed = false;
      if (!this.isConnected) return;
      const open = this.#sheet?.element.open;
      this.#end();
      this.#begin();
      if (open) this.open();
    });
  }

  /** Opens the dialog; a calendar on the page comes into view. */
  open() {
    if (!this.#run) return;
    this.#start();
    this.#sheet ? this.#sheet.open() : this.scrollIntoView({ block: 'nearest' });
  }

  /** Closes the dialog. What was chosen and typed stays. */
  close() {
    this.#sheet?.close();
  }

  /** Shows an offering, a date, a time: `{offering, date, time}`. */
  goto({ offering = '', date = '', time = '' } = {}) {
    this.open();
    return this.#command('goto', { offering, date, time });
  }

  /** Looks for what changed in the meantime. */
  refresh() {
    return this.#command('refresh');
  }

  /** The price as it stands. */
  quote() {
    return this.#command('quote');
  }

  /** Takes the calendar off the page for good. */
  destroy() {
    this.remove();
    this.#end();
    this.destroyed = true;
  }

  async #command(name, detail = {}) {
    const mounted = this.#run && (await this.#start());
    const answer = mounted?.command(name, JSON.stringify(detail));
    return answer ? JSON.parse(answer) : undefined;
  }

  get #theme() {
    return this.getAttribute('theme') || 'auto';
  }

  #begin() {
    this.#run = new AbortController();
    const root = this.shadowRoot;
    dress(root);
    const mode = this.getAttribute('mode');
    if (!['popup', 'button', 'floating'].includes(mode)) {
      this.#start();
      return;
    }
    const [lang, base] = language(this);
    const [book, name, shut] = WORDS[base];
    const dir = base === 'ar' ? 'rtl' : 'ltr';
    this.#sheet = dialog(name, shut, this.#theme, dir, () => this.#tell('close'));
    let opener = make('slot', '');
    if (mode !== 'popup') {
      // The author's own words for the button, if there are any.
      opener = make('button', 'opener', this.textContent.trim() || book);
      opener.type = 'button';
      opener.part = 'button';
      opener.ariaHasPopup = 'dialog';
      opener.lang = lang;
      opener.dir = dir;
    }
    opener.onclick = (event) => {
      // With a key held the author's link opens where the visitor wants it.
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      // Not every browser focuses what is clicked, and the dialog gives the focus back to what had it.
      event.target.focus?.({ preventScroll: true });
      this.open();
    };
    // Whoever comes near will not have to wait.
    for (const near of ['pointerenter', 'focusin']) opener.addEventListener(near, () => this.#start());
    root.replaceChildren(opener, this.#sheet.element);
  }

  #end() {
    this.#run?.abort();
    this.#run = null;
    const started = this.#started;
    this.#started = null;
    started?.then((mounted) => mounted?.free());
    this.#sheet?.free();
    this.#sheet = null;
    this.shadowRoot?.replaceChildren();
  }

  #start() {
    return (this.#started ??= this.#mount(this.#run.signal));
  }

  /** Resolves to the calendar, or to nothing where another level was reached. */
  async #mount(signal) {
    const get = (name) => this.getAttribute(name) || '';
    const id = encodeURIComponent(get('calendar'));
    const place = this.#sheet?.place || this.shadowRoot;
    const bones = skeleton(this.#theme);
    place.replaceChildren(bones);
    const [lang, base] = language(this);
    const started = Date.now();
    try {
      const [glue, [body, etag, came], [texts]] = await Promise.all([
        program(),
        snapshot(id, new URLSearchParams({ first: get('offering'), date: get('date'), party: get('party') })),
        base === 'en' ? [''] : text(`/${DAYMARK_LOCALES}/${base}.json`).catch(() => ['']),
      ]);
      // Starting the program, reading and drawing are a task each: whatever else the page does comes in between.
      await turn();
      if (signal.aborted) return;
      const mounted = await glue.mount(this, place, origin, body, etag, texts, lang);
      if (!mounted) throw new Error('snapshot');
      await turn();
      if (signal.aborted) return mounted.free();
      mounted.show();
      bones.remove();
      glue.around(this, mounted, signal);
      this.#ready(id, 'wasm');
      if (came < started) mounted.command('refresh', '{}');
      return mounted;
    } catch (error) {
      if (!signal.aborted) this.#fall(place, id, signal, error);
    }
  }

  #fall(place, id, signal, error) {
    const [, base] = language(this);
    const [, name, , words] = WORDS[base];
    const url = hosted(this, id);
    const settle = (level) => {
      if (level === 'link') {
        const written = this.childElementCount && !this.#sheet;
        // The author's own words look as the page wants them to.
        if (written) this.shadowRoot.adoptedStyleSheets = [];
        place.replaceChildren(written ? make('slot', '') : link(url, words));
      }
      this.#tell('error', { code: 'fallback', reason: String(error?.message || error) });
      this.#ready(id, level);
    };
    const page = url.split('?')[0];
    // On the hosted page itself the list inside the tag is all that a frame could show.
    if (location.href.split(/[?#]/)[0] === page || error === 404) return settle('link');
    const seen = (well) => settle(well ? 'iframe' : 'link');
    place.replaceChildren(frame(url, name, signal, seen, (name, detail) => this.#tell(name, detail)));
    // Whoever was offline gets the calendar as soon as it can be had.
    addEventListener('online', () => this.#again(), { signal, once: true });
  }

  #again() {
    this.#end();
    this.#begin();
  }

  #ready(calendar, level) {
    this.#tell('ready', { calendar, level });
  }

  #tell(name, detail = {}) {
    this.dispatchEvent(new CustomEvent('daymark:' + name, { bubbles: true, composed: true, detail }));
  }
}
