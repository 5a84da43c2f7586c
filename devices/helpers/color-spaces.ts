/** Colours as devices speak them. Between all of them stands hue and saturation: brightness is a property of its own. */
import { COLORS } from './colors.ts';

/** Hue in degrees 0..360, saturation in percent. */
export interface HueSaturation {
  readonly hue: number;
  readonly saturation: number;
}

/** Each 0..255. */
export type Rgb = readonly [red: number, green: number, blue: number];

export function rgbToHs([red, green, blue]: Rgb): HueSaturation {
  const [high, low] = [Math.max(red, green, blue), Math.min(red, green, blue)];
  const range = high - low;
  if (range === 0) return { hue: 0, saturation: 0 };
  const sixth =
    high === red ? (green - blue) / range : high === green ? 2 + (blue - red) / range : 4 + (red - green) / range;
  return { hue: (sixth * 60 + 360) % 360, saturation: (range / high) * 100 };
}

/** The brightest colour of this hue and saturation. */
export function hsToRgb({ hue, saturation }: HueSaturation): Rgb {
  const channel = (n: number): number => {
    const k = (n + hue / 60) % 6;
    return Math.round(255 * (1 - (saturation / 100) * Math.max(0, Math.min(k, 4 - k, 1))));
  };
  return [channel(5), channel(3), channel(1)];
}

/** CIE 1931 chromaticity of an sRGB colour (IEC 61966-2-1, D65). */
export function hsToXy(color: HueSaturation): readonly [x: number, y: number] {
  const [r, g, b] = hsToRgb(color).map((value) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const x = 0.4124 * r + 0.3576 * g + 0.1805 * b;
  const y = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  const z = 0.0193 * r + 0.1192 * g + 0.9505 * b;
  return [x / (x + y + z), y / (x + y + z)];
}

/** What sRGB has nearest to a chromaticity; lamps can do more than screens. */
export function xyToHs(x: number, y: number): HueSaturation {
  if (y <= 0) return { hue: 0, saturation: 0 };
  const [X, Z] = [x / y, (1 - x - y) / y];
  const linear = [
    3.2406 * X - 1.5372 - 0.4986 * Z,
    -0.9689 * X + 1.8758 + 0.0415 * Z,
    0.0557 * X - 0.204 + 1.057 * Z,
  ].map((value) => Math.max(0, value));
  const most = Math.max(...linear, 1e-9);
  const rgb = linear.map((value) => {
    const part = value / most;
    return 255 * (part <= 0.0031308 ? 12.92 * part : 1.055 * part ** (1 / 2.4) - 0.055);
  });
  return rgbToHs(rgb as unknown as Rgb);
}

export function hexToRgb(hex: string): Rgb | undefined {
  const digits = /^#?([0-9a-f]{6})/i.exec(hex)?.[1];
  if (digits === undefined) return undefined;
  const value = parseInt(digits, 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

export function rgbToHex([red, green, blue]: Rgb): `#${string}` {
  return `#${((red << 16) | (green << 8) | blue).toString(16).padStart(6, '0')}`;
}

/** Distance on the disc of hue and saturation, 0..200. */
export function hsDistance(a: HueSaturation, b: HueSaturation): number {
  const at = ({ hue, saturation }: HueSaturation): [number, number] => [
    saturation * Math.cos((hue * Math.PI) / 180),
    saturation * Math.sin((hue * Math.PI) / 180),
  ];
  const [[ax, ay], [bx, by]] = [at(a), at(b)];
  return Math.hypot(ax - bx, ay - by);
}

/** Devices round, and know other reds: within this distance it is the colour that was asked. */
export const SAME_COLOR = 15;

/** Hue and saturation of a colour's name, hex text (`#ffa500`) or `255,165,0`; undefined when it is none of them. */
export function colorNamed(color: string): HueSaturation | undefined {
  const name = color.toLowerCase().trim();
  const hex = Object.hasOwn(COLORS, name) ? COLORS[name]! : /^#[0-9a-f]{6}$/.test(name) ? name : undefined;
  const rgb = hex === undefined ? decimalRgb(name) : hexToRgb(hex);
  return rgb === undefined ? undefined : rgbToHs(rgb);
}

function decimalRgb(text: string): Rgb | undefined {
  const parts = /^(\d{1,3}), ?(\d{1,3}), ?(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  return parts?.every((part) => part <= 255) === true ? (parts as unknown as Rgb) : undefined;
}

/** The name people would say; hex where no name is near. The first of several names as near wins: "red", not "maroon". */
export function nameOfColor(color: HueSaturation): string {
  let best: string = rgbToHex(hsToRgb(color));
  let least = SAME_COLOR;
  for (const name of Object.keys(COLORS)) {
    const far = hsDistance(color, colorNamed(name)!);
    if (far < least) [best, least] = [name, far];
  }
  return best;
}
