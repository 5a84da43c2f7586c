/** Names that foreign devices give themselves, made into names that people can say: data, never instructions. */
import { slug } from '../config/slug.ts';

const MAX_NAME = 60;
/** A configuration's names may have 100; a number may follow. */
const MAX_TOGETHER = 90;
/** An address is no name: 0x00158d00018255df, a8032ab12345. */
const ADDRESS = /^(0x)?[0-9a-f]{10,16}$/i;

/**
 * Letters, digits and single spaces, at most 60 characters: "living_room/lamp<|end|>" → "living room lamp end". Undefined
 * when nothing of it can be said, or when it is an address.
 */
export function sayable(text: unknown): string | undefined {
  if (typeof text !== 'string' || text.length > 1000 || ADDRESS.test(text.trim())) return undefined;
  const name = text
    .normalize('NFKC')
    .replace(/[^\p{L}\p{M}\p{N}'’ -]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, MAX_NAME)
    .replace(/[\ud800-\udbff]$/, '')
    .trim();
  return slug(name) === '' ? undefined : name;
}

/** One line of a foreign text, to be shown. */
export function shownText(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined;
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ').trim();
  return line === '' ? undefined : line.slice(0, MAX_NAME * 2);
}

/** The name of a part of a device: both, the device's cut where they would be too long together. */
export function together(device: string, part: string): string {
  const last = part.slice(0, MAX_NAME);
  return `${device.slice(0, MAX_TOGETHER - last.length - 1).trim()} ${last}`;
}

/** A topic without wildcards and control characters, of a length that brokers take. */
export function isTopic(topic: unknown): topic is string {
  return typeof topic === 'string' && topic.length > 0 && topic.length <= 256 && !/[+#\u0000-\u001f]/.test(topic);
}

/** The name, or the name with the first number that nobody has: "lamp", "lamp 2". */
export function unique(name: string, taken: ReadonlySet<string>, key: (name: string) => string = slug): string {
  if (!taken.has(key(name))) return name;
  for (let n = 2; ; n++) if (!taken.has(key(`${name} ${n}`))) return `${name} ${n}`;
}
