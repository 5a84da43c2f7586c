/** GPIO through sysfs and onoff (https://github.com/fivdi/onoff), an optional dependency with a compiled part. */
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import type { Gpio as OnoffGpio } from 'onoff';
import { TokonomaError, messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import { sysfsChips, type Chip } from './chips.ts';
import type { Backend, DigitalInput, DigitalOutput, InputOptions, Level, Pull } from './io.ts';
import { globalNumber, type Line } from './pins.ts';
import { text } from './sysfs.ts';
import type { Tools } from '../tools.ts';

export type OnoffModule = { readonly Gpio: typeof OnoffGpio };

/** Throws `gpio-unavailable` with what to do about it. */
export async function loadOnoff(load: () => Promise<unknown> = () => import('onoff')): Promise<OnoffModule> {
  try {
    return (await load()) as OnoffModule;
  } catch (error) {
    throw new TokonomaError('gpio-unavailable', `onoff cannot be used: ${advice(messageOf(error))}`, { cause: error });
  }
}

function advice(message: string): string {
  if (/bindings file|node_module_version|\.node\b|was compiled against/i.test(message)) {
    return (
      'its add-on epoll is not built for this Node.js; install a compiler (sudo apt install build-essential python3) and ' +
      'run "npm rebuild epoll" (npm 11 and later: "npm install --allow-scripts=epoll"), or install the libgpiod tools ' +
      '(sudo apt install gpiod)'
    );
  }
  if (/cannot find (package|module)/i.test(message)) {
    return 'it is not installed; run "npm install onoff", or install the libgpiod tools (sudo apt install gpiod)';
  }
  return message;
}

export interface OnoffOptions {
  /** `/sys`, for the chips; onoff itself knows only `/sys/class/gpio`. */
  readonly sys: string;
  readonly module: OnoffModule;
  readonly tools: Tools;
  readonly log?: Logger | undefined;
}

export class OnoffBackend implements Backend {
  readonly name = 'onoff';
  readonly #options: OnoffOptions;

  constructor(options: OnoffOptions) {
    this.#options = options;
  }

  async chips(): Promise<Chip[]> {
    return sysfsChips(this.#options.sys);
  }

  /** The kernel tells names of lines to root only: `gpio-529 (GPIO17              |…)` below `gpiochip0: GPIOs 512-565, …`. */
  async find(name: string): Promise<{ chip: string; offset: number } | undefined> {
    const listing = text(join(this.#options.sys, 'kernel/debug/gpio')) ?? '';
    const number = listing.split('\n').flatMap((line) => {
      const [, global, called] = /^ gpio-(\d+)\s+\(([^|)]+?)\s*[|)]/.exec(line) ?? [];
      return called === name ? [Number(global)] : [];
    })[0];
    const chips = sysfsChips(this.#options.sys);
    const chip = chips.find(({ base, lines }) => number !== undefined && number >= base! && number < base! + lines);
    return chip === undefined ? undefined : { chip: chip.name, offset: number! - chip.base! };
  }

  async input(line: Line, { pull, onReadable, onLost }: InputOptions): Promise<DigitalInput> {
    if (pull !== undefined) await this.#pull(line, pull);
    const gpio = this.#opened(line, 'in', 'both');
    if (onReadable !== undefined) {
      gpio.watch((error, level) => {
        if (error) onLost?.(error);
        else onReadable(level);
      });
    }
    return {
      read: () => gpio.readSync(),
      close: async () => gpio.unexport(),
    };
  }

  async output(line: Line, initial: Level): Promise<DigitalOutput> {
    const gpio = this.#opened(line, initial === 1 ? 'high' : 'low');
    return {
      write: async (level) => {
        try {
          gpio.writeSync(level);
        } catch (error) {
          throw refused(line, error);
        }
      },
      // Not unexported: the kernel would make an input of it, and what hangs on the pin would lose its safe level.
      // onoff closes the file only together with that, hence the look at its field (6.0.3, its last release).
      close: async () => {
        const { _valueFd: fd } = gpio as unknown as { _valueFd?: number };
        if (typeof fd === 'number') closeSync(fd);
      },
    };
  }

  async close(): Promise<void> {}

  #opened(line: Line, direction: 'in' | 'high' | 'low', edge?: 'both'): OnoffGpio {
    const { Gpio } = this.#options.module;
    const number = globalNumber(line);
    try {
      const gpio = new Gpio(number, direction, edge ?? 'none', { activeLow: false });
      // onoff lets errors pass for a line that was exported before it came.
      const found: string = gpio.direction();
      if ((found === 'in') !== (direction === 'in')) throw new Error(`it stays an ${found}put`);
      return gpio;
    } catch (error) {
      throw refused(line, error);
    }
  }

  /** Sysfs cannot; Raspberry Pi OS has a program that can, until the next start. */
  async #pull(line: Line, pull: Pull): Promise<void> {
    const flag = { up: 'pu', down: 'pd', none: 'pn' }[pull];
    const ran = await this.#options.tools.run('pinctrl', ['set', String(line.offset), flag]);
    if (ran.code === 0) return;
    this.#options.log?.warn(
      { pin: line.title, error: ran.stderr.trim() },
      `no pull ${pull} through sysfs; put "gpio=${line.offset}=${flag}" into /boot/firmware/config.txt, or use a resistor`,
    );
  }
}

function refused(line: Line, error: unknown): TokonomaError {
  const { code } = error as NodeJS.ErrnoException;
  const why =
    code === 'EACCES' || code === 'EPERM'
      ? 'no permission; add the user to the group gpio (sudo usermod -aG gpio $USER) and log in again'
      : code === 'EBUSY'
        ? 'something else has it: a driver of the kernel (see /boot/firmware/config.txt) or another program'
        : code === 'EINVAL'
          ? `the kernel has no line ${line.chip.base! + line.offset}; \`tokonoma doctor\` lists the chips`
          : messageOf(error);
  return new TokonomaError('gpio-refused', `${line.title}: ${why}`, { cause: error });
}
