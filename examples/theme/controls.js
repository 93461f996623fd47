// Live controls: what the form says becomes the look of the calendar, the contrast that it has, and the lines to copy.

const form = document.querySelector('#controls');
const stage = document.querySelector('#stage');

/** Relative luminance of `#rrggbb`, WCAG 2.2. */
function luminance(color) {
  const [red, green, blue] = [1, 3, 5].map((from) => {
    const part = parseInt(color.slice(from, from + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/** Pairs that have to be told apart, and how well. */
function pairs(colors) {
  const { '--daymark-accent': accent, '--daymark-surface': surface, '--daymark-text': text } = colors;
  const best = Math.max(contrast(accent, '#ffffff'), contrast(accent, '#000000'));
  return [
    ['Text on the surface', contrast(text, surface), 4.5],
    ['Best text on the accent', best, 4.5],
    ['Accent on the surface', contrast(accent, surface), 3],
  ];
}

function show() {
  const said = [...form.elements].filter(({ name }) => name);
  const properties = said.filter(({ name }) => name.startsWith('--')).map(({ name, value, dataset }) => [name, value + (dataset.unit ?? '')]);
  const attributes = said.filter(({ name }) => !name.startsWith('--')).map(({ name, value }) => [name, value]);

  // A new one each time: colours that depend on the accent are worked out when a calendar starts.
  const old = stage.querySelector('daymark-calendar');
  const calendar = old.cloneNode(true);
  for (const [name, value] of properties) calendar.style.setProperty(name, value);
  for (const [name, value] of attributes) calendar.setAttribute(name, value);
  old.replaceWith(calendar);

  const rows = pairs(Object.fromEntries(properties)).map(([name, ratio, least]) => {
    const row = document.createElement('tr');
    const head = Object.assign(document.createElement('th'), { scope: 'row', textContent: name });
    const enough = ratio >= least;
    const cell = Object.assign(document.createElement('td'), { textContent: `${ratio.toFixed(1)} : 1 ${enough ? '✓' : `(needs ${least})`}`, className: enough ? '' : 'low' });
    row.append(head, cell);
    return row;
  });
  document.querySelector('#contrast').replaceChildren(...rows);
  const tag = attributes.map(([name, value]) => ` ${name}="${value}"`).join('');
  document.querySelector('#code').textContent =
    `<daymark-calendar calendar="cal_harbor"${tag}></daymark-calendar>\n\ndaymark-calendar {\n${properties.map(([name, value]) => `  ${name}: ${value};`).join('\n')}\n}`;
}

let waiting;
form.addEventListener('input', () => {
  clearTimeout(waiting);
  waiting = setTimeout(show, 120);
});
show();
