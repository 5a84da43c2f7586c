/** A switch whose driver does what a test tells it to. */
import type { Driver, Thing, ThingState } from '../../devices/thing.ts';
import type { Args } from '../../src/grammar/actions.ts';

export type Invoke = (args: Args, signal: AbortSignal) => Promise<void>;

export class FakeDriver implements Driver {
  /** Every call that reached the device. */
  readonly invoked: Args[] = [];
  safeCalls = 0;
  readonly #invoke: Invoke;

  constructor(invoke: Invoke = async () => {}) {
    this.#invoke = invoke;
  }

  async start(): Promise<void> {}
  async close(): Promise<void> {}

  state(): ThingState {
    return { state: this.invoked.length > 0 ? 'ON' : 'OFF' };
  }

  async invoke(_action: string, args: Args, signal: AbortSignal): Promise<void> {
    this.invoked.push(args);
    await this.#invoke(args, signal);
  }

  async safe(): Promise<void> {
    this.safeCalls++;
  }

  onState(): () => void {
    return () => undefined;
  }
}

export function fakeSwitch(name: string, invoke?: Invoke): Thing & { readonly driver: FakeDriver } {
  return {
    description: {
      id: name,
      title: name,
      '@type': 'plug',
      properties: { state: { type: 'string', enum: ['ON', 'OFF'] } },
      actions: {
        'power.set': { input: { type: 'object', properties: { power: { type: 'string', enum: ['on', 'off'] } } } },
      },
      'tk:nouns': ['switch'],
    },
    driver: new FakeDriver(invoke),
  };
}
