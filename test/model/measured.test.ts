import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { Measured } from '../../src/model/measured.ts';

t.test('what was measured is there for the next process', async (t) => {
  const path = join(t.testdir(), 'folder', 'measured.json');
  t.equal(new Measured(path).recall('prefill'), undefined);
  new Measured(path).keep('prefill', 'small');
  new Measured(path).keep('other', 'many');
  t.equal(new Measured(path).recall('prefill'), 'small');
  t.equal(new Measured(path).recall('other'), 'many');
  t.same(readdirSync(join(path, '..')), ['measured.json'], 'nothing half-written is left');
});

t.test('a damaged file is as good as none, and is replaced', async (t) => {
  for (const damage of ['', '{', '[1]', 'null', '{"prefill":7}']) {
    const path = join(t.testdir(), 'measured.json');
    writeFileSync(path, damage);
    t.equal(new Measured(path).recall('prefill'), undefined, damage);
    new Measured(path).keep('prefill', 'many');
    t.equal(new Measured(path).recall('prefill'), 'many', damage);
  }
});

t.test('a place that cannot be written costs nothing but the time', async (t) => {
  const folder = t.testdir();
  mkdirSync(join(folder, 'measured.json'));
  const measured = new Measured(join(folder, 'measured.json'));
  measured.keep('prefill', 'many');
  t.equal(measured.recall('prefill'), undefined);
  t.same(readdirSync(folder), ['measured.json']);
});

t.test('the oldest entries go', async (t) => {
  const path = join(t.testdir(), 'measured.json');
  const measured = new Measured(path);
  for (let i = 0; i < 40; i++) measured.keep(`key ${i}`, 'many');
  measured.keep('key 10', 'small');
  t.equal(Object.keys(JSON.parse(readFileSync(path, 'utf8')) as object).length, 32);
  t.equal(measured.recall('key 7'), undefined);
  t.equal(measured.recall('key 10'), 'small');
});
