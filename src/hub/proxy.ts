/** Which proxy a request goes through: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, as curl and Python read them. */
import { TokonomaError } from '../errors.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for `url`; undefined: straight there.
 * @throws TokonomaError `bad-proxy`: no http(s) URL
 */
export function proxyFor(url: URL, env: Environment): URL | undefined {
  const read = (name: string): string | undefined => env[name.toLowerCase()] || env[name] || undefined;
  if (isExempt(url, read('NO_PROXY') ?? '')) return undefined;
  const name = url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  const value = read(name) ?? read('ALL_PROXY');
  if (value === undefined) return undefined;
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  const proxy = URL.canParse(text) ? new URL(text) : undefined;
  if (proxy === undefined || !/^https?:$/.test(proxy.protocol)) {
    // The value is not repeated: it may hold a password.
    throw new TokonomaError(
      'bad-proxy',
      `${name} or ALL_PROXY is no http:// or https:// URL; other proxies do not work here`,
    );
  }
  return proxy;
}

/** `*`, host names with all below them (a leading dot changes nothing), each with an optional port. */
function isExempt(url: URL, list: string): boolean {
  const host = url.hostname.toLowerCase();
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return list.split(/[\s,]+/).some((item) => {
    if (item === '*') return true;
    const match = /^(?:\*?\.)?(\[[^\]]*\]|[^:]+)(?::(\d+))?$/.exec(item.toLowerCase());
    if (match === null) return false;
    const [, name, itsPort] = match;
    return (host === name || host.endsWith(`.${name}`)) && (itsPort === undefined || itsPort === port);
  });
}

/** Proxy-Authorization of the user and password in the proxy's URL. */
export function proxyHeaders(proxy: URL): Record<string, string> {
  if (proxy.username === '') return {};
  const pair = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}
