// The one script: <script async src="https://HOST/embed.js" data-calendar="cal_..."></script>
//
// It stands in for the calendar at once, in the size that it will have, and fetches snapshot and WebAssembly side by
// side. Where a page refuses WebAssembly it shows the hosted page in a frame, and where that is refused too, a link.
// A classic script, so that it can be pasted anywhere. `DAYMARK_*` are filled in by the build.

import { Calendar } from './calendar.js';
import { attempt, script } from './modules.js';

const TAG = 'daymark-calendar';
const METHODS = ['open', 'close', 'goto', 'refresh', 'quote', 'destroy'];

/** What stands in for the tag, and the tag that was made of it. */
const adopted = new WeakMap();

/** Turns a script or a `div` of a page builder into the tag: `data-party` becomes `party`, and so on. */
const adopt = (from, place) => {
  const made = adopted.get(from);
  // Frameworks may have thrown away what they did not make; what the page itself destroyed stays away.
  if (made && (made.isConnected || made.destroyed)) return;
  const element = document.createElement(TAG);
  for (const [name, value] of Object.entries(from.dataset)) {
    const plain = name.replace(/[A-Z]/g, (letter) => '-' + letter.toLowerCase());
    element.setAttribute(plain === 'daymark-calendar' ? 'calendar' : plain, value);
  }
  adopted.set(from, element);
  // The place that it kept free is taken.
  from === script ? from.removeAttribute('style') : (from.style.height = from.style.paddingBottom = '');
  place(element);
};

const find = () => {
  for (const div of document.querySelectorAll('[data-daymark-calendar]')) {
    adopt(div, (element) => {
      element.append(...div.childNodes);
      div.append(element);
    });
  }
};

/** The calendar meant by an element, a selector or nothing: then the first of the page. */
const meant = (which) => (which instanceof Element ? which : document.querySelector(which || TAG));

/** `#daymark=offering,date,time`: goes to the calendar of that offering, else to the first that shows all. */
const follow = () => {
  const found = location.hash.match(/^#daymark(?:=(.*))?$/);
  if (!found) return;
  const said = found[1] || '';
  // As it stands where it is not well-formed.
  const [offering, date, time] = (attempt(() => decodeURIComponent(said)) ?? said).split(',');
  const all = [...document.querySelectorAll(TAG)];
  const of = (id) => all.find((one) => one.getAttribute('offering') === id);
  (of(offering) || of(null) || all[0])?.goto?.({ offering, date, time });
};

if (!customElements.get(TAG)) {
  customElements.define(TAG, Calendar);
  window.Daymark = { find };
  for (const name of METHODS) Daymark[name] = (which, ...rest) => meant(which)?.[name](...rest);
  // What a page adds later is found too.
  let looking;
  new MutationObserver(() => (looking ??= setTimeout(() => (find(), (looking = null))))).observe(document, {
    childList: true,
    subtree: true,
  });
  addEventListener('hashchange', follow);
  document.readyState === 'loading' ? addEventListener('DOMContentLoaded', follow) : queueMicrotask(follow);
}
if (script?.dataset.calendar) {
  // In the head nothing can be seen: the calendar then ends the page.
  const inHead = script.closest('head');
  const place = () => adopt(script, (element) => (inHead ? document.body.append(element) : script.after(element)));
  inHead && !document.body ? addEventListener('DOMContentLoaded', place) : place();
}
find();
