// Pages of a test's own making, each served at an address of its own, with headers such as a policy where it needs them.

import { createServer } from 'node:http';

/** Starts it; `put(body, { head, headers })` answers the address of a new page. */
export async function openStage() {
  const pages = new Map();
  const server = createServer((request, response) => {
    const page = pages.get(request.url.split('?')[0]);
    if (page === undefined) return response.writeHead(404).end();
    return response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...page.headers }).end(page.html);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    put(body, { head = '', headers = {}, lang = 'en' } = {}) {
      const path = `/page-${pages.size + 1}`;
      const view = '<meta name="viewport" content="width=device-width, initial-scale=1">';
      const html = `<!doctype html><html lang="${lang}"><head><title>A page</title><link rel="icon" href="data:,">${view}${head}</head><body>${body}</body></html>`;
      pages.set(path, { html, headers });
      return `http://localhost:${server.address().port}${path}`;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
