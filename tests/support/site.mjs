// Somebody else's site: the folders of `examples/`, with the address of the product filled in where they name the
// demo's usual one. `app.js` is bundled from an `app.jsx` beside it where it is not there. A folder may bring a file
// `_headers` with `Name: value` lines, such as a strict CSP, for its pages.
//
//   node tests/support/site.mjs --port 8788 --product http://localhost:8787

import { createServer } from 'node:http';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';

const EXAMPLES = fileURLToPath(new URL('../../examples/', import.meta.url));
/** What the examples are written with, so that they work as they lie there. */
const USUAL_PRODUCT = 'http://localhost:8787';

const KINDS = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
};

/** Starts the site; the answer tells its address and ends it. */
export async function startSite({ product, port = 0, folder = EXAMPLES }) {
  const server = createServer((request, response) => {
    answer(request, { product, folder }).then(
      ({ status, headers, body }) => response.writeHead(status, headers).end(body),
      () => response.writeHead(404, { 'content-type': 'text/plain' }).end('There is no such page.\n'),
    );
  });
  await new Promise((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return {
    url: `http://localhost:${server.address().port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function answer(request, { product, folder }) {
  const path = normalize(decodeURIComponent(new URL(request.url, 'http://site').pathname));
  if (path === '/') return { status: 200, headers: { 'content-type': KINDS['.html'] }, body: await contents(folder) };
  if (path.split('/').some((part) => part.startsWith('.') || part.startsWith('_'))) throw new Error('hidden');
  const file = join(folder, path.endsWith('/') ? `${path}index.html` : path);
  const kind = KINDS[extname(file)];
  if (kind === undefined) {
    // A folder without its slash: its page names other files relative to it.
    await readFile(join(file, 'index.html'));
    return { status: 308, headers: { location: `${path}/` }, body: '' };
  }
  const headers = { 'content-type': kind, 'cache-control': 'no-store', ...(await ownHeaders(dirname(file), product)) };
  const bytes = await readFile(file).catch((error) => (kind === KINDS['.js'] ? bundled(file) : Promise.reject(error)));
  return { status: 200, headers, body: kind.startsWith('image/') ? bytes : filledIn(bytes.toString('utf8'), product) };
}

/** A script that an example's own build makes of its `.jsx`. */
async function bundled(file) {
  const made = await build({ entryPoints: [`${file}x`], bundle: true, write: false, format: 'esm', jsx: 'automatic', minify: true, logLevel: 'silent' });
  return Buffer.from(made.outputFiles[0].contents);
}

function filledIn(text, product) {
  return text.replaceAll(USUAL_PRODUCT, product);
}

async function ownHeaders(folder, product) {
  const text = await readFile(join(folder, '_headers'), 'utf8').catch(() => '');
  const lines = text.split('\n').filter((line) => line.includes(':') && !line.startsWith('#'));
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(':')).trim(), filledIn(line.slice(line.indexOf(':') + 1).trim(), product)]));
}

/** The list of all examples that have a page. */
async function contents(folder) {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = [];
  for (const { name } of entries.filter((entry) => entry.isDirectory())) {
    if ((await readdir(join(folder, name))).includes('index.html')) names.push(name);
  }
  const items = names.sort().map((name) => `<li><a href="/${name}/">${name}</a></li>`).join('');
  return `<!doctype html><html lang="en"><title>Somebody else's site</title><h1>Pages with the calendar on them</h1><ul>${items}</ul></html>`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { port: { type: 'string', default: '8788' }, product: { type: 'string', default: USUAL_PRODUCT } } });
  await startSite({ port: Number(values.port), product: values.product });
}
