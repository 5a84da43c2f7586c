/**
 * Prefix snapshots: the keys and values after a fixed prefix of the prompt, kept on disk, so that a restart reads them
 * instead of computing them. A file is believed only when all of it is what this model would have written:
 *
 *     magic 8 | version u32 | tokens u32 | key 32 | crc32 u32 | zeros 12 | token ids (tokens) u32 | rows of the KV cache
 *
 * The rows are those of Model.cachedRows. The checksum is over everything but itself: it guards against damage, not
 * against somebody who may write into the folder.
 */
import { createHash, randomBytes } from 'node:crypto';
import * as fs from 'node:fs';
import { join, resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import { messageOf } from '../errors.ts';
import type { GgufFile } from '../gguf/reader.ts';
import { readKernels } from './kernels.ts';
import type { KvRows } from './kv-cache.ts';
import { roundUp } from './matrix.ts';
import type { Model } from './model.ts';

const MAGIC = 'tokosnap';
/** Of the file's layout. */
const VERSION = 2;
/** Raised when forward.ts or rope.ts compute other keys and values from the same kernels. */
const FORWARD_VERSION = 2;

const HEADER_BYTES = 64;
const VERSION_AT = 8;
const TOKENS_AT = 12;
const KEY_AT = 16;
const CRC_AT = 48;

/** Snapshots of one model file: other things, another context, another precision. */
const MAX_PER_MODEL = 4;
/** Bytes of the whole folder. */
const MAX_TOTAL = 256 << 20;
/** What is still being written is not touched by others; after this long, milliseconds, its writer is gone. */
const ABANDONED_MS = 3_600_000;
const SUFFIX = '.kv';
const PARTIAL = '.partial';

/** Of each tensor this many bytes are part of the model's identity. */
const SAMPLE_BYTES = 1024;

export interface SnapshotLimits {
  readonly perModel?: number;
  /** Bytes. */
  readonly total?: number;
}

/** What of a model the store needs. */
export type Cached = Pick<Model, 'kv' | 'config' | 'kernelVariant' | 'reads' | 'cachedRows' | 'restore'>;

/** The snapshots of one model. Nothing that goes wrong here is an error: it is noted, and the model computes anew. */
export class SnapshotStore {
  readonly #folder: string;
  readonly #identity: string;
  /** Names of this model file's snapshots begin with it, whatever the file contains. */
  readonly #place: string;
  readonly #note: (message: string) => void;
  readonly #limits: Required<SnapshotLimits>;

  /** `file` must be open; nothing is written before the first `save`. */
  constructor(folder: string, file: GgufFile, note: (message: string) => void = () => {}, limits: SnapshotLimits = {}) {
    this.#folder = folder;
    this.#identity = modelIdentity(file);
    this.#place = sha256(fs.realpathSync(resolve(file.path))).slice(0, 16);
    this.#note = note;
    this.#limits = { perModel: MAX_PER_MODEL, total: MAX_TOTAL, ...limits };
  }

  /** Whether the model's cache now holds the state after `tokens`. A damaged snapshot is deleted. */
  restore(model: Cached, tokens: Int32Array): boolean {
    const header = this.#header(model, tokens);
    const path = this.#path(header);
    let fd: number;
    try {
      fd = fs.openSync(path, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') this.#note(`snapshot not read: ${messageOf(error)}`);
      return false;
    }
    let fault: string | undefined;
    try {
      fault = readSnapshot(fd, header, model, tokens);
    } catch (error) {
      fault = messageOf(error);
    } finally {
      fs.closeSync(fd);
    }
    if (fault === undefined) {
      this.#attempt('marked as used', () => fs.utimesSync(path, new Date(), new Date()));
      return true;
    }
    this.#note(`snapshot ${path} is damaged and will be made anew: ${fault}`);
    this.#remove(path);
    return false;
  }

  /** Keeps the state after `tokens`, which are what the model's cache begins with. */
  save(model: Cached, tokens: Int32Array): void {
    const header = this.#header(model, tokens);
    const path = this.#path(header);
    if (fs.existsSync(path)) return;
    const bytes = header.length + rowBytes(model, tokens.length);
    if (bytes > this.#limits.total) {
      return this.#note(`snapshot not kept: ${bytes} bytes are more than the ${this.#limits.total} for all`);
    }
    const partial = join(this.#folder, `.${randomBytes(8).toString('hex')}${PARTIAL}`);
    this.#attempt('written', () => {
      fs.mkdirSync(this.#folder, { recursive: true });
      this.#makeRoom(bytes);
      try {
        writeSnapshot(partial, header, model.cachedRows(tokens.length));
        fs.renameSync(partial, path);
      } catch (error) {
        this.#remove(partial);
        throw error;
      }
      syncFolder(this.#folder);
      this.#note(`snapshot of ${tokens.length} tokens kept: ${path}, ${bytes} bytes`);
    });
  }

  /** Header and token ids as they stand in the file, the checksum still 0. */
  #header(model: Cached, tokens: Int32Array): Buffer {
    const ids = Buffer.alloc(4 * tokens.length);
    tokens.forEach((token, i) => ids.writeUInt32LE(token, 4 * i));
    const key = createHash('sha256')
      .update(`${VERSION} ${FORWARD_VERSION} ${model.kv.precision} ${model.reads} ${this.#identity}\n`)
      // Whatever changes in a kernel, even its rounding, shows in its code.
      .update(readKernels(model.kernelVariant))
      .update(ids)
      .digest();
    const header = Buffer.alloc(HEADER_BYTES);
    header.write(MAGIC, 'latin1');
    header.writeUInt32LE(VERSION, VERSION_AT);
    header.writeUInt32LE(tokens.length, TOKENS_AT);
    key.copy(header, KEY_AT);
    return Buffer.concat([header, ids]);
  }

  #path(header: Buffer): string {
    const key = header.toString('hex', KEY_AT, KEY_AT + 32);
    return join(this.#folder, `${this.#place}-${this.#identity.slice(0, 16)}-${key}${SUFFIX}`);
  }

  /** Deletes what another content of the model file left, and the oldest, until `bytes` more are within the limits. */
  #makeRoom(bytes: number): void {
    const names = fs.readdirSync(this.#folder);
    const now = Date.now();
    for (const name of names.filter((other) => other.endsWith(PARTIAL))) {
      const path = join(this.#folder, name);
      const stat = fs.statSync(path, { throwIfNoEntry: false });
      // Boards without a clock of their own may see times to come.
      if (stat !== undefined && Math.abs(now - stat.mtimeMs) > ABANDONED_MS) this.#remove(path);
    }
    const kept = names
      .filter((name) => name.endsWith(SUFFIX))
      .flatMap((name) => {
        const path = join(this.#folder, name);
        const stat = fs.statSync(path, { throwIfNoEntry: false });
        return stat === undefined ? [] : [{ name, path, bytes: stat.size, used: stat.mtimeMs }];
      })
      .sort((a, b) => b.used - a.used);
    let total = bytes;
    let ofModel = 1;
    for (const { name, path, bytes: size } of kept) {
      const isOfFile = name.startsWith(`${this.#place}-`);
      const isStale = isOfFile && !name.startsWith(`${this.#place}-${this.#identity.slice(0, 16)}-`);
      const isTooMuch = total + size > this.#limits.total || (isOfFile && ofModel >= this.#limits.perModel);
      if (isStale || isTooMuch) {
        this.#remove(path);
        continue;
      }
      total += size;
      if (isOfFile) ofModel++;
    }
  }

  #remove(path: string): void {
    this.#attempt('deleted', () => fs.rmSync(path, { force: true }));
  }

  #attempt(what: string, action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#note(`snapshot not ${what}: ${messageOf(error)}`);
    }
  }
}

/**
 * Which model a file holds: its size and time of change, its header, and the beginning of every tensor. The whole file
 * is not hashed: a hash of 250 MB to 2 GB costs a board more seconds than the snapshot saves, and files that agree in
 * all of this by accident do not exist; the samples are there for file systems on which all times are the same.
 */
function modelIdentity(file: GgufFile): string {
  const hash = createHash('sha256').update(`${file.fileSize} ${file.modified}\n`);
  const piece = new Uint8Array(1 << 16);
  for (let at = 0; at < file.dataStart; at += piece.length) {
    const part = piece.subarray(0, Math.min(piece.length, file.dataStart - at));
    file.read(at, part);
    hash.update(part);
  }
  for (const tensor of file.tensors.values()) {
    const part = piece.subarray(0, Math.min(SAMPLE_BYTES, tensor.byteLength));
    file.readTensor(tensor, part);
    hash.update(part);
  }
  return hash.digest('hex');
}

/** Bytes of the rows of `count` positions. */
function rowBytes({ config, kv }: Cached, count: number): number {
  const bytes = ({ tile }: KvRows): number => roundUp(count, tile) * kv.rowBytes + count * kv.scaleBytes;
  return config.layers * config.kvHeads * (bytes(kv.keys) + bytes(kv.values));
}

/** Fills the model's cache from the file; why not, where that is not so. No number in the file is believed. */
function readSnapshot(fd: number, header: Buffer, model: Cached, tokens: Int32Array): string | undefined {
  const bytes = header.length + rowBytes(model, tokens.length);
  const { size } = fs.fstatSync(fd);
  if (size !== bytes) return `it has ${size} bytes instead of ${bytes}`;
  const stored = Buffer.alloc(header.length);
  readFully(fd, stored, 0);
  const checksum = stored.readUInt32LE(CRC_AT);
  stored.writeUInt32LE(0, CRC_AT);
  if (!stored.equals(header)) return 'its header is that of another';
  const isRestored = model.restore(tokens, (rows) => {
    let actual = crc32(header);
    let at = header.length;
    for (const part of rows) {
      readFully(fd, part, at);
      actual = crc32(part, actual);
      at += part.length;
    }
    return actual === checksum;
  });
  return isRestored ? undefined : 'its checksum is wrong';
}

/** Straight from the model's memory, part by part; on the disk before it returns. */
function writeSnapshot(path: string, header: Buffer, rows: Iterable<Uint8Array>): void {
  const fd = fs.openSync(path, 'wx', 0o600);
  try {
    writeFully(fd, header, 0);
    let checksum = crc32(header);
    let at = header.length;
    for (const part of rows) {
      writeFully(fd, part, at);
      checksum = crc32(part, checksum);
      at += part.length;
    }
    const crc = Buffer.alloc(4);
    crc.writeUInt32LE(checksum);
    writeFully(fd, crc, CRC_AT);
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

function readFully(fd: number, into: Uint8Array, position: number): void {
  for (let done = 0; done < into.length;) {
    const n = fs.readSync(fd, into, done, into.length - done, position + done);
    if (n === 0) throw new Error(`it ends at byte ${position + done}`);
    done += n;
  }
}

function writeFully(fd: number, from: Uint8Array, position: number): void {
  for (let done = 0; done < from.length;) {
    done += fs.writeSync(fd, from, done, from.length - done, position + done);
  }
}

/** The new name is as durable as its data; where folders cannot be opened (Windows), the file system sees to it. */
function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const fd = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(fd);
  } finally {
    fs.closeSync(fd);
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
