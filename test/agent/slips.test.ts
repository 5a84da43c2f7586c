import t from 'tap';
import { editDistance, meantBy, slipDistance, soundOf } from '../../src/agent/grounding/slips.ts';

t.test('edit distance: insertions, deletions, substitutions, swaps', async (t) => {
  for (const [a, b, edits] of [
    ['kitten', 'sitting', 3],
    ['', 'abc', 3],
    ['abc', 'abc', 0],
    ['kitchen', 'kithcen', 1],
    ['kitchen', 'kicthne', 2],
    ['lamp', 'clamps', 2],
  ] as const) {
    t.equal(editDistance(a, b), edits, `${a} ${b}`);
    t.equal(editDistance(b, a), edits);
  }
});

t.test('words that sound alike have one code', async (t) => {
  for (const [a, b] of [
    ['lite', 'light'],
    ['rum', 'room'],
    ['kitchin', 'kitchen'],
    ['lamb', 'lamm'],
    ['knight', 'night'],
    ['fone', 'phone'],
    ['cofee', 'koffee'],
    ['garaje', 'garage'],
    ['frunt', 'front'],
  ] as const) {
    t.equal(soundOf(a), soundOf(b), `${a} ${b}`);
  }
  for (const [a, b] of [
    ['bathroom', 'bedroom'],
    ['dining', 'living'],
    ['lock', 'unlock'],
    ['fan', 'van'],
    ['desk', 'dusty'],
  ] as const) {
    t.not(soundOf(a), soundOf(b), `${a} ${b}`);
  }
});

t.test('slips, and words that are none of one another', async (t) => {
  for (const [said, meant] of [
    ['lite', 'light'],
    ['rum', 'room'],
    ['dsk', 'desk'],
    ['bedrom', 'bedroom'],
    ['tabel', 'table'],
    ['spiker', 'speaker'],
    ['ihght', 'hight'],
    ['thermastat', 'thermostat'],
  ] as const) {
    t.ok(slipDistance(said, meant) !== undefined, `${said} ${meant}`);
  }
  for (const [said, meant] of [
    ['bathroom', 'bedroom'],
    ['dining', 'living'],
    ['door', 'drawer'],
    ['gate', 'garage'],
    ['moon', 'room'],
    ['hall', 'wall'],
    ['fan', 'van'],
    ['fon', 'fan'],
    ['left', 'loft'],
  ] as const) {
    if (said === 'left') t.equal(slipDistance(said, meant), 1, 'one letter');
    else t.equal(slipDistance(said, meant), undefined, `${said} ${meant}`);
  }
});

t.test('the one word that was meant, or none when two are equally near', async (t) => {
  t.equal(meantBy('lite', ['kitchen', 'light', 'fan']), 'light');
  t.equal(meantBy('lemp', ['lamp', 'desk']), 'lamp');
  t.equal(meantBy('lemp', ['lamp', 'limp']), undefined);
  t.equal(meantBy('sauna', ['lamp', 'kitchen']), undefined);
});
