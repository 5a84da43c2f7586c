import t from 'tap';
import { nearest } from '../../src/config/nearest.ts';
import { parseSize } from '../../src/size.ts';
import { slug } from '../../src/config/slug.ts';

t.test('slugs', (t) => {
  for (const [name, id] of [
    ['kitchen light', 'kitchen-light'],
    ['  Tim’s café -- lamp! ', 'tims-cafe-lamp'],
    ['under_score', 'under_score'],
    ['!?', ''],
  ] as const) {
    t.equal(slug(name), id);
  }
  t.end();
});

t.test('sizes', (t) => {
  for (const [text, bytes] of [
    ['1048576', 2 ** 20],
    ['64K', 2 ** 16],
    ['512MiB', 2 ** 29],
    ['64 mb', 2 ** 26],
    ['1.5G', 1.5 * 2 ** 30],
    ['10b', 10],
  ] as const) {
    t.equal(parseSize(text), bytes, text);
  }
  for (const text of ['', 'lots', '-1', '1T', '5 m m']) t.throws(() => parseSize(text), { code: 'bad-size' });
  t.end();
});

t.test('nearest words', (t) => {
  const words = ['light', 'plug', 'fan', 'lock', 'robot'];
  for (const [word, near] of [
    ['lihgt', 'light'],
    ['ligth', 'light'],
    ['Robot', 'robot'],
    ['fna', 'fan'],
    ['rob0t', 'robot'],
    ['zebra', undefined],
    ['', undefined],
  ] as const) {
    t.equal(nearest(word, words), near, word);
  }
  t.end();
});
