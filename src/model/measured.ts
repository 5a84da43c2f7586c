/**
 * What was measured on this machine before, kept in one small JSON file. It only saves time: a file that is absent,
 * damaged or cannot be written means that it is measured again.
 */
import * as fs from 'node:fs';
import { dirname } from 'node:path';

/** Older entries, of other models, kernels or versions of Node, go when there are more. */
const MOST = 32;

export class Measured {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  recall(key: string): string | undefined {
    const value = this.#read()[key];
    return typeof value === 'string' ? value : undefined;
  }

  keep(key: string, value: string): void {
    const others = Object.entries(this.#read()).filter(([name]) => name !== key);
    const entries = [...others, [key, value]].slice(-MOST);
    const fresh = `${this.#path}.${process.pid}`;
    try {
      fs.mkdirSync(dirname(this.#path), { recursive: true });
      fs.writeFileSync(fresh, `${JSON.stringify(Object.fromEntries(entries), undefined, 1)}\n`);
      fs.renameSync(fresh, this.#path);
    } catch {
      fs.rmSync(fresh, { force: true });
    }
  }

  #read(): Record<string, unknown> {
    try {
      const value: unknown = JSON.parse(fs.readFileSync(this.#path, 'utf8'));
      return typeof value === 'object' && value !== null ? { ...value } : {};
    } catch {
      return {};
    }
  }
}
