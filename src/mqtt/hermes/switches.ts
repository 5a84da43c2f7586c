/** Intents that hermes/dialogueManager/configure has switched off, by site. */
import type { Configure } from './messages.ts';

const MAX_SITES = 64;
/** Intents that may be switched off at a site. */
const MAX_OFF = 256;
const EVERYWHERE = '';

export class Switches {
  readonly #off = new Map<string, Set<string>>();

  configure({ siteId, intents }: Configure): void {
    // Rhasspy's clients name the site `default` where they mean every one.
    const key = siteId === undefined || siteId === 'default' ? EVERYWHERE : siteId;
    const off = this.#off.get(key) ?? new Set();
    for (const { intentId, enable } of intents) {
      if (enable) off.delete(intentId);
      else if (off.size < MAX_OFF) off.add(intentId);
    }
    if (off.size === 0) this.#off.delete(key);
    else if (this.#off.has(key) || this.#off.size < MAX_SITES) this.#off.set(key, off);
  }

  isOn(siteId: string, intent: string): boolean {
    return [siteId, EVERYWHERE].every((key) => this.#off.get(key)?.has(intent) !== true);
  }
}
