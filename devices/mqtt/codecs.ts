/** Values of a kind ↔ values of a device. What a device sends may be anything: a codec that cannot read it says so. */
import {
  SAME_COLOR,
  colorNamed,
  hexToRgb,
  hsDistance,
  hsToRgb,
  hsToXy,
  nameOfColor,
  rgbToHex,
  rgbToHs,
  xyToHs,
  type HueSaturation,
  type Rgb,
} from '../helpers/color-spaces.ts';
import { isRecord } from './payload.ts';
import type { Codec, Value } from './wiring.ts';

/** Words: `{ON: 'true', OFF: 'false'}`. JSON's true and "true", 1 and "1" are the same word; case does not count. */
export function words(table: Readonly<Record<string, Value>>): Codec {
  const known = Object.entries(table);
  return {
    encode: (value) => table[String(value)] ?? value,
    decode: (raw) => known.find(([, word]) => sameWord(word, raw))?.[0],
  };
}

/** As `words`, where several words of the device mean one value: `{CLOSED: ['closed', 'CLOSE']}`; the first is sent. */
export function synonyms(table: Readonly<Record<string, readonly Value[]>>): Codec {
  const known = Object.entries(table);
  return {
    encode: (value) => table[String(value)]?.[0] ?? value,
    decode: (raw) => known.find(([, all]) => all.some((word) => sameWord(word, raw)))?.[0],
  };
}

function sameWord(word: Value, raw: unknown): boolean {
  if (typeof raw !== 'string' && typeof raw !== 'number' && typeof raw !== 'boolean') return false;
  return word === raw || String(word).toLowerCase() === String(raw).toLowerCase();
}

/** A number as it is; `tolerance` is what a device may round away. */
export function plainNumber(tolerance = 0.01): Codec {
  return {
    encode: (value) => value,
    decode: numberOf,
    same: (asked, reported) => Math.abs(Number(asked) - Number(reported)) <= tolerance,
  };
}

/** Percent ↔ the device's range; `[100, 0]` turns it round. */
export function percentOf(zero: number, full: number): Codec {
  const span = full - zero;
  // Half a step of the device or one percent, whichever is more.
  const tolerance = Math.max(1, 100 / Math.abs(span));
  return {
    encode: (value) => Math.round(zero + (Number(value) / 100) * span),
    decode: (raw) => {
      const number = numberOf(raw);
      if (number === undefined) return undefined;
      return Math.round(Math.min(100, Math.max(0, ((number - zero) / span) * 100)));
    },
    same: (asked, reported) => Math.abs(Number(asked) - Number(reported)) <= tolerance,
  };
}

/** Kelvin ↔ mired, within the device's range. */
export function mired(minimum = 0, maximum = Infinity): Codec {
  return {
    encode: (value) => Math.round(Math.min(maximum, Math.max(minimum, 1e6 / Number(value)))),
    decode: (raw) => {
      const number = numberOf(raw);
      return number === undefined || number <= 0 ? undefined : Math.round(1e6 / number);
    },
    // One mired is 4 K at 2000 K and 42 K at 6500 K.
    same: (asked, reported) => Math.abs(1e6 / Number(asked) - 1e6 / Number(reported)) <= 3,
  };
}

export const kelvin: Codec = { ...plainNumber(50) };

export const yesNo: Codec = words({ true: true, false: false });

export const text: Codec = {
  encode: (value) => value,
  decode: (raw) => (typeof raw === 'string' ? raw.slice(0, 200) : undefined),
};

