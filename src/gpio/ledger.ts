/**
 * What this process drives, in a file: a process that is killed leaves its outputs as they were, and the next start
 * makes them safe before it does anything else, also those that its configuration does not have any more.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Level } from './io.ts';
import type { Pin } from './pins.ts';

export interface LedgerEntry {
  readonly pin: Pin;
  /** What is safe: the level of an output; absent for PWM, where it is none. */
  readonly safe?: Level;
}

export class Ledger {
  readonly #file: string | undefined;
  readonly #entries = new Map<string, LedgerEntry>();

  /** @param file absent: nothing is kept */
  constructor(file: string | undefined) {
    this.#file = file;
  }

  /** What the last process left; nothing when it ended in order, or when the file cannot be read. */
  left(): LedgerEntry[] {
    if (this.#file === undefined) return [];
    try {
      const entries = JSON.parse(readFileSync(this.#file, 'utf8')) as unknown;
      return Array.isArray(entries) ? entries.filter(isEntry) : [];
    } catch {
      return [];
    }
  }

  /** Written before the pin is driven. */
  add(entry: LedgerEntry): void {
    this.#entries.set(String(entry.pin), entry);
    this.#write();
  }

  remove(pin: Pin): void {
    if (this.#entries.delete(String(pin))) this.#write();
  }

  #write(): void {
    if (this.#file === undefined) return;
    mkdirSync(dirname(this.#file), { recursive: true });
    const next = `${this.#file}.new`;
    writeFileSync(next, JSON.stringify([...this.#entries.values()]));
    renameSync(next, this.#file);
  }
}

function isEntry(value: unknown): value is LedgerEntry {
  const { pin, safe } = (value ?? {}) as Partial<LedgerEntry>;
  return (typeof pin === 'number' || typeof pin === 'string') && (safe === undefined || safe === 0 || safe === 1);
}
