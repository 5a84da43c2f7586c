/**
 * The two matrices with a row for each token: the embedding, and the head that makes logits, often one and the same.
 * They are a sixth of a 1.7B model, and of each token only few rows are needed; where memory is short they stay in the
 * file (`paged`), and the rows wanted pass through a window of memory. The system keeps what it can of the file cached.
 */
import type { GgufFile, TensorInfo } from '../gguf/reader.ts';
import type { Kernels } from './kernels.ts';
import { matrixBytes, roundUp, TILE_ROWS, type Matrix } from './matrix.ts';

/** A run of vocabulary rows that lie in memory now. */
export interface Rows {
  readonly matrix: Matrix;
  /** Token of the first row. */
  readonly first: number;
}

/** Where paged rows come from, and the memory they pass through. */
export interface VocabularyWindow {
  readonly embedding: TensorInfo;
  readonly head: TensorInfo;
  readonly address: number; // (tiles) of 16 rows
  readonly tiles: number;
}

export class Vocabulary {
  readonly #embedding: Matrix;
  readonly #head: Matrix;
  readonly #kernels: Kernels;
  readonly #pages: Pages | undefined;

  /** @param pages absent: both matrices are in memory at their addresses */
  constructor(embedding: Matrix, head: Matrix, kernels: Kernels, pages?: Pages) {
    this.#embedding = embedding;
    this.#head = head;
    this.#kernels = kernels;
    this.#pages = pages;
  }

  /** out (dim) f32 = the embedding of a token. */
  embed(out: number, token: number): void {
    const { matrix, first } = this.#tileOf(token);
    matrix.format.embed(this.#kernels, out, matrix, token - first);
  }

  #tileOf(token: number): Rows {
    if (this.#pages === undefined) return { matrix: this.#embedding, first: 0 };
    return this.#pages.read('embedding', this.#embedding, Math.floor(token / TILE_ROWS), 1);
  }

  /**
   * The head's rows run by run, each to be used before the next is asked for.
   * @param tiles the tiles of 16 rows that are wanted, ascending; all of them when absent
   */
  *head(tiles?: ArrayLike<number>): Generator<Rows> {
    const { rows } = this.#head;
    if (tiles === undefined) yield* this.#run(0, roundUp(rows, TILE_ROWS) / TILE_ROWS);
    else yield* this.#runs(tiles);
  }

  *#runs(tiles: ArrayLike<number>): Generator<Rows> {
    for (let i = 0; i < tiles.length;) {
      const first = tiles[i]!;
      let end = first + 1;
      while (++i < tiles.length && tiles[i] === end) end++;
      yield* this.#run(first, end - first);
    }
  }

  *#run(first: number, tiles: number): Generator<Rows> {
    const head = this.#head;
    if (this.#pages === undefined) {
      const row = first * TILE_ROWS;
      const address = head.address + matrixBytes(head.format, row, head.cols);
      yield { matrix: { ...head, address, rows: Math.min(head.rows - row, tiles * TILE_ROWS) }, first: row };
      return;
    }
    for (let done = 0; done < tiles; done += this.#pages.tiles) {
      yield this.#pages.read('head', head, first + done, Math.min(this.#pages.tiles, tiles - done));
    }
  }
}

/** Rows of a matrix that is not in memory, read from its file when they are wanted. */
export class Pages {
  readonly tiles: number;
  readonly #file: GgufFile;
  readonly #window: VocabularyWindow;
  readonly #memory: WebAssembly.Memory;
  readonly #kernels: Kernels;
  readonly #scratch: number;

  /** @param scratch holds what repacking takes (weights.ts); the file stays open as long as the pages are used */
  constructor(file: GgufFile, window: VocabularyWindow, memory: WebAssembly.Memory, kernels: Kernels, scratch: number) {
    this.#file = file;
    this.#window = window;
    this.#memory = memory;
    this.#kernels = kernels;
    this.#scratch = scratch;
    this.tiles = window.tiles;
  }

  /** Brings tiles into the window, over what was there. */
  read(which: 'embedding' | 'head', whole: Matrix, tile: number, tiles: number): Rows {
    const { address } = this.#window;
    const first = tile * TILE_ROWS;
    const rows = Math.min(whole.rows - first, tiles * TILE_ROWS);
    const bytes = (rows * whole.cols * whole.format.groupBytes) / whole.format.group;
    const at = matrixBytes(whole.format, first, whole.cols);
    this.#file.readTensor(this.#window[which], new Uint8Array(this.#memory.buffer, address, bytes), at);
    const matrix = { ...whole, address, rows };
    whole.format.repack?.(this.#kernels, matrix, this.#scratch);
    return { matrix, first };
  }

  close(): void {
    this.#file.close();
  }
}
