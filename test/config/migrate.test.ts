import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { parseDocument } from 'yaml';
import { migrateCommand } from '../../src/cli/migrate.ts';
import { loadConfig, parseConfig } from '../../src/config/load.ts';
import { MIGRATIONS, VERSION, migrate } from '../../src/config/migrate.ts';

const OLD = `# my house
version: 0
mqtt:
  server: mqtt://10.0.0.2:1883 # the attic
devices:
  - name: lamp # of the hall
    kind: light
`;

t.test('an older document is read as it is', async (t) => {
  const config = parseConfig(OLD, 'old.yaml', {});
  t.equal(config.mqtt.url, 'mqtt://10.0.0.2:1883');
  t.strictSame(
    config.things.map(({ id }) => id),
    ['lamp'],
  );
  t.throws(() => parseConfig(OLD.replace('kind: light', 'kind: lihgt'), 'old.yaml', {}), {
    message: /^old\.yaml:7:/,
  });
});

t.test('the file is rewritten on request only, with a backup, once', async (t) => {
  const folder = t.testdir({ 'tokonoma.yaml': OLD });
  const file = join(folder, 'tokonoma.yaml');
  loadConfig(file, {});
  t.equal(readFileSync(file, 'utf8'), OLD, 'reading changes nothing');
  const said: string[] = [];
  const run = (): Promise<number> => migrateCommand(['--config', file, '--json'], { write: (text) => said.push(text) });
  t.equal(await run(), 0);
  const text = readFileSync(file, 'utf8');
  t.equal(
    text,
    OLD.replace('version: 0', 'version: 1').replace('server:', 'url:').replace('devices:', 'things:'),
    'comments stay',
  );
  const backups = readdirSync(folder).filter((name) => name.endsWith('.bak'));
  t.equal(readFileSync(join(folder, backups[0]!), 'utf8'), OLD);
  t.equal(await run(), 0);
  t.match(JSON.parse(said[1]!), { backup: null, migrations: [] });
  t.equal(readFileSync(file, 'utf8'), text);
});

t.test('what is not valid is not rewritten', async (t) => {
  const folder = t.testdir({ 'tokonoma.yaml': `${OLD}    colour: red\n` });
  const file = join(folder, 'tokonoma.yaml');
  await t.rejects(migrateCommand(['--config', file]), { code: 'config-invalid' });
  t.strictSame(readdirSync(folder), ['tokonoma.yaml']);
});

t.test('steps follow one another; a version from the future is refused by the schema', async (t) => {
  const document = parseDocument('version: 5\na: 1 # kept\n');
  const steps = [5, 6].map((from) => ({
    from,
    summary: `step ${from}`,
    apply: (doc: typeof document) => doc.set(`b${from}`, true),
  }));
  t.equal(migrate(document as never, steps as never, 7).length, 2);
  t.equal(document.toString(), 'version: 7\na: 1 # kept\nb5: true\nb6: true\n');
  t.throws(() => parseConfig('version: 99', 'new.yaml', {}), { code: 'config-invalid' });
  t.strictSame(
    MIGRATIONS.map(({ from }) => from),
    Array.from({ length: VERSION }, (_, from) => from),
    'no gap between the versions',
  );
});
