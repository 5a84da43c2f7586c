/**
 * The pins of this machine as things and sensors use them: by the name the configuration has for them, with what counts
 * as active, debounced, each of them only once. The way to the hardware is chosen when the first pin is asked for.
 */
import { join } from 'node:path';
import type { Clock } from '../clock.ts';
import { TokonomaError, messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import { openBackend, type BackendOptions } from './backend.ts';
import type { Chip } from './chips.ts';
import { Debounce } from './debounce.ts';
import type { Backend, BackendName, DigitalInput, DigitalOutput, Level, Pull, PwmOutput } from './io.ts';
import { Ledger, type LedgerEntry } from './ledger.ts';
import { bcmNumber, resolvePin, type Line, type Pin } from './pins.ts';
import { SysfsPwm, pwmChips, pwmOf } from './pwm.ts';
import { SoftPwm } from './soft-pwm.ts';
import { Tools } from '../tools.ts';

export interface GpioOptions {
  readonly clock: Clock;
  readonly log?: Logger | undefined;
  /** Default `auto`. */
  readonly backend?: BackendName | 'auto' | undefined;
  /** Folder of the ledger; absent: what a killed process left is not known. */
  readonly dataDir?: string | undefined;
  /** Default `/sys`. */
  readonly sys?: string | undefined;
  readonly tools?: Tools;
  readonly onoff?: BackendOptions['onoff'];
  readonly lgpio?: BackendOptions['lgpio'];
}

export interface InputUse {
  /** Who it is for, in messages: "doorbell". */
  readonly owner: string;
  /** Low is active: a button to ground. Default false. */
  readonly activeLow?: boolean | undefined;
  readonly pull?: Pull | undefined;
  /** Milliseconds a level has to hold. Default 0. */
  readonly debounceMs?: number | undefined;
  readonly onChange?: (active: boolean) => void;
  /** The pin cannot be watched any more. */
  readonly onLost?: (error: Error) => void;
}

export interface OutputUse {
  readonly owner: string;
  /** Low is active: most relay boards. Default false. */
  readonly activeLow?: boolean | undefined;
  /** Whether it is active at first and when it is safe. Default false. */
  readonly safe?: boolean | undefined;
}

export interface PwmUse {
  readonly owner: string;
  readonly hz: number;
  readonly activeLow?: boolean | undefined;
  /** Default hardware: a channel of /sys/class/pwm. */
  readonly by?: 'hardware' | 'software' | undefined;
}

/** Active or not, whatever the level of that is. */
export interface Switch {
  readonly active: boolean;
  set(active: boolean): Promise<void>;
  close(): Promise<void>;
}

export interface Contact {
  readonly active: boolean;
  close(): Promise<void>;
}

export class Gpio {
  readonly #options: GpioOptions;
  readonly #sys: string;
  readonly #tools: Tools;
  readonly #ledger: Ledger;
  /** Who has which pin, by the pin's title. */
  readonly #owners = new Map<string, string>();
  #backend: Promise<{ backend: Backend; chips: readonly Chip[] }> | undefined;

  constructor(options: GpioOptions) {
    this.#options = options;
    this.#sys = options.sys ?? '/sys';
    this.#tools = options.tools ?? new Tools();
    this.#ledger = new Ledger(options.dataDir === undefined ? undefined : join(options.dataDir, 'gpio.json'));
  }

  /**
   * Makes safe what a process that was killed has left, before anything slow happens. Never throws: what it cannot make
   * safe is in the log, and its thing will say so when it starts.
   */
  async recover(): Promise<LedgerEntry[]> {
    const left = this.#ledger.left();
    for (const entry of left) {
      try {
        await this.#makeSafe(entry);
        this.#options.log?.warn({ pin: entry.pin }, 'made safe: the process that drove this pin was killed');
      } catch (error) {
        this.#options.log?.error({ pin: entry.pin, error: messageOf(error) }, 'left by a killed process, and not safe');
      }
    }
    return left;
  }

  /** Throws `unknown-pin`, `pin-taken`, `gpio-refused`, `gpio-unavailable`. */
  async input(
    pin: Pin,
    { owner, activeLow = false, pull, debounceMs = 0, onChange, onLost }: InputUse,
  ): Promise<Contact> {
    const { backend, line } = await this.#line(pin);
    const active = (level: Level): boolean => (level === 1) !== activeLow;
    this.#claim([line.title], owner);
    let debounce: Debounce | undefined;
    let input: DigitalInput;
    try {
      input = await backend.input(line, {
        pull,
        onReadable: (level) => debounce?.edge(level),
        ...(onLost === undefined ? {} : { onLost }),
      });
    } catch (error) {
      this.#free([line.title]);
      throw error;
    }
    const steady = (debounce = new Debounce(debounceMs, input.read(), this.#options.clock, (level) =>
      onChange?.(active(level)),
    ));
    return {
      get active() {
        return active(steady.level);
      },
      close: async () => {
        steady.close();
        this.#free([line.title]);
        await input.close();
      },
    };
  }

  /** Safe from its first moment. Throws as `input` does. */
  async output(pin: Pin, { owner, activeLow = false, safe = false }: OutputUse): Promise<Switch> {
    const level = (active: boolean): Level => (active !== activeLow ? 1 : 0);
    const output = await this.#driven(pin, owner, level(safe));
    let active = safe;
    return {
      get active() {
        return active;
      },
      set: async (next) => {
        await output.write(level(next));
        active = next;
      },
      close: () => output.close(),
    };
  }

  /** Throws as `input` does, and `pwm-unavailable`, `pwm-refused`. */
  async pwm(pin: Pin, { owner, hz, activeLow = false, by = 'hardware' }: PwmUse): Promise<PwmOutput> {
    if (by === 'software') {
      const output = await this.output(pin, { owner, activeLow });
      return new SoftPwm(output, hz, this.#options.clock);
    }
    const bcm = this.#bcm(pin);
    const { chip, channel } = pwmOf(bcm, pwmChips(this.#sys));
    // Two pins of the older chips share a channel: 12 and 18, 13 and 19.
    const titles = [`GPIO${bcm}`, `PWM channel ${channel}`];
    this.#claim(titles, owner);
    try {
      this.#ledger.add({ pin });
      const pwm = await SysfsPwm.open(chip, channel, hz, this.#options.clock, activeLow);
      return {
        write: (duty) => pwm.write(duty),
        pulse: (us) => pwm.pulse(us),
        close: async () => {
          await pwm.close();
          this.#ledger.remove(pin);
          this.#free(titles);
        },
      };
    } catch (error) {
      this.#free(titles);
      throw error;
    }
  }

  /** Lets go of everything; every user has closed its pins before. */
  async close(): Promise<void> {
    const opened = await this.#backend?.catch(() => undefined);
    await opened?.backend.close();
  }

  async #driven(pin: Pin, owner: string, safe: Level): Promise<DigitalOutput> {
    const { backend, line } = await this.#line(pin);
    this.#claim([line.title], owner);
    try {
      this.#ledger.add({ pin, safe });
      const output = await backend.output(line, safe);
      return {
        write: (level) => output.write(level),
        close: async () => {
          await output.write(safe);
          await output.close();
          this.#ledger.remove(pin);
          this.#free([line.title]);
        },
      };
    } catch (error) {
      this.#free([line.title]);
      throw error;
    }
  }

  async #makeSafe({ pin, safe }: LedgerEntry): Promise<void> {
    if (safe === undefined) {
      const { chip, channel } = pwmOf(this.#bcm(pin), pwmChips(this.#sys));
      const pwm = await SysfsPwm.open(chip, channel, 50, this.#options.clock);
      return pwm.close();
    }
    const { backend, line } = await this.#line(pin);
    const output = await backend.output(line, safe);
    await output.write(safe);
    await output.close();
  }

  /** All or none. */
  #claim(titles: readonly string[], owner: string): void {
    for (const title of titles) {
      const other = this.#owners.get(title);
      if (other === undefined) continue;
      throw new TokonomaError('pin-taken', `${title} is taken by the ${other}; the ${owner} needs another pin`);
    }
    for (const title of titles) this.#owners.set(title, owner);
  }

  #free(titles: readonly string[]): void {
    for (const title of titles) this.#owners.delete(title);
  }

  #bcm(pin: Pin): number {
    const bcm = bcmNumber(pin);
    if (bcm !== undefined) return bcm;
    throw new TokonomaError('unknown-pin', `pin ${pin}: hardware PWM is for pins of the header, as in "pin: 18"`);
  }

  async #line(pin: Pin): Promise<{ backend: Backend; line: Line }> {
    this.#backend ??= this.#open();
    const { backend, chips } = await this.#backend;
    return { backend, line: await resolvePin(pin, chips, (name) => backend.find(name)) };
  }

  async #open(): Promise<{ backend: Backend; chips: readonly Chip[] }> {
    const { backend: wanted = 'auto', log, onoff, lgpio } = this.#options;
    const backend = await openBackend(wanted, { sys: this.#sys, tools: this.#tools, log, onoff, lgpio });
    log?.debug({ backend: backend.name }, 'GPIO');
    return { backend, chips: await backend.chips() };
  }
}
