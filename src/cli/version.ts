import { readFileSync } from 'node:fs';

/** Of the package this file is compiled into. */
export function version(): string {
  const file = new URL('../../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}
