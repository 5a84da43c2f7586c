/** The tokenizer of Qwen and Bonsai models, built from the published tiktoken ranks and the special tokens. */
import { readFileSync } from 'node:fs';
import { StringArray } from '../../src/gguf/strings.ts';
import { BYTE_TO_CHAR } from '../../src/tokenizer/alphabet.ts';
import type { TokenizerSource } from '../../src/tokenizer/tokenizer.ts';

/** Ids 151643 and up of Qwen3; from <tool_call> on user-defined ones come among them. */
const SPECIAL = [
  ...['<|endoftext|>', '<|im_start|>', '<|im_end|>', '<|object_ref_start|>', '<|object_ref_end|>', '<|box_start|>'],
  ...['<|box_end|>', '<|quad_start|>', '<|quad_end|>', '<|vision_start|>', '<|vision_end|>', '<|vision_pad|>'],
  ...['<|image_pad|>', '<|video_pad|>', '<tool_call>', '</tool_call>', '<|fim_prefix|>', '<|fim_middle|>'],
  ...['<|fim_suffix|>', '<|fim_pad|>', '<|repo_name|>', '<|file_sep|>', '<tool_response>', '</tool_response>'],
  ...['<think>', '</think>'],
];
const USER_DEFINED = /tool_|think|fim_|repo_name|file_sep/;

export function qwenSource(tiktokenPath: string): TokenizerSource {
  // latin1 holds one byte per character: a key for maps, and the way to the alphabet
  const tokens = readFileSync(tiktokenPath, 'latin1')
    .trimEnd()
    .split('\n')
    .map((line) => Buffer.from(line.split(' ')[0]!, 'base64').toString('latin1'));
  const rank = new Map(tokens.map((token, i) => [token, i]));
  const merges: string[] = [];
  for (const token of tokens) {
    if (token.length > 1) merges.push(lastPieces(token, rank).map(toAlphabet).join(' '));
  }
  return {
    tokens: StringArray.from([...tokens.map(toAlphabet), ...SPECIAL]),
    types: [...tokens.map(() => 1), ...SPECIAL.map((text) => (USER_DEFINED.test(text) ? 4 : 3))],
    merges: StringArray.from(merges),
    pre: 'qwen2',
    eosId: tokens.length + 2,
  };
}

/** The two pieces that BPE by rank, stopped before `token` itself, leaves of it. */
function lastPieces(token: string, rank: ReadonlyMap<string, number>): string[] {
  const limit = rank.get(token)!;
  const pieces = [...token];
  for (;;) {
    let best = limit;
    let at = -1;
    for (let i = 0; i + 1 < pieces.length; i++) {
      const candidate = rank.get(pieces[i]! + pieces[i + 1]!) ?? Infinity;
      if (candidate < best) [best, at] = [candidate, i];
    }
    if (at < 0) break;
    pieces.splice(at, 2, pieces[at]! + pieces[at + 1]!);
  }
  if (pieces.length !== 2) throw new Error(`token ${JSON.stringify(token)} is not made of two`);
  return pieces;
}

function toAlphabet(latin1: string): string {
  return Array.from(latin1, (char) => BYTE_TO_CHAR[char.charCodeAt(0)]!).join('');
}
