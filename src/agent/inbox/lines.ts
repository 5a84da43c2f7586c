/**
 * Records as lines that can tell whether they are whole:
 *
 *   <number> <CRC-32 of number and JSON, hex> <JSON>
 *
 * Numbers count from 1 without a gap. Every line is there twice, an empty one between the two: a bad byte (or a bad
 * kilobyte of a long record) anywhere costs nothing, and where more is bad, the gap in the numbers says so.
 */
import { crc32 } from 'node:zlib';

export interface ReadLines<T> {
  readonly records: T[];
  /** Indices into `records` before which records are missing, and how many are. */
  readonly gaps: readonly { readonly at: number; readonly missing: number }[];
  /** Lines that are not whole; at the end of a file, what a crash tore. */
  readonly damaged: number;
}

const NEWLINE = 0x0a;
const LINE = /^([1-9]\d*) ([0-9a-f]{8}) (\{.*\})$/s;

/** @param number that of the record among those of its file, from 1 */
export function linesOf(record: object, number: number): string {
  const json = JSON.stringify(record);
  const line = `${number} ${checksum(number, json)} ${json}\n`;
  return `${line}\n${line}`;
}

/** Whatever is in the bytes; throws nothing. */
export function readLines<T extends object>(bytes: Uint8Array): ReadLines<T> {
  const records: T[] = [];
  const gaps: { at: number; missing: number }[] = [];
  let damaged = 0;
  let last = 0;
  for (const line of split(bytes)) {
    const read = parse(line);
    if (read === undefined) damaged++;
    // The second of the two.
    else if (read.number <= last) continue;
    else {
      if (read.number > last + 1) gaps.push({ at: records.length, missing: read.number - last - 1 });
      records.push(read.record as T);
      last = read.number;
    }
  }
  return { records, gaps, damaged };
}

function* split(bytes: Uint8Array): Generator<string> {
  const decoder = new TextDecoder();
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    if (end > start) yield decoder.decode(bytes.subarray(start, end));
    start = end + 1;
  }
}

function parse(line: string): { number: number; record: object } | undefined {
  const [, digits, sum, json] = LINE.exec(line) ?? [];
  if (json === undefined) return undefined;
  const number = Number(digits);
  if (checksum(number, json) !== sum) return undefined;
  try {
    return { number, record: JSON.parse(json) as object };
  } catch {
    return undefined;
  }
}

const checksum = (number: number, json: string): string => crc32(`${number} ${json}`).toString(16).padStart(8, '0');
