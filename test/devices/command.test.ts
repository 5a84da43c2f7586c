import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { devicesCommand } from '../../src/cli/devices.ts';

async function output(...argv: string[]): Promise<string> {
  let text = '';
  t.equal(await devicesCommand(argv, { write: (part) => (text += part) }), 0);
  return text;
}

t.test('the demo as a table', async (t) => {
  const lines = (await output()).split('\n');
  t.match(lines[0], /^thing +kind +area +actions +topic below tokonoma\/demo\/$/);
  t.match(
    lines.find((line) => line.startsWith('desk lamp')),
    /light +office +light\.set +desk-lamp$/,
  );
  t.match(
    lines.find((line) => line.startsWith('temperature/kitchen')),
    /temperature +kitchen +°C +tokonoma\/demo\/sensor/,
  );
  t.equal(lines.length, 1 + 14 + 1 + 1 + 6 + 1);
});

t.test('a file as JSON, without its secrets', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tokonoma-devices-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'tokonoma.yaml');
  writeFileSync(
    file,
    `version: 1
node: { name: barn }
mqtt: { url: "mqtt://me:hunter2@broker:1884", password: hunter3 }
things: [{ name: big lamp, kind: light, area: loft }]
sensors: [{ name: motion/loft, kind: motion }]
`,
  );
  const text = await output('--config', file, '--json');
  t.notMatch(text, /hunter/);
  t.match(JSON.parse(text), {
    node: 'barn',
    base: 'tokonoma/barn',
    things: [
      {
        id: 'big-lamp',
        name: 'big lamp',
        kind: 'light',
        area: 'loft',
        topic: 'tokonoma/barn/big-lamp',
        actions: ['light.set'],
        td: { id: 'urn:tokonoma:barn:big-lamp', forms: [{ href: /^mqtt:\/\/broker:1884/ }] },
      },
    ],
    sensors: [{ name: 'motion/loft', kind: 'motion', topic: 'tokonoma/barn/sensor/motion/loft' }],
  });
});

t.test('wrong use', async (t) => {
  await t.rejects(devicesCommand(['--colour']), { code: 'bad-usage', message: /--colour[^]*tokonoma devices/ });
  await t.rejects(devicesCommand(['--config', '/nowhere.yaml']), { code: 'config-not-found' });
});
