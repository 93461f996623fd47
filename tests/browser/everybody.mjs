// What has to hold in whatever state a calendar is in, so that everybody can use it: in colours that the visitor chose, without
// motion, at twice the size and in the narrowest of windows. Each answers what is wrong, as words; nothing is fine.

/** Half of a window of 1280 by 1024, which is what 200 % leave of it; the reflow of WCAG 1.4.10; the narrowest phone. */
const WINDOWS = [
  { width: 640, height: 512 },
  { width: 320, height: 256 },
  { width: 280, height: 653 },
];

/** All of it, one after the other; the page is as before afterwards. */
export async function hindrances(visitor, calendar = visitor.calendar()) {
  return [...(await inForcedColors(visitor, calendar)), ...(await motions(visitor, calendar)), ...(await atTwiceTheSize(visitor, calendar))];
}

/** In forced colours: controls without an edge, and what is chosen but told from the rest by its colour alone. */
export async function inForcedColors({ page }, calendar) {
  await page.emulateMedia({ forcedColors: 'active' });
  const wrong = await calendar.evaluate((host) => {
    const root = host.shadowRoot;
    const seen = (element) => element.getClientRects().length > 0 && !element.closest('.quiet');
    const all = (selector) => [...root.querySelectorAll(selector)].filter(seen);
    const name = (element) => `${element.tagName} ${element.className} "${(element.getAttribute('aria-label') ?? element.textContent).slice(0, 40)}"`;
    const edged = (element) => {
      const look = getComputedStyle(element);
      // What the browser draws by itself has an edge, a link in a text its line.
      if (look.appearance === 'auto' && element.type === 'checkbox') return true;
      if (look.textDecorationLine === 'underline') return true;
      return ['Top', 'Bottom', 'Left', 'Right'].every((side) => {
        const [width, line, color] = ['Width', 'Style', 'Color'].map((part) => look[`border${side}${part}`]);
        return parseFloat(width) >= 1 && line !== 'none' && color !== look.backgroundColor && !/^rgba.*, 0\)$/.test(color);
      });
    };
    const wrong = all('button, a[href], input, select, textarea, .day:is(.free, .few, .full)')
      .filter((element) => !edged(element))
      .map((element) => `no edge: ${name(element)}`);
    const shape = (element) => {
      const { borderTopWidth, borderTopStyle, fontWeight, textDecorationLine } = getComputedStyle(element);
      return [borderTopWidth, borderTopStyle, fontWeight, textDecorationLine].join(' ');
    };
    for (const [chosen, other] of [
      ['.day[aria-selected]', '.day:is(.free, .few):not([aria-selected])'],
      ['.option[aria-pressed="true"]', '.option[aria-pressed="false"]'],
    ]) {
      for (const one of all(chosen)) {
        const like = all(other).find((other) => shape(other) === shape(one));
        if (like) wrong.push(`told by colour alone: ${name(one)}, ${name(like)}`);
      }
    }
    const [few, none] = all('.legend .dot').slice(-2).map((dot) => getComputedStyle(dot).backgroundImage);
    if (few && few === none) wrong.push('few left and not available look the same');
    for (const one of all('.switch')) {
      const [track, knob] = [getComputedStyle(one), getComputedStyle(one, '::before')];
      if (track.backgroundColor === knob.backgroundColor) wrong.push(`not seen whether it is on: ${name(one)}`);
    }
    return wrong;
  });
  await page.emulateMedia({ forcedColors: null });
  return wrong.map((what) => `forced colours: ${what}`);
}

/** What would move for a visitor who wants no motion. */
export async function motions({ page }, calendar) {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const wrong = await calendar.evaluate((host) => {
    const wrong = [];
    const seconds = (text) => Math.max(...text.split(',').map((one) => parseFloat(one) * (one.trim().endsWith('ms') ? 0.001 : 1)));
    for (const element of [host, ...host.shadowRoot.querySelectorAll('*')]) {
      for (const part of [null, '::before', '::after', '::backdrop']) {
        const look = getComputedStyle(element, part);
        const name = `${element.tagName} ${element.getAttribute('class') ?? ''}${part ?? ''}`;
        if (seconds(look.transitionDuration) > 0.01) wrong.push(`transition of ${name}: ${look.transitionDuration}`);
        if (look.animationName !== 'none' && seconds(look.animationDuration) > 0.01) wrong.push(`animation of ${name}: ${look.animationName}`);
      }
    }
    const running = host.shadowRoot.getAnimations().filter((one) => one.effect.getComputedTiming().endTime > 10);
    return [...wrong, ...running.map((one) => `running: ${one.animationName ?? one.transitionProperty}`)];
  });
  await page.emulateMedia({ reducedMotion: null });
  return wrong.map((what) => `no motion: ${what}`);
}

/** What is cut off or has to be scrolled sideways where text is twice as large, or the window as narrow as that. */
export async function atTwiceTheSize(visitor, calendar, windows = WINDOWS) {
  const { page } = visitor;
  const before = page.viewportSize();
  const wrong = [];
  for (const viewport of windows) {
    await page.setViewportSize(viewport);
    const sideways = () => document.documentElement.scrollWidth > document.documentElement.clientWidth;
    if (await page.evaluate(sideways)) wrong.push(`${viewport.width} pixels: the page scrolls sideways`);
    wrong.push(...(await visitor.tooWide(calendar)).map((what) => `${viewport.width} pixels: ${what}`));
  }
  await page.setViewportSize(before);
  return wrong;
}
