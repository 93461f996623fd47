// What the loader draws itself: the skeleton, the opener, the dialog, the link of the last resort.

import css from '../styles/widget.css';
import own from '../styles/loader.css';

let styles;
/** Styles that no `style-src` of the page concerns. */
export const dress = (root) => {
  if (!styles) {
    styles = new CSSStyleSheet();
    styles.replaceSync(css + own);
  }
  root.adoptedStyleSheets = [styles];
};

export const make = (tag, name, ...inside) => {
  const element = document.createElement(tag);
  element.className = name;
  element.append(...inside);
  return element;
};

/** As high as the calendar will be, so that nothing below it moves. */
export const skeleton = (theme) => {
  const div = (name, ...inside) => make('div', name, ...inside);
  const cells = Array.from({ length: 42 }, () => div('cell'));
  const when = div('body when', div('panel', div('bar'), div('cells', ...cells)), div('panel side'));
  const stage = div('dm', div('frame bones', div('head'), when));
  stage.dataset.theme = theme;
  stage.ariaHidden = 'true';
  return stage;
};

/** The last resort where the author wrote nothing inside the tag. */
export const link = (url, words) => {
  const element = make('a', 'fallback', words);
  element.href = url;
  element.target = '_top';
  return element;
};

let locks = 0;
/** Keeps the page behind a dialog where it is; the answer lets it go. Its width does not change when the scroll bar goes. */
const hold = () => {
  const { style } = document.documentElement;
  const before = [style.overflow, style.scrollbarGutter];
  if (locks++ === 0) {
    if (innerWidth > document.documentElement.clientWidth) style.scrollbarGutter = 'stable';
    style.overflow = 'hidden';
  }
  return () => {
    if (--locks === 0) [style.overflow, style.scrollbarGutter] = before;
  };
};

/** A dialog around a place for the calendar. The browser holds the focus in it, gives it back, and knows Escape. */
export const dialog = (name, shut, theme, dir, closed) => {
  const button = make('button', 'round shut', '✕');
  button.type = 'button';
  button.ariaLabel = shut;
  const top = make('div', 'dm top', button);
  top.dataset.theme = theme;
  top.dir = dir;
  const place = make('div', 'place');
  const element = make('dialog', 'sheet', make('div', 'room', top, place));
  element.ariaLabel = name;
  element.autofocus = true;
  let release;
  let pressed;
  const close = () => element.close();
  button.onclick = close;
  // Beside the room is the backdrop. A selection that is dragged out of the room ends there but did not begin there.
  // An answer of `false` would keep buttons and links in the room from doing what they do.
  element.onpointerdown = ({ target }) => void (pressed = target === element);
  element.onclick = ({ target }) => void (pressed && target === element && close());
  element.onclose = () => {
    release?.();
    release = null;
    closed();
  };
  return {
    element,
    place,
    close,
    open: () => {
      if (element.open) return;
      release = hold();
      element.showModal();
    },
    /** Taken away without a word. */
    free: () => {
      element.onclose = null;
      release?.();
      release = null;
      element.remove();
    },
  };
};
