/**
 * The page that a browser without the token gets for `/`: one form, no script, nothing that would have to be fetched
 * without the token, too. Its style comes from the dashboard's build; without one it is a plain page.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { DASHBOARD } from './static.ts';

/** Bytes of the form: as much as fits into the headers, where the token goes from then on. */
export const MAX_FORM = 16_384;

/** A browser that asks for the dashboard, rather than a program that would read JSON. */
export function asksForPage({ method, headers }: IncomingMessage, path: string): boolean {
  return method === 'GET' && path === '/' && (headers.accept ?? '').includes('text/html');
}

/** The form of the page has been sent. */
export function isLoginForm({ method, headers }: IncomingMessage, path: string): boolean {
  const type = headers['content-type'] ?? '';
  return method === 'POST' && path === '/' && /^application\/x-www-form-urlencoded\b/i.test(type);
}

/** @param wasWrong a token was shown, and it is another */
export function sendLoginPage(response: ServerResponse, wasWrong: boolean, folder = DASHBOARD): void {
  const file = join(folder, 'login.css');
  const style = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const hash = createHash('sha256').update(style).digest('base64');
  const page = pageOf(style, wasWrong);
  response.writeHead(401, {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Length': Buffer.byteLength(page),
    'Cache-Control': 'no-store',
    'Content-Security-Policy': `default-src 'none'; img-src data:; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`,
    // With no-referrer the form would come with `Origin: null`, as from anywhere (Fetch, "append a request Origin header").
    'Referrer-Policy': 'same-origin',
    'WWW-Authenticate': 'Bearer',
  });
  response.end(page);
}

function pageOf(style: string, wasWrong: boolean): string {
  const [invalid, told] = wasWrong
    ? [
        ' aria-invalid="true" aria-describedby="wrong"',
        '<p id="wrong" class="bad" role="alert">That is not the token.</p>',
      ]
    : ['', ''];
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${wasWrong ? 'Wrong token – ' : ''}tokonoma</title>
    <link rel="icon" href="data:,">
    <style>${style}</style>
  </head>
  <body>
    <main class="login">
      <h1>tokonoma</h1>
      <form method="post" action="/">
        <label for="token">Token of this server</label>
        <input id="token" name="token" type="password" autocomplete="current-password" required autofocus${invalid}>
        ${told}
        <button class="main">Open the dashboard</button>
      </form>
      <p class="small">The configuration says where it is kept, under <code>http</code>. This browser keeps it as a cookie.</p>
    </main>
  </body>
</html>
`;
}
