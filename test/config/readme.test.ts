/** What the README shows must work. */
import { readFileSync } from 'node:fs';
import t from 'tap';
import { buildThings, parseConfig } from '../../src/config/load.ts';
import { systemClock } from '../../src/clock.ts';

t.test("the README's configuration is valid and makes its things", async (t) => {
  const readme = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');
  const yaml = /```yaml\n(.*?)```/s.exec(readme)![1]!;
  const config = parseConfig(yaml, 'README.md');
  t.equal(config.node.base, 'tokonoma/workshop');
  const things = buildThings(config, { clock: systemClock, instant: true });
  t.same(
    things.map(({ description }) => description.id),
    ['bench-light', 'dust-extractor'],
  );
  t.match(config.sensors, [{ name: 'temperature/workshop', kind: 'temperature' }]);
});
