/**
 * The threads that compute a model, as its leader sees them: jobs go in here, one after the other, and are done when
 * `run` returns. The servers are worker threads that never leave WebAssembly (assembly/team.ts).
 */
import { Worker } from 'node:worker_threads';
import type { Kernels } from './kernels.ts';

/** What a server thread is told. */
export interface ServerStart {
  readonly memory: WebAssembly.Memory;
  readonly module: WebAssembly.Module;
  readonly team: number;
  readonly room: number;
}

/** Kinds of jobs beside the products of matrices (matrix.ts): assembly/jobs.ts, also for their words. */
export const JOB = { attend: 16, heads: 17, norm: 18, gate: 19, prepare: 20 } as const;

/** Bytes of a team's state: assembly/team.ts. */
export const TEAM_BYTES = 448 + 256 * 4;
/** Most chunks of one job. */
export const MAX_CHUNKS = 256;
/** Bytes of what one chunk of a matrix product may result in. */
export const RESULT_BYTES = 1 << 18;
/** Bytes of a server's room before its scratch. */
export const ROOM_BYTES = 64 + RESULT_BYTES;

/** Bytes that a thread needs to compute the product of a matrix with many tokens: assembly/prefill.ts. */
export const PREFILL_SCRATCH = 5 << 16;

/** A server runs one endless function: it needs hardly any heap. */
const LIMITS = { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16 };

export class Team {
  /** The leader included. */
  readonly threads: number;
  readonly #kernels: Kernels;
  readonly #address: number;
  readonly #words: Int32Array;
  readonly #beat: Int32Array;

  /**
   * @param beat (1) counts the jobs up: whoever watches it knows that they end
   * @param rooms one for each thread beside the leader: ROOM_BYTES and the scratch of a job
   */
  constructor(
    memory: WebAssembly.Memory,
    kernels: Kernels,
    address: number,
    rooms: readonly number[],
    beat: Int32Array = new Int32Array(1),
  ) {
    this.#beat = beat;
    this.threads = rooms.length + 1;
    this.#kernels = kernels;
    this.#address = address;
    this.#words = new Int32Array(memory.buffer, kernels.openTeam(address) >>> 0, 16);
    for (const room of rooms) {
      const start: ServerStart = { memory, module: kernels.module, team: address, room };
      const server = new Worker(new URL('./server.js', import.meta.url), {
        workerData: start,
        resourceLimits: LIMITS,
        // What the process was started with, loaders perhaps, would only hold it up.
        execArgv: [],
      });
      // One that cannot start is no loss but of speed: whoever leads does what nobody else does.
      server.on('error', () => {});
      server.unref();
    }
  }

  /**
   * Does a job and returns when it is done.
   * @param revocable whether a chunk that takes too long may be done twice
   * @throws WebAssembly.RuntimeError when a kernel traps, here or in a server
   */
  run(kind: number, chunks: number, revocable: boolean, ...words: readonly number[]): void {
    Atomics.add(this.#beat, 0, 1);
    this.#words[0] = chunks;
    this.#words[1] = revocable ? 1 : 0;
    this.#words[2] = kind;
    this.#words.set(words, 3);
    if (this.#kernels.lead(this.#address, this.threads - 1) !== 0) {
      throw new WebAssembly.RuntimeError('a thread of the team has died');
    }
  }

  /** Ends the servers. */
  close(): void {
    this.#kernels.stopTeam(this.#address, 1);
  }
}
