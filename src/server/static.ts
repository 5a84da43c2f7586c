/**
 * The dashboard's files: a list made once, so that no path of a request ever reaches the file system. The build has
 * compressed them (scripts/build-dashboard.mjs) and put a hash of their content into the names under `assets/`.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import type { OutgoingHttpHeaders } from 'node:http';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TokonomaError } from '../errors.ts';
import type { Handler } from './http.ts';

/** Where the build puts them: `build/dashboard`. */
export const DASHBOARD = fileURLToPath(new URL('../../dashboard/', import.meta.url));

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
};

/** What the page may do: run its own files, talk to this server, and nothing else. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** Encodings in which a file may lie beside itself, the smaller first. */
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

interface File {
  readonly path: string;
  readonly type: string;
  readonly encodings: readonly (readonly [name: string, suffix: string])[];
  etag?: string;
}

/** Answers GET and HEAD of the files below a folder; `/` is its index.html. */
export function staticFiles(folder = DASHBOARD): Handler {
  const files = filesOf(folder);
  return async ({ request, response, path }) => {
    const file = files.get(path === '/' ? '/index.html' : path);
    if (file === undefined && path === '/') {
      throw new TokonomaError('not-found', 'the dashboard was not built: npm run build');
    }
    if (file === undefined) throw new TokonomaError('not-found', `there is nothing at ${path}`);
    file.etag ??= etagOf(file.path);
    const accepted = acceptedBy(request.headers['accept-encoding']);
    const encoding = file.encodings.find(([name]) => accepted.has(name));
    const headers: OutgoingHttpHeaders = {
      'Content-Type': file.type,
      // A name with a hash means these bytes for ever; the others are asked about every time.
      'Cache-Control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      'Content-Security-Policy': POLICY,
      'Permissions-Policy': 'microphone=(self)',
      ETag: file.etag,
      Vary: 'Accept-Encoding',
    };
    if (request.headers['if-none-match'] === file.etag) {
      response.writeHead(304, headers).end();
      return;
    }
    const body = readFileSync(file.path + (encoding?.[1] ?? ''));
    response.writeHead(200, {
      ...headers,
      'Content-Length': body.length,
      ...(encoding === undefined ? {} : { 'Content-Encoding': encoding[0] }),
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  };
}

function filesOf(folder: string): ReadonlyMap<string, File> {
  const files = new Map<string, File>();
  if (!existsSync(folder)) return files;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const type = TYPES[extname(entry.name)];
    if (!entry.isFile() || type === undefined) continue;
    const path = join(entry.parentPath, entry.name);
    const encodings = ENCODINGS.filter(([, suffix]) => existsSync(path + suffix));
    files.set(`/${relative(folder, path).split(sep).join('/')}`, { path, type, encodings });
  }
  return files;
}

/** Of the plain content, whatever the encoding: weak (RFC 9110, 8.8.3). */
function etagOf(path: string): string {
  return `W/"${createHash('sha256').update(readFileSync(path)).digest('base64url').slice(0, 22)}"`;
}

/** Names of the encodings that a client takes (RFC 9110, 12.5.3); `q=0` is a no. */
function acceptedBy(header: string | string[] | undefined): ReadonlySet<string> {
  const offers = String(header ?? '')
    .toLowerCase()
    .split(',')
    .map((offer) => offer.trim().split(/\s*;\s*/));
  return new Set(offers.filter(([, q]) => !/^q=0(\.0*)?$/.test(q ?? '')).map(([name]) => name!));
}
