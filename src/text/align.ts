/** Two wordings of one sentence laid side by side: where the words of the one stand in the other. */
import { tokenize, type Token } from './characters.ts';

/** More comparisons than this are not made: texts so long and so different say nothing about each other. */
const MAX_CELLS = 250_000;

export class Alignment {
  readonly #said: readonly Token[];
  readonly #heard: readonly Token[];
  /** For each token of what was heard its token in what was said; -1: it stands for other words, or for none. */
  readonly #at: Int32Array;

  /** @param heard the same with words put right, replaced or left out */
  constructor(said: string, heard: string) {
    this.#said = tokenize(said);
    this.#heard = tokenize(heard);
    this.#at = aligned(this.#said, this.#heard);
  }

  /** [start, end) of what was said that [start, end) of what was heard came from; undefined: from nothing that was said. */
  range(start: number, end: number): readonly [start: number, end: number] | undefined {
    const first = this.#heard.findIndex((token) => token.end > start);
    const last = this.#heard.findLastIndex((token) => token.start < end);
    if (first < 0 || last < first) return undefined;
    // What was replaced stands for all the words between its neighbours.
    let before = first;
    while (before >= 0 && this.#at[before]! < 0) before--;
    let after = last;
    while (after < this.#heard.length && this.#at[after]! < 0) after++;
    const from = before < 0 ? 0 : this.#at[before]! + (before === first ? 0 : 1);
    const to = after === this.#heard.length ? this.#said.length - 1 : this.#at[after]! - (after === last ? 0 : 1);
    return from > to ? undefined : [this.#said[from]!.start, this.#said[to]!.end];
  }
}

/** By the longest common subsequence; what both begin and end with is no question. */
function aligned(said: readonly Token[], heard: readonly Token[]): Int32Array {
  const at = new Int32Array(heard.length).fill(-1);
  const isSame = (i: number, j: number): boolean => said[i]!.text === heard[j]!.text;
  const shorter = Math.min(said.length, heard.length);
  // The end first: who corrects himself says what counts last.
  let tail = 0;
  while (tail < shorter && isSame(said.length - 1 - tail, heard.length - 1 - tail)) {
    tail++;
    at[heard.length - tail] = said.length - tail;
  }
  let head = 0;
  while (head < shorter - tail && isSame(head, head)) at[head] = head++;
  const [rows, columns] = [said.length - head - tail, heard.length - head - tail];
  if (rows * columns > MAX_CELLS) return at;
  // (rows + 1, columns + 1) length of what said[head + i..] and heard[head + j..] have in common
  const width = columns + 1;
  const common = new Uint16Array((rows + 1) * width);
  for (let i = rows - 1; i >= 0; i--) {
    for (let j = columns - 1; j >= 0; j--) {
      common[i * width + j] = isSame(head + i, head + j)
        ? common[(i + 1) * width + j + 1]! + 1
        : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!);
    }
  }
  for (let i = 0, j = 0; i < rows && j < columns;) {
    if (isSame(head + i, head + j)) at[head + j++] = head + i++;
    else if (common[(i + 1) * width + j]! >= common[i * width + j + 1]!) i++;
    else j++;
  }
  return at;
}
