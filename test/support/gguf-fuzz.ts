/** Damaged GGUF headers through everything that reads them: typed errors only, in no time, in no memory. */
import { closeSync, ftruncateSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { TokonomaError } from '../../src/errors.ts';
import type { GgufFile } from '../../src/gguf/reader.ts';
import { openGguf } from '../../src/gguf/reader.ts';
import { F16, F32, Q1_0, Q2_0 } from '../../src/gguf/types.ts';
import { Arena } from '../../src/model/arena.ts';
import { readConfig } from '../../src/model/config.ts';
import { layOutWeights } from '../../src/model/weights.ts';
import { ChatTemplate } from '../../src/tokenizer/template.ts';
import { Tokenizer } from '../../src/tokenizer/tokenizer.ts';
import { countAllocations } from './allocations.ts';
import { baseOf, mutate, type Base } from './gguf-mutations.ts';
import { gguf, writeGguf } from './gguf-writer.ts';
import { Random } from './random.ts';
import { makeToyModel } from './toy-model.ts';

export interface FuzzOptions {
  /** For the file under test. */
  readonly folder: string;
  readonly seed: number;
  readonly count: number;
  /** First case; each depends on the seed and its number only. */
  readonly from?: number;
  /** What is tested: returns a word for the outcome. */
  readonly subject?: (path: string) => string;
  readonly onCase?: (number: number) => void;
  /** Keeps the last case's file. */
  readonly keep?: boolean;
}

export interface Finding {
  readonly case: number;
  readonly kind: 'untyped' | 'slow' | 'allocation';
  readonly detail: string;
  /** What was done to the header. */
  readonly steps: readonly string[];
}

export interface FuzzReport {
  readonly target: 'gguf';
  readonly seed: number;
  readonly cases: number;
  readonly findings: readonly Finding[];
  /** How often each outcome came. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** CPU time of the slowest case: other processes do not count. */
  readonly slowest_ms: number;
  /** Most bytes of buffers that one case asked for, all together, and the largest one. */
  readonly most_allocated_bytes: number;
  readonly largest_buffer_bytes: number;
}

const SLOW_MS = 1000;
const MOST_BYTES = 64 << 20;
/** JavaScript objects of one case, by the growth of the heap: garbage of earlier cases counts, so there is some room. */
const MOST_HEAP_BYTES = 64 << 20;

export function fuzzGguf(options: FuzzOptions): FuzzReport {
  const { folder, seed, count, from = 0, subject = readEverything, onCase } = options;
  const bases = makeBases();
  const path = join(folder, 'case.gguf');
  const findings: Finding[] = [];
  const outcomes: Record<string, number> = {};
  let [slowest, most, largest] = [0, 0, 0];
  const allocations = countAllocations();
  try {
    for (let number = from; number < from + count; number++) {
      onCase?.(number);
      const mutant = mutate(bases, new Random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(number, 0x85ebca6b)));
      writeSparse(path, mutant.header, mutant.size);
      const find = (kind: Finding['kind'], detail: string): void =>
        void findings.push({ case: number, kind, detail, steps: mutant.steps });
      const heap = process.memoryUsage().heapUsed;
      const cpu = process.cpuUsage();
      allocations.reset();
      let outcome: string;
      try {
        outcome = subject(path);
      } catch (error) {
        outcome = 'untyped';
        find('untyped', error instanceof Error ? (error.stack ?? error.message) : String(error));
      }
      const { sum, max } = allocations;
      const { user, system } = process.cpuUsage(cpu);
      const ms = (user + system) / 1000;
      const grown = process.memoryUsage().heapUsed - heap;
      if (ms > SLOW_MS) find('slow', `${Math.round(ms)} ms of CPU time`);
      if (sum > MOST_BYTES) find('allocation', `${sum} bytes of buffers, the largest of ${max}`);
      if (grown > MOST_HEAP_BYTES) find('allocation', `${grown} bytes of objects`);
      outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
      slowest = Math.max(slowest, ms);
      most = Math.max(most, sum);
      largest = Math.max(largest, max);
    }
  } finally {
    allocations.stop();
    if (options.keep !== true) rmSync(path, { force: true });
  }
  return {
    target: 'gguf',
    seed,
    cases: count,
    findings,
    outcomes,
    slowest_ms: Math.round(slowest),
    most_allocated_bytes: most,
    largest_buffer_bytes: largest,
  };
}

/** What comes after the header costs neither time nor disk. */
function writeSparse(path: string, header: Uint8Array, size: number): void {
  const fd = openSync(path, 'w');
  try {
    writeSync(fd, header);
    ftruncateSync(fd, size);
  } finally {
    closeSync(fd);
  }
}

