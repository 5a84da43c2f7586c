/** Which way to the lines this machine has. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { TokonomaError, codeOf, messageOf } from '../errors.ts';
import type { Logger } from '../log.ts';
import { sysfsChips } from './chips.ts';
import type { Backend, BackendName } from './io.ts';
import { LgpioBackend, loadLgpio } from './lgpio.ts';
import { LibgpiodBackend, dialectOf } from './libgpiod.ts';
import { OnoffBackend, loadOnoff, type OnoffModule } from './onoff.ts';
import { text, writable } from './sysfs.ts';
import type { Tools } from '../tools.ts';

export interface BackendOptions {
  readonly sys: string;
  readonly tools: Tools;
  readonly log?: Logger | undefined;
  /** How the optional packages are loaded; for tests. */
  readonly onoff?: (() => Promise<unknown>) | undefined;
  readonly lgpio?: (() => Promise<unknown>) | undefined;
}

/**
 * @param wanted `auto` takes onoff where the kernel has /sys/class/gpio, else libgpiod's tools, else lgpio
 * Throws `gpio-unavailable`: what was tried, and what to do.
 */
export async function openBackend(wanted: BackendName | 'auto', options: BackendOptions): Promise<Backend> {
  if (wanted !== 'auto') return OPENERS[wanted](options);
  const tried: string[] = [];
  for (const name of ['onoff', 'libgpiod', 'lgpio'] as const) {
    try {
      const backend = await OPENERS[name](options);
      if (tried.length > 0) options.log?.warn({ tried }, `GPIO goes through ${name}`);
      return backend;
    } catch (error) {
      if (codeOf(error) !== 'gpio-unavailable') throw error;
      tried.push(`${name}: ${messageOf(error)}`);
    }
  }
  throw new TokonomaError(
    'gpio-unavailable',
    `there is no way to the GPIO lines of this machine:\n  ${tried.join('\n  ')}`,
  );
}

const OPENERS: Readonly<Record<BackendName, (options: BackendOptions) => Promise<Backend>>> = {
  onoff: async ({ sys, tools, log, onoff }) => {
    const why = sysfsProblem(sys);
    if (why !== undefined) throw new TokonomaError('gpio-unavailable', why);
    const loaded = await loadOnoff(onoff);
    const module = 'Gpio' in loaded ? loaded : (loaded as { default: OnoffModule }).default;
    return new OnoffBackend({ sys, module, tools, log });
  },
  libgpiod: async ({ tools }) => {
    const dialect = await dialectOf(tools);
    if (dialect === undefined) {
      throw new TokonomaError(
        'gpio-unavailable',
        'the tools of libgpiod are not installed; run "sudo apt install gpiod"',
      );
    }
    const backend = new LibgpiodBackend(tools, dialect);
    if ((await backend.chips()).length > 0) return backend;
    throw new TokonomaError(
      'gpio-unavailable',
      'gpiodetect finds no chip; is /dev/gpiochip0 there, and this user in the group gpio?',
    );
  },
  lgpio: async ({ lgpio }) => {
    const module = await loadLgpio(lgpio);
    if (module === undefined) {
      throw new TokonomaError('gpio-unavailable', 'lgpio is not installed (npm install lgpio; it needs liblgpio-dev)');
    }
    const backend = new LgpioBackend(module);
    if ((await backend.chips()).length > 0) return backend;
    throw new TokonomaError('gpio-unavailable', 'lgpio can open no chip; is this user in the group gpio?');
  },
};

/** Why onoff cannot work with this kernel or this user; undefined when it can. */
export function sysfsProblem(sys: string): string | undefined {
  const folder = join(sys, 'class/gpio');
  const kernel = `kernel ${text('/proc/sys/kernel/osrelease') ?? '?'}`;
  const exporter = join(folder, 'export');
  if (!existsSync(exporter)) return `${kernel} has no ${exporter} (GPIO through sysfs is left out of it)`;
  if (!writable(exporter)) {
    return `no permission for ${exporter}; add the user to the group gpio (sudo usermod -aG gpio $USER) and log in again`;
  }
  if (sysfsChips(sys).length === 0) return `${kernel} has no chips in ${folder}`;
  return undefined;
}
