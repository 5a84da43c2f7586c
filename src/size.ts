import { TokonomaError } from './errors.ts';

const FACTORS: Readonly<Record<string, number>> = { b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

/** `389 MiB`, rounded up: nobody is told less than what is needed. */
export function mib(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20)} MiB`;
}

/** Bytes of `512MiB`, `1.5G`, `64 MB`, `1048576`; units are powers of 1024, as memory is counted. */
export function parseSize(text: string): number {
  const match = /^(\d+(?:\.\d+)?)\s*([kmgb])?(?:i?b)?$/i.exec(text.trim());
  if (match === null) throw new TokonomaError('bad-size', `"${text}" is no size; write for example 512MiB or 1G`);
  return Math.round(Number(match[1]) * FACTORS[(match[2] ?? 'b').toLowerCase()]!);
}
