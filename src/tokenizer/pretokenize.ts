/** Splitting of text into the words within which byte pairs may merge. */

// Unicode's White_Space instead of \s, which in JavaScript adds U+FEFF and lacks U+0085.
const S = '\\p{White_Space}';

/** By `tokenizer.ggml.pre`; the sources are llama.cpp's llama-vocab.cpp (LLAMA_VOCAB_PRE_TYPE_QWEN2). */
const PATTERNS: Readonly<Record<string, string>> = {
  qwen2:
    "(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])" +
    '|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+' +
    '|\\p{N}' +
    `| ?[^${S}\\p{L}\\p{N}]+[\\r\\n]*` +
    `|${S}*[\\r\\n]+` +
    `|${S}+(?!\\P{White_Space})` +
    `|${S}+`,
};

export const PRE_TOKENIZERS: readonly string[] = Object.keys(PATTERNS);

/** A regular expression whose successive matches are the words of a text, without gaps; undefined for unknown names. */
export function wordPattern(pre: string): RegExp | undefined {
  const pattern = Object.hasOwn(PATTERNS, pre) ? PATTERNS[pre] : undefined;
  return pattern === undefined ? undefined : new RegExp(pattern, 'gu');
}
