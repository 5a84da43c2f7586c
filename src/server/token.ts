/** The secret of the server: how a request shows it, how a browser keeps it. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

const COOKIE = 'tokonoma';

/** `Set-Cookie`: no script can read it, no other site's page has it sent. */
export function cookieOf(token: string): string {
  return `${COOKIE}=${encodeURIComponent(token)}; HttpOnly; SameSite=Strict; Path=/`;
}

/** What a request shows: the header's before the cookie's; empty without one. */
export function tokenOf(request: IncomingMessage): string {
  const { authorization = '', cookie = '' } = request.headers;
  const bearer = /^Bearer\s+(.+)$/i.exec(authorization)?.[1];
  if (bearer !== undefined) return bearer.trim();
  const own = cookie.split(/;\s*/).find((one) => one.startsWith(`${COOKIE}=`));
  try {
    return own === undefined ? '' : decodeURIComponent(own.slice(COOKIE.length + 1));
  } catch {
    return '';
  }
}

/** Compared in a time that tells nothing of where they differ. */
export function same(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
