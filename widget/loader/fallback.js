// Second best, where a page or a browser refuses WebAssembly: the hosted page in a frame, as high as it wants to be.

import { origin } from './modules.js';
import { link, make } from './pieces.js';

/** Attributes that the hosted page understands too. What is personal stays out of addresses. */
const PASSED = ['offering', 'view', 'date', 'party', 'coupon', 'lang', 'tz', 'theme', 'first-day', 'lock', 'ref', 'return-url', 'test'];

/** How long a frame may stay silent: one that has loaded, and one that has not. */
const [LOADED_MS, SILENT_MS] = [2000, 8000];

/** The hosted page's address with what the tag says, and where the visitor came from if the tag wants that. */
export const hosted = (element, id) => {
  const url = new URL(origin + '/c/' + id);
  for (const name of PASSED) {
    const value = element.getAttribute(name);
    if (value !== null) url.searchParams.set(name, name === 'return-url' && value ? link(value).href : value);
  }
  if (element.hasAttribute('utm-passthrough')) {
    for (const [name, value] of new URLSearchParams(location.search)) {
      if (name.startsWith('utm_')) url.searchParams.set(name, value);
    }
  }
  return url.href;
};

/** A frame. `settled` hears once whether it can be seen; `relay` hears what the calendar inside has to tell. */
export const frame = (url, title, signal, settled, relay) => {
  const element = make('iframe', 'hosted');
  element.src = url;
  element.title = title;
  element.allow = 'payment';
  let known;
  const settle = (seen) => {
    if (known || signal.aborted) return;
    known = true;
    settled(seen);
  };
  const refused = () => settle(false);
  const listen = (name, hear) => addEventListener(name, hear, { signal });
  listen('message', ({ source, origin: from, data }) => {
    if (source !== element.contentWindow || from !== origin || !data?.daymark) return;
    if (data.daymark === 'height') element.style.height = data.height + 'px';
    if (data.daymark === 'event') relay(data.name, data.detail);
    settle(true);
  });
  listen('securitypolicyviolation', ({ blockedURI }) => blockedURI.startsWith(origin) && refused());
  element.onerror = refused;
  // A frame that a policy refuses loads too, but never speaks.
  element.onload = () => setTimeout(refused, LOADED_MS);
  setTimeout(refused, SILENT_MS);
  return element;
};
