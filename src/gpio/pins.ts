/** From what a configuration calls a pin to the line of a chip. */
import { TokonomaError } from '../errors.ts';
import { isHeader, type Chip } from './chips.ts';

/** `17` and `GPIO17` (the number Broadcom gave it), `BOARD11` (its place on the header), `pinctrl-rp1:17`, a line's name. */
export type Pin = number | string;

/** JSON Schema of a pin. */
export const PIN_SCHEMA = {
  type: ['integer', 'string'],
  minimum: 0,
  maximum: 1023,
  minLength: 1,
  maxLength: 64,
  description: 'BCM number (17 or GPIO17), place on the header (BOARD11), chip:line (gpiochip4:17), or a line’s name',
} as const;

export interface Line {
  readonly chip: Chip;
  /** Number within the chip. */
  readonly offset: number;
  /** `GPIO17` */
  readonly title: string;
}

/** BCM number at each place of the 40-pin header, from 1; undefined: power or ground. */
const BOARD: readonly (number | undefined)[] =
  '- - 2 - 3 - 4 14 - 15 17 18 27 - 22 23 - 24 10 - 9 25 11 8 - 7 0 1 5 - 6 12 13 - 19 16 26 20 - 21'
    .split(' ')
    .map((place) => (place === '-' ? undefined : Number(place)));

/** The number that sysfs has for a line. Throws `gpio-unavailable` for a kernel without global numbers. */
export function globalNumber({ chip, offset, title }: Line): number {
  if (chip.base !== undefined) return chip.base + offset;
  throw new TokonomaError('gpio-unavailable', `${title}: this kernel has no number for it in /sys/class/gpio`);
}

/**
 * @param find looks a name up that is neither a number nor a place, e.g. with gpioinfo
 * Throws `unknown-pin`, `gpio-unavailable` when there is no chip at all.
 */
export async function resolvePin(
  pin: Pin,
  chips: readonly Chip[],
  find: (name: string) => Promise<{ chip: string; offset: number } | undefined> = async () => undefined,
): Promise<Line> {
  if (chips.length === 0) {
    throw new TokonomaError(
      'gpio-unavailable',
      'no GPIO chip was found on this machine; `tokonoma doctor` says what is missing',
    );
  }
  const bcm = bcmNumber(pin);
  if (bcm !== undefined) return lineOf(headerOf(chips, pin), bcm, `GPIO${bcm}`);
  const name = String(pin);
  const [, chipName, offset] = /^(.+):(\d+)$/.exec(name) ?? [];
  if (chipName !== undefined) return lineOf(chipCalled(chips, chipName, name), Number(offset), name);
  const found = await find(name);
  const chip = found === undefined ? undefined : chips.find((candidate) => candidate.name === found.chip);
  if (found !== undefined && chip !== undefined) return lineOf(chip, found.offset, name);
  throw unknown(pin, 'no line has this name; write the BCM number, as in "pin: 17"');
}

/** The BCM number that a pin names by itself. Throws `unknown-pin` for a place that is power or ground. */
export function bcmNumber(pin: Pin): number | undefined {
  if (typeof pin === 'number') return pin;
  const [, bcm] = /^(?:GPIO|BCM)?_?(\d{1,4})$/i.exec(pin) ?? [];
  if (bcm !== undefined) return Number(bcm);
  const [, place] = /^(?:BOARD|PIN|J8:)_?(\d{1,2})$/i.exec(pin) ?? [];
  if (place === undefined) return undefined;
  const number = BOARD[Number(place) - 1];
  if (number !== undefined) return number;
  const isPlace = Number(place) >= 1 && Number(place) <= BOARD.length;
  throw unknown(pin, isPlace ? 'this place of the header is power or ground' : 'the header has 40 places');
}

function headerOf(chips: readonly Chip[], pin: Pin): Chip {
  const header = chips.find(isHeader);
  if (header !== undefined) return header;
  if (chips.length === 1) return chips[0]!;
  const example = `${chips[0]!.label}:${pin}`;
  throw unknown(
    pin,
    `none of the chips is a Raspberry Pi's header; say which one, as in "${example}" (${listed(chips)})`,
  );
}

function chipCalled(chips: readonly Chip[], called: string, pin: string): Chip {
  const chip = chips.find(({ name, label }) => name === called || label === called);
  if (chip !== undefined) return chip;
  throw unknown(pin, `there is no chip "${called}"; chips are ${listed(chips)}`);
}

function lineOf(chip: Chip, offset: number, title: string): Line {
  if (offset < chip.lines) return { chip, offset, title };
  throw unknown(title, `${chip.label} has ${chip.lines} lines, 0 to ${chip.lines - 1}`);
}

function listed(chips: readonly Chip[]): string {
  return chips.map(({ name, label }) => `${name} [${label}]`).join(', ');
}

function unknown(pin: Pin, why: string): TokonomaError {
  return new TokonomaError('unknown-pin', `pin ${pin}: ${why}`);
}
