// The page around: where a booking on it came from, and where its visitors go on to. Of its address nothing is told but the
// campaign, if the tag wants that, and of nobody who they are.

const framed = parent !== self;

/** The campaign in the page's address: the five names that everybody uses, and their values. */
export const campaign = (element) =>
  element.hasAttribute('utm-passthrough')
    ? [...new URLSearchParams(location.search)].filter(([name]) => /^utm_(source|medium|campaign|term|content)$/.test(name))
    : [];

/** `return-url` in full. Only the web is led to. */
export const next = (element) => {
  const asked = element.getAttribute('return-url');
  const url = asked && page(asked, document.baseURI);
  return url ? url.href : '';
};

const page = (address, base) => {
  try {
    const url = new URL(address, base);
    return /^https?:/.test(url) && url;
  } catch {}
};

/** As much of a text as the server keeps, unless it looks like somebody's address. */
const fitting = (text, most) =>
  /[^\s/](@|%40)[^\s/]+\./i.test(text) ? undefined : [...text.replace(/\p{C}/gu, ' ').trim()].slice(0, most).join('') || undefined;

/** What the calendar is told, as JSON. */
export const around = (element) => {
  const ref = fitting(element.getAttribute('ref') || '', 64);
  const utm = {};
  for (const [name, value] of campaign(element)) {
    utm[name.slice(4)] = fitting(value, 100);
  }
  const here = page(framed ? document.referrer : location.href);
  const source = ref || campaign(element)[0] ? { ref, utm, page: here ? fitting(here.origin + here.pathname, 500) : undefined } : '';
  return JSON.stringify({
    source: source && JSON.stringify(source),
    page: framed ? '' : location.href.split('#')[0],
    next: next(element),
  });
};
