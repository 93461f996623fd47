// The page around: where a booking on it came from, and where its visitors go on to. Of its address nothing is told but the
// campaign, if the tag wants that, and of nobody who they are. Comes with the program, since nothing before needs it.

const framed = parent !== self;

const page = (address) => {
  try {
    const url = new URL(address, document.baseURI);
    return /^https?:/.test(url) ? url : undefined;
  } catch {}
};

/** As much of a text as the server keeps, unless it looks like somebody's address. */
const fitting = (text, most) => {
  if (/[^\s/](@|%40)[^\s/]+\./i.test(text)) return;
  return [...text.replace(/\p{C}/gu, ' ').trim()].slice(0, most).join('') || undefined;
};

/** What the calendar is told, as JSON. */
export const around = (element) => {
  const ref = fitting(element.getAttribute('ref') || '', 64);
  const utm = {};
  for (const [name, value] of element.hasAttribute('utm-passthrough') ? new URLSearchParams(location.search) : []) {
    const [, part] = name.match(/^utm_(source|medium|campaign|term|content)$/) || [];
    if (part) utm[part] ??= fitting(value, 100);
  }
  // A frame knows the site around it by its origin.
  const here = page(framed ? document.referrer || location.href : location.href);
  const told = ref || Object.values(utm).some(Boolean);
  const source = told && { ref, utm, page: here && fitting(here.origin + here.pathname, 500) };
  const next = element.getAttribute('return-url');
  return JSON.stringify({
    source: source ? JSON.stringify(source) : '',
    page: framed || !here ? '' : location.href.split('#')[0],
    next: (next && page(next)?.href) || '',
  });
};
