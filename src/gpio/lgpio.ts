/** GPIO through lgpio (https://www.npmjs.com/package/lgpio), if somebody has installed it beside this package. */
import { TokonomaError, messageOf } from '../errors.ts';
import type { Chip } from './chips.ts';
import type { Backend, DigitalInput, DigitalOutput, InputOptions, Level } from './io.ts';
import type { Line } from './pins.ts';

/** What is used of it (1.0.6). */
export interface LgpioModule {
  gpiochipOpen(number: number): number;
  gpiochipClose(handle: number): void;
  gpioGetChipInfo(handle: number): { lines: number; name: string; label: string };
  gpioClaimInput(handle: number, gpio: number, flags?: number): void;
  gpioClaimOutput(handle: number, gpio: number, flags?: number, level?: boolean): void;
  gpioClaimAlert(handle: number, flags: number, edges: number, gpio: number): void;
  gpioSetAlertsFunc(handle: number, gpio: number, callback: (alerts: { report: { level: number } }[]) => void): void;
  gpioRead(handle: number, gpio: number): boolean;
  gpioWrite(handle: number, gpio: number, level: boolean): void;
  gpioFree(handle: number, gpio: number): void;
}

/** GpioFlag and GpioEdge of its documentation. */
const PULL = { up: 32, down: 64, none: 128 } as const;
const BOTH_EDGES = 3;
/** Numbers of character devices that are tried. */
const MAX_CHIPS = 32;

/** Not a dependency, so that its name is no literal for the compiler to look for. */
const PACKAGE: string = 'lgpio';
const installed = (): Promise<unknown> => import(PACKAGE);

/** Undefined when it is not installed. */
export async function loadLgpio(load: () => Promise<unknown> = installed): Promise<LgpioModule | undefined> {
  try {
    const module = (await load()) as { default?: LgpioModule } & LgpioModule;
    return module.default ?? module;
  } catch {
    return undefined;
  }
}

export class LgpioBackend implements Backend {
  readonly name = 'lgpio';
  readonly #module: LgpioModule;
  readonly #handles = new Map<string, number>();

  constructor(module: LgpioModule) {
    this.#module = module;
  }

  async chips(): Promise<Chip[]> {
    const chips: Chip[] = [];
    for (let number = 0; number < MAX_CHIPS; number++) {
      const name = `gpiochip${number}`;
      try {
        const handle = this.#handles.get(name) ?? this.#module.gpiochipOpen(number);
        this.#handles.set(name, handle);
        const { label, lines } = this.#module.gpioGetChipInfo(handle);
        chips.push({ name, label, lines });
      } catch {
        // There is no chip of this number, or it is not ours to open.
      }
    }
    return chips;
  }

  async find(): Promise<undefined> {
    return undefined;
  }

  async input(line: Line, { pull, onReadable }: InputOptions): Promise<DigitalInput> {
    const handle = this.#handleOf(line);
    const flags = pull === undefined ? 0 : PULL[pull];
    this.#try(line, () => {
      if (onReadable === undefined) this.#module.gpioClaimInput(handle, line.offset, flags);
      else {
        this.#module.gpioClaimAlert(handle, flags, BOTH_EDGES, line.offset);
        this.#module.gpioSetAlertsFunc(handle, line.offset, (alerts) => {
          // Level 2 is its watchdog, which is not used.
          for (const { report } of alerts) if (report.level < 2) onReadable(report.level as Level);
        });
      }
    });
    return {
      read: () => (this.#module.gpioRead(handle, line.offset) ? 1 : 0),
      close: async () => this.#module.gpioFree(handle, line.offset),
    };
  }

  async output(line: Line, initial: Level): Promise<DigitalOutput> {
    const handle = this.#handleOf(line);
    this.#try(line, () => this.#module.gpioClaimOutput(handle, line.offset, 0, initial === 1));
    return {
      write: async (level) => this.#try(line, () => this.#module.gpioWrite(handle, line.offset, level === 1)),
      close: async () => this.#module.gpioFree(handle, line.offset),
    };
  }

  async close(): Promise<void> {
    for (const handle of this.#handles.values()) this.#module.gpiochipClose(handle);
    this.#handles.clear();
  }

  #handleOf({ chip, title }: Line): number {
    const handle = this.#handles.get(chip.name);
    if (handle !== undefined) return handle;
    throw new TokonomaError('gpio-refused', `${title}: ${chip.name} could not be opened`);
  }

  #try(line: Line, act: () => void): void {
    try {
      act();
    } catch (error) {
      const why = `${messageOf(error)}; is something else using it, and is this user in the group gpio?`;
      throw new TokonomaError('gpio-refused', `${line.title}: ${why}`, { cause: error });
    }
  }
}
