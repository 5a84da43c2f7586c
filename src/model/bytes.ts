import { TokonomaError } from '../errors.ts';

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 };

/**
 * Bytes of a size as people write it: `400M`, `1.5G`, `64KiB`, `1048576`. Units are powers of 1024.
 * @throws TokonomaError `bad-size`
 */
export function parseBytes(text: string): number {
  const match = /^\s*(\d+(?:\.\d+)?)\s*([KMG]?)(?:i?B)?\s*$/i.exec(text);
  if (match === null) throw new TokonomaError('bad-size', `"${text}" is not a size; write for example 400M or 1.5G`);
  return Math.floor(Number(match[1]) * UNITS[match[2]!.toUpperCase()]!);
}
