/** Changes metadata of a GGUF file; tensors stay, byte for byte. */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { TokonomaError, messageOf } from '../errors.ts';
import { readHeader } from './header.ts';
import { Metadata, VALUE_TYPES } from './metadata.ts';
import { FileSource } from './source.ts';

/** A number is written as f32. */
export type PatchValue = string | number;

/** Bytes copied at once. */
const CHUNK = 1 << 20;
/** Magic, version, number of tensors, number of pairs (GGUF specification). */
const COUNTS_END = 4 + 4 + 8 + 8;

/**
 * Sets metadata keys of the file at `path`, the old ones of these names gone; whoever reads it meanwhile sees the old
 * file or the new one. Tensor offsets are relative to where the data begins, so they hold wherever that moves.
 * @throws TokonomaError what openGguf throws of a bad header; `gguf-unwritable`
 */
export function patchMetadata(path: string, values: Readonly<Record<string, PatchValue>>): void {
  const source = new FileSource(path);
  const draft = `${path}.${process.pid}.part`;
  let out: number | undefined;
  try {
    const header = readHeader(source);
    const alignment = new Metadata(header.entries, source).number('general.alignment', 32);
    const part = (start: number, end: number): Buffer => {
      const bytes = Buffer.alloc(end - start);
      source.read(start, bytes);
      return bytes;
    };
    const kept = [...header.pairs]
      .filter(([key]) => !Object.hasOwn(values, key))
      .map(([, [start, end]]) => part(start, end));
    const added = Object.entries(values).map(([key, value]) => pair(key, value));
    const counts = part(0, COUNTS_END);
    counts.writeBigUInt64LE(BigInt(kept.length + added.length), COUNTS_END - 8);
    const pairsEnd = Math.max(COUNTS_END, ...[...header.pairs.values()].map(([, end]) => end));
    const head = Buffer.concat([counts, ...kept, ...added, part(pairsEnd, header.end)]);
    const dataStart = aligned(header.end, alignment);

    out = openForWriting(draft);
    write(out, Buffer.concat([head, Buffer.alloc(aligned(head.length, alignment) - head.length)]), path);
    for (let at = dataStart; at < source.size; at += CHUNK)
      write(out, part(at, Math.min(at + CHUNK, source.size)), path);
    fsyncSync(out);
    closeSync(out);
    out = undefined;
    renameSync(draft, path);
  } finally {
    source.close();
    if (out !== undefined) closeSync(out);
    rmSync(draft, { force: true });
  }
}

function pair(key: string, value: PatchValue): Buffer {
  const type = Buffer.alloc(4);
  type.writeUInt32LE(VALUE_TYPES.indexOf(typeof value === 'string' ? 'string' : 'f32'));
  if (typeof value === 'string') return Buffer.concat([text(key), type, text(value)]);
  const number = Buffer.alloc(4);
  number.writeFloatLE(value);
  return Buffer.concat([text(key), type, number]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(bytes.length));
  return Buffer.concat([length, bytes]);
}

const aligned = (at: number, alignment: number): number => Math.ceil(at / alignment) * alignment;

function openForWriting(path: string): number {
  try {
    return openSync(path, 'wx');
  } catch (error) {
    throw new TokonomaError('gguf-unwritable', `cannot write ${path}: ${messageOf(error)}`, { cause: error });
  }
}

function write(fd: number, bytes: Buffer, path: string): void {
  try {
    for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done);
  } catch (error) {
    throw new TokonomaError('gguf-unwritable', `cannot write the new ${path}: ${messageOf(error)}`, { cause: error });
  }
}