/** How a device writes a colour, by the name that a configuration gives it. */
export const COLOR_CODECS = {
  /** `{"hue":0,"saturation":100}`, zigbee2mqtt. */
  hue_saturation: color(
    ({ hue, saturation }) => ({ hue: Math.round(hue), saturation: Math.round(saturation) }),
    (raw) => pair(raw, 'hue', 'saturation', hs),
  ),
  /** `{"h":0,"s":100}`, Home Assistant's JSON lights. */
  hs: color(
    ({ hue, saturation }) => ({ h: Math.round(hue), s: Math.round(saturation) }),
    (raw) => pair(raw, 'h', 's', hs),
  ),
  /** `0,100` */
  hs_text: color(
    ({ hue, saturation }) => `${Math.round(hue)},${Math.round(saturation)}`,
    (raw) => listed(raw, 2, ([hue, saturation]) => hs(hue!, saturation!)),
  ),
  /** `0,100,50`: hue, saturation, brightness; Tasmota's HSBColor. Brightness is a channel of its own. */
  hsb_text: color(
    ({ hue, saturation }) => `${Math.round(hue)},${Math.round(saturation)}`,
    (raw) => listed(raw, 3, ([hue, saturation]) => hs(hue!, saturation!)),
  ),
  /** `hsv,300,50,75`, Homie. */
  hsv_text: color(
    ({ hue, saturation }) => `hsv,${Math.round(hue)},${Math.round(saturation)},100`,
    (raw) => listed(tail(raw, 'hsv,'), 3, ([hue, saturation]) => hs(hue!, saturation!)),
  ),
  /** `{"x":0.7,"y":0.3}` */
  xy: color(
    (asked) => {
      const [x, y] = hsToXy(asked);
      return { x: round4(x), y: round4(y) };
    },
    (raw) => pair(raw, 'x', 'y', xyToHs),
  ),
  /** `0.7,0.3` */
  xy_text: color(
    (asked) => hsToXy(asked).map(round4).join(','),
    (raw) => listed(raw, 2, ([x, y]) => xyToHs(x!, y!)),
  ),
  /** `{"r":255,"g":0,"b":0}` */
  rgb: color(
    (asked) => {
      const [r, g, b] = hsToRgb(asked);
      return { r, g, b };
    },
    (raw) => (isRecord(raw) ? fromRgb([raw['r'], raw['g'], raw['b']]) : undefined),
  ),
  /** `255,0,0` */
  rgb_text: color(
    (asked) => hsToRgb(asked).join(','),
    (raw) => listed(raw, 3, fromRgb),
  ),
  /** `rgb,255,0,0`, Homie. */
  homie_rgb: color(
    (asked) => `rgb,${hsToRgb(asked).join(',')}`,
    (raw) => listed(tail(raw, 'rgb,'), 3, fromRgb),
  ),
  /** `[255,0,0]`, Shelly. */
  rgb_list: color(
    (asked) => hsToRgb(asked),
    (raw) => (Array.isArray(raw) ? fromRgb(raw) : undefined),
  ),
  /** `#ff0000` */
  hex: color(
    (asked) => rgbToHex(hsToRgb(asked)),
    (raw) => (typeof raw === 'string' ? fromRgb(hexToRgb(raw) ?? []) : undefined),
  ),
} as const;

export type ColorFormat = keyof typeof COLOR_CODECS;

/** Colours are names on our side, hex where a device shows one that has no name. */
function color(encode: (asked: HueSaturation) => unknown, decode: (raw: unknown) => HueSaturation | undefined): Codec {
  return {
    encode: (value) => encode(colorNamed(String(value)) ?? { hue: 0, saturation: 0 }),
    decode: (raw) => {
      const read = decode(raw);
      return read === undefined ? undefined : nameOfColor(read);
    },
    same: (asked, reported) => {
      const [a, b] = [colorNamed(String(asked)), colorNamed(String(reported))];
      return a !== undefined && b !== undefined && hsDistance(a, b) <= SAME_COLOR * 2;
    },
  };
}

function hs(hue: number, saturation: number): HueSaturation | undefined {
  if (hue < 0 || hue > 360 || saturation < 0 || saturation > 100) return undefined;
  return { hue: hue % 360, saturation };
}

function fromRgb(parts: readonly unknown[]): HueSaturation | undefined {
  const rgb = parts.slice(0, 3).map(numberOf);
  if (rgb.length < 3 || rgb.some((part) => part === undefined || part < 0 || part > 255)) return undefined;
  return rgbToHs(rgb as unknown as Rgb);
}

function pair(
  raw: unknown,
  first: string,
  second: string,
  read: (a: number, b: number) => HueSaturation | undefined,
): HueSaturation | undefined {
  if (!isRecord(raw)) return undefined;
  const [a, b] = [numberOf(raw[first]), numberOf(raw[second])];
  return a === undefined || b === undefined ? undefined : read(a, b);
}

function listed(
  raw: unknown,
  count: number,
  read: (parts: readonly number[]) => HueSaturation | undefined,
): HueSaturation | undefined {
  if (typeof raw !== 'string') return undefined;
  const parts = raw.split(',').map(numberOf);
  if (parts.length < count || parts.some((part) => part === undefined)) return undefined;
  return read(parts as number[]);
}

function tail(raw: unknown, head: string): string | undefined {
  return typeof raw === 'string' && raw.startsWith(head) ? raw.slice(head.length) : undefined;
}

function numberOf(raw: unknown): number | undefined {
  const number = typeof raw === 'string' && raw.trim() !== '' ? Number(raw) : raw;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

function round4(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
