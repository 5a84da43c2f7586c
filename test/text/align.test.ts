import t from 'tap';
import { Alignment } from '../../src/text/align.ts';

/** What was said for `words` of what was heard. */
function saidFor(said: string, heard: string, words: string): string | undefined {
  const at = heard.indexOf(words);
  const range = new Alignment(said, heard).range(at, at + words.length);
  return range === undefined ? undefined : said.slice(...range);
}

t.test('where words put right were said', async (t) => {
  const cases: [said: string, heard: string, words: string, back: string | undefined][] = [
    ['turn it off', 'turn the desk lamp off', 'desk lamp', 'it'],
    ['turn it off', 'turn the desk lamp off', 'off', 'off'],
    ['the living rum lamp', 'the living room lamp', 'living room lamp', 'living rum lamp'],
    ['the livingroom Lamp on', 'the living room lamp on', 'living room', 'livingroom'],
    ['the bed room lamp', 'the bedroom lamp', 'bedroom lamp', 'bed room lamp'],
    ['light a on, no, light b on', 'light b on', 'light b', 'light b'],
    ['on', 'turn it on now', 'now', undefined],
    ['', 'lamp', 'lamp', undefined],
    ['x y z', 'a b c', 'b', 'x y z'],
  ];
  for (const [said, heard, words, back] of cases) t.equal(saidFor(said, heard, words), back, `${said} / ${heard}`);
});

t.test('texts that have nothing in common cost little', async (t) => {
  const [said, heard] = ['a '.repeat(2000), 'b '.repeat(2000)];
  t.same(new Alignment(said, heard).range(0, 1), [0, said.length - 1]);
});
