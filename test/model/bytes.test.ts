import t from 'tap';
import { parseBytes } from '../../src/model/bytes.ts';

t.test('sizes as people write them', async (t) => {
  t.equal(parseBytes('400M'), 400 * 1048576);
  t.equal(parseBytes('1.5G'), 1.5 * 1073741824);
  t.equal(parseBytes('64 KiB'), 65536);
  t.equal(parseBytes('123'), 123);
  for (const bad of ['', 'M', '4X', '-1M', '1e3', '4M5']) t.throws(() => parseBytes(bad), { code: 'bad-size' }, bad);
});
