/** Small files of the kernel. What is not there is `undefined`: boards differ. */
import { accessSync, constants, readFileSync, readdirSync, realpathSync } from 'node:fs';

/** The text without the newline at its end, or the zero byte that device tree strings end with. */
export function text(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').replace(/[\n\0]+$/, '');
  } catch {
    return undefined;
  }
}

export function integer(path: string): number | undefined {
  const value = text(path);
  return value === undefined || !/^-?\d+$/.test(value.trim()) ? undefined : Number(value);
}

/** Names in a folder, sorted; numbers in them by value. */
export function names(path: string): string[] {
  try {
    return readdirSync(path).sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  } catch {
    return [];
  }
}

/** Where a link leads, all the way. */
export function target(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

export function writable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
