import { readFileSync, writeFileSync } from 'node:fs';
import t from 'tap';
import { devicesPage } from './page.ts';

const PAGE = new URL('../../../docs/devices.md', import.meta.url);

t.test('docs/devices.md is what the kinds say', (t) => {
  if (process.env['UPDATE_DOCS'] === 'true') writeFileSync(PAGE, devicesPage());
  t.equal(readFileSync(PAGE, 'utf8'), devicesPage(), 'npm run docs writes it anew');
  t.end();
});
