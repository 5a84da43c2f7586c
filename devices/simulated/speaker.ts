import { TokonomaError } from '../../src/errors.ts';
import type { Args } from '../../src/grammar/actions.ts';
import type { ThingState } from '../thing.ts';
import { SimulatedDriver, clamp } from './driver.ts';

/** `{"state":"PLAYING","media":"jazz","track":1,"volume":40,"muted":false,"said":null}` */
export class SimulatedSpeaker extends SimulatedDriver {
  #state: 'PLAYING' | 'PAUSED' | 'IDLE' = 'IDLE';
  #media: string | null = null;
  #track = 1;
  #volume = 40;
  #muted = false;
  #said: string | null = null;

  state(): ThingState {
    return {
      state: this.#state,
      media: this.#media,
      track: this.#track,
      volume: this.#volume,
      muted: this.#muted,
      said: this.#said,
    };
  }

  protected perform(action: string, args: Args): void {
    if (action === 'say') this.#said = String(args['text']);
    else if (action === 'volume.set') this.#setVolume(args);
    else this.#play(String(args['op']), args['query'] as string | undefined);
    this.changed();
  }

  protected override makeSafe(): void {
    if (this.#state !== 'PLAYING') return;
    this.#state = 'PAUSED';
    this.changed();
  }

  #setVolume(args: Args): void {
    const before = this.#volume;
    if (typeof args['level'] === 'number') this.#volume = args['level'];
    if (args['step'] !== undefined) {
      const by = Number(args['by']);
      this.#volume = clamp(this.#volume + (args['step'] === 'up' ? by : -by), 0, 100);
    }
    // Who makes it louder wants to hear it.
    if (this.#volume > before) this.#muted = false;
    if (typeof args['mute'] === 'boolean') this.#muted = args['mute'];
  }

  #play(op: string, query: string | undefined): void {
    if (op === 'stop') {
      this.#state = 'IDLE';
      this.#media = null;
    } else if (op === 'pause') {
      if (this.#state === 'PLAYING') this.#state = 'PAUSED';
    } else if (op === 'play' || op === 'resume') {
      if (query !== undefined) {
        this.#media = query;
        this.#track = 1;
      }
      this.#state = 'PLAYING';
    } else {
      if (this.#state === 'IDLE') {
        throw new TokonomaError('nothing-playing', `${this.title}: nothing is playing, so there is no ${op} track`);
      }
      this.#track = op === 'next' ? this.#track + 1 : Math.max(1, this.#track - 1);
      this.#state = 'PLAYING';
    }
  }
}
