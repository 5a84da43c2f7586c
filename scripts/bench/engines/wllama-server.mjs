// A page on the loopback interface with the headers that let it share memory between threads (COOP, COEP).
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join, normalize } from 'node:path';

const ISOLATED = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };

/** Serves an empty page, `/wllama/…` from the folder of modules, and the model file as `/model`. */
export async function serveWllama(modules, modelFile) {
  const server = createServer((request, response) => {
    if (request.url === '/') {
      response.writeHead(200, { ...ISOLATED, 'content-type': 'text/html' });
      response.end('<!doctype html><title>wllama</title>');
      return;
    }
    const file = request.url === '/model' ? modelFile : join(modules, normalize(request.url.replace(/^\/wllama/, '')));
    if (!existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404, ISOLATED);
      response.end();
      return;
    }
    const type = { js: 'text/javascript', wasm: 'application/wasm' }[file.split('.').at(-1)];
    const size = statSync(file).size;
    response.writeHead(200, {
      ...ISOLATED,
      'content-type': type ?? 'application/octet-stream',
      'content-length': size,
    });
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}
