/**
 * One forward pass of a Qwen3 model (https://arxiv.org/abs/2505.09388; llama.cpp src/models/qwen3.cpp): tokens in, the
 * KV cache and the residual stream of every token out. Every stage is a job of the model's team of threads.
 */
import { TokonomaError } from '../errors.ts';
import { formBit, roundUp, stacked, TABLE_TOKENS, TILE_ROWS, type Matrix, type ProductKind } from './matrix.ts';
import type { Model } from './model.ts';
import { JOB, MAX_CHUNKS, RESULT_BYTES } from './team.ts';

/** Tokens of one chunk, where a job is cut by tokens: assembly/jobs.ts. */
const CHUNK_TOKENS = 16;
/** Chunks a thread should find in a job of few tokens, so that a slow thread delays the others little. */
const CHUNKS_PER_THREAD = 4;
/** Rows of a chunk are a multiple of what the kernels take at once, and enough for their streams of memory. */
const CHUNK_ROWS = 256;

/** The jobs of a forward pass, made once for a model: what is the same for every token is worked out here. */
export class Forward {
  readonly #model: Model;
  readonly #layers: readonly LayerJobs[];

  constructor(model: Model) {
    this.#model = model;
    const { weights } = model;
    this.#layers = weights.layers.map((w) => ({
      qkv: stacked([w.q, w.k, w.v]),
      attnOut: [w.attnOut],
      gateUp: stacked([w.gate, w.up]),
      down: [w.down],
    }));
  }

  /**
   * @param tokens at most `model.batch` token ids; not more than TABLE_TOKENS unless `kind` is `many` or `small`
   * @param position of the first of them
   * @param cancelled asked before each layer: on a small board a batch takes seconds
   * @throws TokonomaError `cancelled`
   */
  run(tokens: readonly number[], position: number, kind: ProductKind, cancelled?: () => boolean): void {
    const { config, vocabulary, weights, state: s, kv, team, shape, record } = this.#model;
    const { dim, ffn, heads, headDim, kvHeads } = config;
    const n = tokens.length;
    const groups = Math.ceil(n / CHUNK_TOKENS);
    const up = s.gate + n * ffn * 4;

    tokens.forEach((token, i) => {
      vocabulary.embed(s.x + i * dim * 4, token);
      const angles = new Float32Array(this.#model.memory.buffer, s.angles + i * headDim * 4, headDim);
      this.#model.rope.angles(position + i, angles);
    });

    this.#layers.forEach((jobs, layer) => {
      if (cancelled?.() === true) throw new TokonomaError('cancelled', 'the request was cancelled');
      const w = weights.layers[layer]!;
      // Attention. Keys and values of the new tokens join the cache before anyone looks at it.
      this.#norm(layer === 0 ? 0 : s.y, w.attnNorm, n, forms(jobs.qkv, kind));
      this.#multiply(s.qkv, s.qkvStride, jobs.qkv, s.h, n, kind);
      const rows = layer * kvHeads * kv.positions;
      const keys = kv.keys.rows + rows * kv.rowBytes;
      const values = kv.values.rows + rows * kv.rowBytes;
      const keyScales = kv.keys.scales + rows * kv.scaleBytes;
      const valueScales = kv.values.scales + rows * kv.scaleBytes;
      const cache = [keys, values, keyScales, valueScales, shape] as const;
      team.run(JOB.heads, groups, false, s.qkv, ...cache, w.qNorm, w.kNorm, s.angles, position, n);
      team.run(JOB.attend, kvHeads, false, s.att, s.qkv, ...cache, position, n, this.#model.scratch);
      team.run(JOB.prepare, groups, false, s.att, heads * headDim, n, record, forms(jobs.attnOut, kind));
      this.#multiply(s.y, dim, jobs.attnOut, s.att, n, kind);

      // Feed-forward.
      this.#norm(s.y, w.ffnNorm, n, forms(jobs.gateUp, kind));
      if (n === 1) {
        this.#multiply(s.gate, 0, jobs.gateUp, s.h, 1, kind);
      } else {
        this.#multiply(s.gate, ffn, [w.gate], s.h, n, kind);
        this.#multiply(up, ffn, [w.up], s.h, n, kind);
      }
      const columns = n > TABLE_TOKENS ? 0 : roundUp(Math.ceil(ffn / team.threads), 128);
      const chunks = columns === 0 ? groups : Math.ceil(ffn / columns);
      team.run(JOB.gate, chunks, false, s.gate, up, ffn, n, record, forms(jobs.down, kind), columns);
      this.#multiply(s.y, dim, jobs.down, s.gate, n, kind);
    });
    team.run(JOB.norm, groups, false, s.x, s.y, s.h, 0, dim, 0, n);
  }

  /**
   * Logits of the token in row `row` of the last run.
   * @param tiles the tiles of 16 vocabulary rows that are wanted, ascending; all of them when absent
   */
  logits(row: number, kind: 'exact' | 'fast', tiles?: ArrayLike<number>): void {
    const { config, state: s, team, vocabulary, weights, record, eps } = this.#model;
    const x = s.x + row * config.dim * 4;
    const form = formBit(weights.head.format, kind);
    team.run(JOB.norm, 1, false, x, 0, s.h, weights.outputNorm, config.dim, eps, 1, record, form);
    for (const { matrix, first } of vocabulary.head(tiles)) {
      this.#multiply(s.logits + first * 4, 0, [matrix], s.h, 1, kind);
    }
  }

  /** x += y; then h, and what the next matrices read, are x normed. */
  #norm(y: number, weight: number, n: number, formBits: number): void {
    const { config, state: s, team, record, eps } = this.#model;
    const chunks = Math.ceil(n / CHUNK_TOKENS);
    team.run(JOB.norm, chunks, false, s.x, y, s.h, weight, config.dim, eps, n, record, formBits);
  }

  /** out (n, stride) f32 = x, which has been prepared, times the matrices, their results side by side. */
  #multiply(out: number, stride: number, matrices: readonly Matrix[], x: number, n: number, kind: ProductKind): void {
    const { state: s, team, scratch } = this.#model;
    const a = s.activations;
    for (const m of matrices) {
      const { form, group, job } = m.format;
      const input = form === 'tables' ? a.tables : form === 'floats' ? x : a[form];
      const scales = form === 'bytes' ? a.byteScales : a.scales;
      const rows = form === 'tables' ? roundUp(m.rows, TILE_ROWS) : m.rows;
      const chunkRows = this.#chunkRows(rows, n);
      team.run(
        job[kind],
        Math.ceil(rows / chunkRows),
        true,
        ...[out, stride, m.address, rows, m.cols, group, input, scales, a.sums, n, chunkRows, scratch],
      );
      out += m.rows * 4;
    }
  }

  /**
   * Of a few tokens many small chunks; of many tokens as few as there are threads, since each makes tables of its own, or
   * as many times that as a server's room asks for.
   */
  #chunkRows(rows: number, n: number): number {
    const { threads } = this.#model.team;
    if (threads === 1) return rows;
    const most = Math.floor(RESULT_BYTES / (4 * n * CHUNK_ROWS)) * CHUNK_ROWS;
    const chunks = threads * (n > TABLE_TOKENS ? Math.ceil(rows / (threads * most)) : CHUNKS_PER_THREAD);
    const fair = roundUp(Math.ceil(rows / chunks), CHUNK_ROWS);
    const least = roundUp(Math.ceil(rows / MAX_CHUNKS), CHUNK_ROWS);
    return Math.max(least, Math.min(fair, most));
  }
}

/** The matrices of one layer, those stacked that share their input. */
interface LayerJobs {
  readonly qkv: readonly Matrix[];
  readonly attnOut: readonly Matrix[];
  readonly gateUp: readonly Matrix[];
  readonly down: readonly Matrix[];
}

/** The forms of activations that matrices want, as bits. */
function forms(matrices: readonly Matrix[], kind: ProductKind): number {
  return matrices.reduce((bits, m) => bits | formBit(m.format, kind), 0);
}
