// The page around: where a booking on it came from, and where its visitors go on and come back to. Of its address nothing is kept
// but the campaign, if the tag wants that, and of nobody who they are. Comes with the program, since nothing before needs it.

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

/** The route of a page whose router lives in the hash. Any other hash may hold anything, and stays where it is. */
const route = () => (/^#!?\//.test(location.hash) ? location.hash : '');

/** Tells the calendar, and again wherever the page goes on to. */
export const around = (element, mounted, signal) => {
  const ref = fitting(element.getAttribute('ref') || '', 64);
  const utm = {};
  for (const [name, value] of element.hasAttribute('utm-passthrough') ? new URLSearchParams(location.search) : []) {
    const [, part] = name.match(/^utm_(source|medium|campaign|term|content)$/) || [];
    if (part) utm[part] ??= fitting(value, 100);
  }
  // A frame knows the site around it by its origin.
  const here = page(framed ? document.referrer || location.href : location.href);
  const marked = ref || Object.values(utm).some(Boolean);
  const source = marked && { ref, utm, page: here && fitting(here.origin + here.pathname, 500) };
  const next = element.getAttribute('return-url');
  const alone = !framed && here;
  const tell = () => {
    const told = {
      source: source ? JSON.stringify(source) : '',
      page: alone ? location.href.split('#')[0] : '',
      route: alone ? route() : '',
      next: (next && page(next)?.href) || '',
    };
    mounted.command('around', JSON.stringify(told));
  };
  tell();
  addEventListener('hashchange', tell, { signal });
};

/** Brings the calendar into view that its visitor went to pay from, at this very route: the tab's draft says which. */
const welcome = () => {
  const left = ({ attributes: { calendar, offering } }) => {
    const draft = sessionStorage.getItem(`daymark-draft:${calendar?.value}/${offering?.value || ''}`);
    return draft && JSON.parse(draft).back === location.href;
  };
  const found = [...document.querySelectorAll('daymark-calendar')].find(left);
  found?.open();
  return found;
};

try {
  const said = route() && JSON.stringify(location.href);
  if (said && Object.values(sessionStorage).some((kept) => kept.includes(`"back":${said}`)) && !welcome()) {
    // Routers may draw it later than that.
    const looking = new MutationObserver(() => welcome() && looking.disconnect());
    looking.observe(document, { childList: true, subtree: true });
  }
} catch {}
