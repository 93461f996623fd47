// What is fetched: programs, and texts. Nothing goes to any other host than the one that this script came from.

export const script = document.currentScript || document.querySelector('script[src*="/embed.js"]');
export const origin = new URL(script?.src || location.href).origin;

/** Lets the page do what waits before it goes on. */
export const turn = () => window.scheduler?.yield?.() ?? new Promise((go) => setTimeout(go));

/** A module and its WebAssembly, compiled while it streams in: once for all calendars of a page, again after a failure. */
const lazily = (script, wasm) => {
  let module;
  let failures = 0;
  const load = async () => {
    const bytes = fetch(origin + '/' + wasm);
    // Both at once; should the script fail first, nobody looks at this one any more.
    bytes.catch(() => {});
    // Browsers remember that a module could not be had, by its address.
    const glue = await import(origin + '/' + script + (failures ? '?' + failures : ''));
    await glue.default({ module_or_path: bytes });
    return glue;
  };
  return () =>
    (module ??= load().catch((error) => {
      module = null;
      failures += 1;
      throw error;
    }));
};

/** The calendar itself. */
export const program = lazily(DAYMARK_GLUE, DAYMARK_WASM);
// Before anything else, and before anybody asks: where the script is, a calendar will be.
program().catch(() => {});

/** The text of an address of ours and its ETag; throws the status where there is none. */
export const text = async (path) => {
  const answer = await fetch(origin + path, { credentials: 'omit' });
  if (!answer.ok) throw answer.status;
  return [await answer.text(), answer.headers.get('etag') || ''];
};

/** How long a snapshot of this visit is shown at once, in milliseconds; it is looked at again right afterwards. */
const FRESH_MS = 600_000;

const asked = {};
/**
 * A calendar's snapshot, with what there is to say first of an offering: text, ETag, and when it came. It is kept for the
 * visit, and good enough where the network is not, also for another offering.
 */
export const snapshot = async (id, first) => {
  const path = id + '?' + first;
  const key = 'daymark:' + id;
  const kept = attempt(() => JSON.parse(sessionStorage.getItem(key)));
  if (kept && Date.now() - kept[2] < FRESH_MS) return kept;
  try {
    // Several calendars of a page that show the same ask once.
    const fresh = [...(await (asked[path] ??= text('/embed/' + path))), Date.now()];
    attempt(() => sessionStorage.setItem(key, JSON.stringify(fresh)));
    return fresh;
  } catch (error) {
    // A status is an answer: what was kept is out of date then.
    if (kept && typeof error !== 'number') return kept;
    throw error;
  } finally {
    delete asked[path];
  }
};

/** What comes of it, or nothing: pages may forbid storage, and it may be full. */
export const attempt = (use) => {
  try {
    return use();
  } catch {
    return null;
  }
};
