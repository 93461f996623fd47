// What stands between the product and a browser in production: a server that compresses. `wrangler dev` sends everything
// as it is, which would make every figure about loading wrong.

import { createServer } from 'node:http';
import { brotliCompressSync, constants } from 'node:zlib';

const COMPRESSED = /javascript|json|wasm|html|css|svg|text/;

/** Starts it in front of a server; `pages` adds pages of its own by path, `{ kind, body }`. */
export async function startNetwork(product, pages = new Map()) {
  /** Best compression takes a second for the widget: once for all. */
  const packed = new Map();
  const pack = (bytes) => {
    const key = bytes.toString('base64').slice(0, 4_000) + bytes.length;
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    if (!packed.has(key)) packed.set(key, brotliCompressSync(bytes, { params }));
    return packed.get(key);
  };
  const answer = async (request) => {
    const page = pages.get(request.url.split(/[?#]/)[0]);
    if (page) return { status: 200, headers: { 'content-type': page.kind, 'cache-control': page.cache ?? 'no-cache' }, bytes: Buffer.from(page.body) };
    const { host, connection, 'accept-encoding': _, ...headers } = request.headers;
    const body = request.method === 'GET' ? undefined : Buffer.concat(await Array.fromAsync(request));
    const given = await fetch(product + request.url, { method: request.method, headers, body, redirect: 'manual' });
    const kept = Object.fromEntries([...given.headers].filter(([name]) => !['content-length', 'content-encoding', 'transfer-encoding', 'connection'].includes(name)));
    return { status: given.status, headers: kept, bytes: Buffer.from(await given.arrayBuffer()) };
  };
  const server = createServer((request, response) => {
    answer(request).then(
      ({ status, headers, bytes }) => {
        const small = bytes.length > 200 && COMPRESSED.test(headers['content-type'] ?? '') && /\bbr\b/.test(request.headers['accept-encoding'] ?? '');
        if (small) headers['content-encoding'] = 'br';
        response.writeHead(status, headers).end(small ? pack(bytes) : bytes);
      },
      (error) => response.writeHead(502).end(String(error)),
    );
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
