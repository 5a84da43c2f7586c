/**
 * What the published models are known to say: token ids that llama.cpp and other exact implementations agree on.
 * Sources: cryptoAGI/bankml (oracles, checked against llama.cpp b11192) and the Katali runtime.
 */

export interface GoldenPrompt {
  readonly text: string;
  readonly tokens: readonly number[];
}

export interface GoldenAnswer extends GoldenPrompt {
  /** Greedy continuation, as far as it is known. */
  readonly answer: readonly number[];
  /** The same as text, where the tokens are not known to the end. */
  readonly answerText?: string;
}

/** A turn of the Bonsai chat template: thinking is off, its block empty. */
const chat = (user: string): string =>
  `<|im_start|>user\n${user}<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n`;

const CAPITAL: GoldenPrompt = { text: 'The capital of France is', tokens: [785, 6722, 315, 9625, 374] };

/** How every Bonsai model splits these; control tokens are recognized. */
export const GOLDEN_PROMPTS: readonly GoldenPrompt[] = [
  CAPITAL,
  {
    text: chat('The capital of France is'),
    tokens: [151644, 872, 198, 785, 6722, 315, 9625, 374, 151645, 198, 151644, 77091, 198, 151667, 271, 151668, 271],
  },
  {
    text: chat('What is the capital of France?'),
    tokens: [
      151644, 872, 198, 3838, 374, 279, 6722, 315, 9625, 30, 151645, 198, 151644, 77091, 198, 151667, 271, 151668, 271,
    ],
  },
];

/** By the model's name in the catalog. */
export const GOLDEN_ANSWERS: Readonly<Record<string, readonly GoldenAnswer[]>> = {
  'bonsai-1.7b': [{ ...GOLDEN_PROMPTS[1]!, answer: [785], answerText: 'The capital of France is **Paris**.' }],
  'bonsai-4b': [{ ...CAPITAL, answer: [12095, 13, 12095, 374, 279] }],
  'bonsai-8b': [{ ...CAPITAL, answer: [12095, 13, 12095, 374, 279, 6722, 315, 9625, 13, 12095, 374, 279] }],
};
