import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import t from 'tap';
import { noPass, sourceRange, textPass } from '../../src/text/passes.ts';

/** From build/test/text up to the repository. */
const GOLDEN = fileURLToPath(new URL('../../../test/golden/text-passes.json', import.meta.url));

t.test('the runtime reads every text as the trainer does', async (t) => {
  const vectors = JSON.parse(readFileSync(GOLDEN, 'utf8')) as { in: string; out: string; where: Run[] }[];
  t.ok(vectors.length > 500, `${vectors.length} vectors`);
  for (const { in: said, out, where } of vectors) {
    const passed = textPass(said);
    const found = { out: passed.text, where: runsOf(passed.toSource) };
    if (!isDeepStrictEqual(found, { out, where })) t.same(found, { out, where }, JSON.stringify(said));
  }
});

/** So many units in a row of the passed text came from [start, end) of what was said. */
type Run = [units: number, start: number, end: number];

function runsOf(toSource: Uint32Array): Run[] {
  const runs: Run[] = [];
  for (let i = 0; i < toSource.length; i += 2) {
    const [start, end] = [toSource[i]!, toSource[i + 1]!];
    const last = runs.at(-1);
    if (last?.[1] === start && last[2] === end) last[0]++;
    else runs.push([1, start, end]);
  }
  return runs;
}

/** What was said where `words` stand in the passed text. */
function saidFor(said: string, words: string): string {
  const passed = textPass(said);
  const at = passed.text.indexOf(words);
  return said.slice(...sourceRange(passed, at, at + words.length));
}

t.test('every part of the passed text leads back to what was said', async (t) => {
  const leadsBack = (said: string, words: string, back: string): void => {
    t.equal(saidFor(said, words), back, `${words} of ${JSON.stringify(said)}`);
  };
  leadsBack('Turn on the Kitchen  Light, please', 'kitchen light', 'Kitchen  Light');
  leadsBack('turn forty-five degrees left', '45', 'forty-five');
  leadsBack('turn forty-five degrees left', '45 degrees', 'forty-five degrees');
  leadsBack('turn forty-five degrees left', 'left', 'left');
  leadsBack('set it to fifty per cent now', '50%', 'fifty per cent');
  leadsBack('set it to fifty per cent now', 'now', 'now');
  leadsBack('wait an hour and a half', '1.5 hour', 'an hour and a half');
  leadsBack('“Play ‘Für Elise’ by 🎹 Beethoven!”', '🎹 beethoven', '🎹 Beethoven');
  leadsBack('  \t Stop  the robot . ', 'stop the robot', 'Stop  the robot');
});

t.test('a text that is all enclosing signs is empty', async (t) => {
  const passed = textPass(' "?!" ');
  t.equal(passed.text, '');
  t.equal(passed.toSource.length, 0);
});

t.test('names of JavaScript objects are no numbers', async (t) => {
  for (const word of ['constructor', '__proto__', 'toString', 'a constructor', 'one constructor']) {
    t.equal(textPass(word).text, word.toLowerCase().replace('one', '1'));
  }
});

t.test('without a pass the text stays as it is, and every part is its own source', async (t) => {
  const said = 'Forty-Five  🎹 %';
  const passed = noPass(said);
  t.equal(passed.text, said);
  for (let start = 0; start < said.length; start++)
    t.same(sourceRange(passed, start, said.length), [start, said.length]);
});
