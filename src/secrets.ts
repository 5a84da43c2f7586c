/** What must not be seen: by its key, by its value, by its place in a URL. */

/** Fields whose value is a secret. */
export const SECRET_KEYS: readonly string[] = ['password', 'token', 'secret', 'key', 'cert', 'authorization'];
/** Of those, the ones whose value in a configuration is the secret itself and no path of a file. */
const VALUE_KEYS: ReadonlySet<string> = new Set(['password', 'token', 'secret', 'authorization']);

/** A shorter value says nothing, and stands in too many words. */
const LEAST_LENGTH = 4;
const HIDDEN = '[secret]';
/** `scheme://user:password@`, up to the last @ before the path (RFC 3986, 3.2.1). */
const USERINFO = /(?<=\b[a-z][a-z0-9+.-]*:\/\/)[^\s/?#"'<>]*@/gi;

/** Text without user and password in its URLs and without these secrets, also as JSON or a URL would write them. */
export function hideSecrets(text: string, secrets: readonly string[] = []): string {
  let hidden = text;
  for (const secret of secrets) {
    if (secret.length < LEAST_LENGTH) continue;
    const written = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)];
    for (const form of new Set(written)) hidden = hidden.replaceAll(form, HIDDEN);
  }
  return hidden.replace(USERINFO, `${HIDDEN}@`);
}

/** The secrets in a configuration: values of the keys above, and passwords in URLs. */
export function secretsIn(value: unknown): string[] {
  if (typeof value === 'string') return passwordOf(value);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'string' && VALUE_KEYS.has(key) ? [inner] : secretsIn(inner),
  );
}

function passwordOf(text: string): string[] {
  if (!URL.canParse(text)) return [];
  const { password } = new URL(text);
  return password === '' ? [] : [decodeURIComponent(password)];
}
