import t from 'tap';
import { TokenTable, type TokenVocabulary } from '../../src/grammar/token-table.ts';
import { Random } from '../support/random.ts';

/** A vocabulary of these tokens; `control` are the ids of control tokens. */
function vocabularyOf(tokens: readonly Uint8Array[], control: ReadonlySet<number> = new Set()): TokenVocabulary {
  const offsets = new Uint32Array(tokens.length + 1);
  for (const [i, token] of tokens.entries()) offsets[i + 1] = offsets[i]! + token.length;
  return {
    size: tokens.length,
    eosId: 0,
    vocabulary: { bytes: Buffer.concat(tokens), offsets },
    bytes: (id) => tokens[id]!,
    isControl: (id) => control.has(id),
    idOf: () => undefined,
    encode: () => [],
  };
}

const BYTES = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));

t.test('tokens stand in the order of their bytes, whatever they have in common', async (t) => {
  const random = new Random(7);
  const int = (below: number): number => Math.floor(random.next() * below);
  const tokens = [...BYTES];
  // Few different bytes, the least and the greatest among them, make long common beginnings, equal tokens, and tokens
  // that end where others go on with zeros.
  const letters = [0, 0, 0, 1, 97, 98, 254, 255];
  for (let i = 0; i < 6000; i++) {
    tokens.push(Uint8Array.from({ length: 1 + int(14) }, () => letters[int(i % 2 === 0 ? 2 : letters.length)]!));
  }
  const table = new TokenTable(vocabularyOf(tokens));
  const wanted = tokens.map((_, id) => id).sort((a, b) => Buffer.compare(tokens[a]!, tokens[b]!) || a - b);
  t.strictSame([...table.ids], wanted);
  t.equal(table.longest, 14);
  for (const [i, id] of wanted.entries()) {
    const bytes = Array.from({ length: table.lengthOf(i) }, (_, depth) => table.byteAt(i, depth));
    if (Buffer.compare(Uint8Array.from(bytes), tokens[id]!) !== 0) t.fail(`bytes of entry ${i}`);
  }
});

t.test('only text is in it: no control token, no empty one', async (t) => {
  const tokens = [...BYTES, Buffer.from('<|end|>'), new Uint8Array(), Buffer.from('lamp')];
  const table = new TokenTable(vocabularyOf(tokens, new Set([256])));
  t.equal(table.length, 257);
  t.strictSame(
    [255, 256, 257, 258, 259, -1].map((id) => table.isText(id)),
    [true, false, false, true, false, false],
  );
});
