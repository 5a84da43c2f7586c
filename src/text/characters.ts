/** Stage 1 and 2 of the text pass: characters made plain, then words, numbers and signs, each with its place. */

export interface Token {
  readonly text: string;
  /** A blank stands before it. */
  readonly blank: boolean;
  /** [start, end) of what was said, UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

const BLANK = /[\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]/;
const PLAIN: Readonly<Record<string, string>> = {
  ...{ '’': "'", '‘': "'", ʼ: "'" },
  ...{ '“': '"', '”': '"', '„': '"' },
  ...{ '–': '-', '—': '-' },
};
const TOKEN = /[a-z'\u0080-\u{10ffff}]+|[0-9]+(?:\.[0-9]+)?|[^ ]/gu;

/**
 * Words (letters, apostrophes, and all beyond ASCII, so that no "ten" is seen in "söten"), numbers, and any other
 * single character of `said`, in lower case.
 */
export function tokenize(said: string): Token[] {
  const { text, at } = plainCharacters(said);
  return Array.from(text.matchAll(TOKEN), ({ 0: token, index }) => ({
    text: token,
    blank: index > 0 && text[index - 1] === ' ',
    start: at[index]!,
    end: at[index + token.length - 1]! + 1,
  }));
}

/** The same text in plain characters, and for each UTF-16 unit its place in `said`: for a run of blanks its first. */
function plainCharacters(said: string): { text: string; at: Uint32Array } {
  const at = new Uint32Array(said.length);
  let text = '';
  let position = 0;
  for (const char of said) {
    const isBlank = BLANK.test(char);
    if (!isBlank || !text.endsWith(' ')) {
      for (let i = 0; i < char.length; i++) at[text.length + i] = position + i;
      text += isBlank ? ' ' : plain(char);
    }
    position += char.length;
  }
  return { text, at: at.subarray(0, text.length) };
}

/** Never changes the length: places stay one to one. */
function plain(char: string): string {
  const lower = char.toLowerCase();
  return PLAIN[char] ?? (char.length === 1 && lower.length === 1 ? lower : char);
}
