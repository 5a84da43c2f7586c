/**
 * Hardware PWM through /sys/class/pwm (https://docs.kernel.org/driver-api/pwm.html). The number of a chip differs from
 * board to board and from start to start, so it is found by the device behind it.
 */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { TokonomaError, messageOf } from '../errors.ts';
import type { Clock } from '../clock.ts';
import type { PwmOutput } from './io.ts';
import { integer, names, target } from './sysfs.ts';

export interface PwmChip {
  /** Folder: /sys/class/pwm/pwmchip0 */
  readonly path: string;
  /** `fe20c000.pwm`; the chip's own name where nothing stands behind it. */
  readonly device: string;
  readonly channels: number;
}

export function pwmChips(sys: string): PwmChip[] {
  const folder = join(sys, 'class/pwm');
  return names(folder)
    .filter((name) => /^pwmchip\d+$/.test(name))
    .map((name) => {
      const path = join(folder, name);
      return {
        path,
        device: basename(target(join(path, 'device')) ?? name),
        channels: integer(join(path, 'npwm')) ?? 0,
      };
    });
}

/**
 * Devices behind the header's pins, and the channel of each pin. BCM2835 to 2711 have one block (at 0x7e20c000 of the
 * bus); RP1 has one for the header (PWM0) and one for the fan, which is no pin.
 */
const HEADER_PWM: readonly { device: RegExp; channels: Readonly<Record<number, number>> }[] = [
  { device: /^[0-9a-f]*20c000\.pwm$/, channels: { 12: 0, 13: 1, 18: 0, 19: 1 } },
  { device: /^[0-9a-f]*98000\.pwm$/, channels: { 12: 0, 13: 1, 18: 2, 19: 3 } },
];

/** Alternate function of each pin for the overlay, on boards before the Pi 5. */
const OVERLAY_FUNC: Readonly<Record<number, number>> = { 12: 4, 13: 4, 18: 2, 19: 2 };

/** Chip and channel behind a pin of the header. Throws `unknown-pin`, `pwm-unavailable`. */
export function pwmOf(bcm: number, chips: readonly PwmChip[]): { chip: PwmChip; channel: number } {
  if (!(bcm in OVERLAY_FUNC)) {
    throw new TokonomaError(
      'unknown-pin',
      `GPIO${bcm} has no hardware PWM; take GPIO12, 13, 18 or 19, or say "pwm: software" where jitter does not matter`,
    );
  }
  for (const { device, channels } of HEADER_PWM) {
    const chip = chips.find((candidate) => device.test(candidate.device));
    if (chip !== undefined) return { chip, channel: channels[bcm]! };
  }
  const overlay = `dtoverlay=pwm,pin=${bcm},func=${OVERLAY_FUNC[bcm]}`;
  throw new TokonomaError(
    'pwm-unavailable',
    `GPIO${bcm}: no PWM chip of the header in /sys/class/pwm; put "${overlay}" into /boot/firmware/config.txt and restart`,
  );
}

/** udev sets the rights of a new channel a moment after it is there. */
const RIGHTS_MS = 2000;
const POLL_MS = 20;

export class SysfsPwm implements PwmOutput {
  readonly #folder: string;
  readonly #periodNs: number;
  readonly #inverted: boolean;

  private constructor(folder: string, hz: number, inverted: boolean) {
    this.#folder = folder;
    this.#periodNs = Math.round(1e9 / hz);
    this.#inverted = inverted;
  }

  /** Enabled with duty 0. @param inverted active is low. Throws `pwm-refused`. */
  static async open(chip: PwmChip, channel: number, hz: number, clock: Clock, inverted = false): Promise<SysfsPwm> {
    const folder = join(chip.path, `pwm${channel}`);
    try {
      if (!existsSync(folder)) await writeFile(join(chip.path, 'export'), String(channel));
      const pwm = new SysfsPwm(folder, hz, inverted);
      await pwm.#silence(clock);
      if (inverted) {
        // Only while it is disabled.
        await pwm.#set('enable', 0);
        await pwm.#set('polarity', 'inversed');
      }
      await pwm.#set('period', pwm.#periodNs);
      await pwm.#set('enable', 1);
      return pwm;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      const why =
        code === 'EACCES'
          ? 'no permission; add the user to the group gpio and see docs/gpio.md for the udev rule'
          : code === 'EBUSY'
            ? 'another program has it'
            : messageOf(error);
      throw new TokonomaError('pwm-refused', `${chip.device} channel ${channel}: ${why}`, { cause: error });
    }
  }

  write(duty: number): Promise<void> {
    return this.#set('duty_cycle', Math.round(Math.min(1, Math.max(0, duty)) * this.#periodNs));
  }

  pulse(us: number): Promise<void> {
    return this.#set('duty_cycle', Math.min(this.#periodNs, Math.round(us * 1000)));
  }

  async close(): Promise<void> {
    await this.#set('duty_cycle', 0);
    // A disabled channel is low, which is full on for what is inverted.
    if (!this.#inverted) await this.#set('enable', 0);
  }

  /** A process that was killed has left it running; a period shorter than its duty would be refused. */
  async #silence(clock: Clock): Promise<void> {
    for (let waited = 0; ; waited += POLL_MS) {
      try {
        return await this.#set('duty_cycle', 0);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        // Without a period yet, some drivers take no duty: there is none to silence.
        if (code === 'EINVAL') return;
        if ((code !== 'EACCES' && code !== 'ENOENT') || waited >= RIGHTS_MS) throw error;
        await clock.sleep(POLL_MS);
      }
    }
  }

  #set(name: string, value: number | string): Promise<void> {
    // r+ and no truncation: the kernel's attributes are there already, and a typing error must not make a new file.
    return writeFile(join(this.#folder, name), String(value), { flag: 'r+' });
  }
}