/**
 * All that reads a header. Returns the code of the first thing that was refused, or `read`.
 * @throws whatever is no TokonomaError
 */
export function readEverything(path: string): string {
  let first = 'read';
  const tryTo = (work: () => void): string | undefined => {
    try {
      work();
      return undefined;
    } catch (error) {
      if (!(error instanceof TokonomaError)) throw error;
      return error.code;
    }
  };
  const stage = (work: () => void): void => {
    const code = tryTo(work);
    if (first === 'read' && code !== undefined) first = code;
  };
  let file: GgufFile;
  try {
    file = openGguf(path);
  } catch (error) {
    if (!(error instanceof TokonomaError)) throw error;
    return error.code;
  }
  try {
    const { metadata } = file;
    stage(() => layOutWeights(file, readConfig(file), new Arena()));
    stage(() => {
      const tokenizer = Tokenizer.fromGguf(metadata);
      tokenizer.decode(tokenizer.encode('turn on the kitchen light <|end|>', { special: true }));
    });
    stage(() => void new ChatTemplate(metadata.string('tokenizer.chat_template', '')));
    for (const key of metadata.keys()) {
      // The right getter and the wrong ones.
      for (const get of ['string', 'number', 'boolean'] as const) tryTo(() => void metadata[get](key));
      if (metadata.typeOf(key)?.startsWith('array')) {
        tryTo(() => void metadata.strings(key));
        tryTo(() => void metadata.numbers(key));
      }
    }
    const piece = new Uint8Array(16);
    for (const tensor of file.tensors.values()) {
      const length = Math.min(piece.length, tensor.byteLength);
      tryTo(() => file.readTensor(tensor, piece.subarray(0, length), tensor.byteLength - length));
    }
    return first;
  } finally {
    file.close();
  }
}

/** Good files of every kind of content, small: what is mutated is their headers. */
function makeBases(): Base[] {
  const toy = makeToyModel({ layers: 1, dim: 128, ffn: 128, headDim: 32, heads: 4, kvHeads: 2 }).source;
  const withMerges = {
    ...toy.metadata,
    'tokenizer.ggml.tokens': gguf.string(['t', 'h', 'e', 'o', 'n', 'th', 'the', 'on', 'Ġ', '<|end|>', '<think>']),
    'tokenizer.ggml.token_type': gguf.i32([1, 1, 1, 1, 1, 1, 1, 1, 1, 3, 4]),
    'tokenizer.ggml.merges': gguf.string(['t h', 'th e', 'o n']),
    'tokenizer.ggml.eos_token_id': gguf.u32(9),
    'qwen3.rope.scaling.type': gguf.string('yarn'),
    'qwen3.rope.scaling.factor': gguf.f32(4),
    'qwen3.rope.scaling.original_context_length': gguf.u32(64),
  };
  const list = [1, 2, 3];
  const everyType = {
    'general.architecture': gguf.string('qwen3'),
    'a.u8': gguf.u8(200),
    'a.i8': gguf.i8(-100),
    'a.u16': gguf.u16(60_000),
    'a.i16': gguf.i16(-30_000),
    'a.i32': gguf.i32(-2_000_000_000),
    'a.f64': gguf.f64(Math.PI),
    'a.i64': gguf.i64(-(2n ** 52n)),
    'a.u64': gguf.u64(2n ** 52n),
    'l.u8': gguf.u8(list),
    'l.i8': gguf.i8(list),
    'l.u16': gguf.u16(list),
    'l.i16': gguf.i16(list),
    'l.u32': gguf.u32(list),
    'l.f32': gguf.f32(list),
    'l.f64': gguf.f64(list),
    'l.bool': gguf.bool([true, false]),
    'l.u64': gguf.u64([1n, 2n ** 50n]),
    'l.i64': gguf.i64([-1n]),
    'l.string': gguf.string(['', 'a', 'bücher', 'long '.repeat(1000)]),
  };
  const tensors = [
    { name: 'a', type: F32, shape: [3] },
    { name: 'b', type: F16, shape: [64, 2, 2] },
    { name: 'c', type: Q1_0, shape: [256, 4] },
    { name: 'd', type: Q2_0, shape: [128, 2] },
  ];
  return [
    baseOf(writeGguf(toy)),
    baseOf(writeGguf({ ...toy, metadata: withMerges })),
    baseOf(writeGguf({ metadata: everyType, tensors, alignment: 64 })),
    baseOf(writeGguf({ version: 2, metadata: everyType, tensors })),
  ];
}
