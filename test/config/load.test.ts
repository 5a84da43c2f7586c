import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { parseConfig, loadConfig, buildThings } from '../../src/config/load.ts';
import type { Config } from '../../src/config/types.ts';
import { codeOf, messageOf } from '../../src/errors.ts';
import { FakeClock } from '../devices/fake-clock.ts';

const parse = (text: string, env: Record<string, string> = {}): Config => parseConfig(text, 'home.yaml', env);

/** The message of the `config-invalid` that this text must be answered with. */
function fault(t: { equal: (a: unknown, b: unknown, m: string) => unknown }, text: string, env = {}): string {
  try {
    parse(text, env);
  } catch (error) {
    t.equal(codeOf(error), 'config-invalid', text);
    return messageOf(error);
  }
  throw new Error(`accepted: ${text}`);
}

t.test('the smallest file has every default', (t) => {
  const config = parse('version: 1', { XDG_STATE_HOME: '/state' });
  t.same(config, {
    file: 'home.yaml',
    node: { name: 'home', base: 'tokonoma/home' },
    mqtt: { host: '127.0.0.1', port: 1883 },
    http: { enabled: true, host: '127.0.0.1', port: 8080, anyPort: true, origins: [], names: [] },
    homeassistant: { enabled: true, prefix: 'homeassistant' },
    data: '/state/tokonoma/home',
    things: [],
    sensors: [],
    policy: {},
    safety: { contact_s: 5 },
    gpio: { backend: 'auto' },
  });
  t.end();
});

t.test('everything said is taken', (t) => {
  const config = parse(
    `version: 1
node: { name: barn, base: farm/barn }
mqtt: { url: "mqtts://broker:8883", username: me, password_env: PW }
model: bonsai-1.7b
memory: 512MiB
context: 512
threads: 4
precision: fast
data: state
things:
  - { name: Grill lamp, kind: light, area: yard, synonyms: [grill], nouns: [lantern], color: true }
  - { id: pump, name: Water pump, kind: plug, driver: simulated, safe: off }
sensors:
  - { name: moisture/bed, kind: humidity, topic: garden/bed, path: a.b, unit: "%", area: garden, device: pump, initial: 3 }
`,
    { PW: 'secret' },
  );
  t.same(config.node, { name: 'barn', base: 'farm/barn' });
  t.match(config.mqtt, { url: 'mqtts://broker:8883', username: 'me', password: 'secret' });
  t.match(config, { model: 'bonsai-1.7b', memory: 512 * 2 ** 20, data: join(process.cwd(), 'state') });
  t.match(config, { context: 512, threads: 4, precision: 'fast' });
  t.match(parse('version: 1\nmodel: auto\nmemory: auto'), { model: 'auto', memory: 'auto' });
  t.same(config.things, [
    {
      id: 'grill-lamp',
      name: 'Grill lamp',
      kind: 'light',
      driver: 'simulated',
      area: 'yard',
      synonyms: ['grill'],
      nouns: ['lantern'],
      options: { color: true },
    },
    { id: 'pump', name: 'Water pump', kind: 'plug', driver: 'simulated', options: { safe: 'off' } },
  ]);
  t.match(config.sensors, [{ name: 'moisture/bed', topic: 'garden/bed', path: 'a.b', device: 'pump', initial: 3 }]);
  t.equal(parse('version: 1\nsensors: [{name: a/b, kind: battery}]').sensors[0]?.topic, 'tokonoma/home/sensor/a/b');
  t.end();
});

t.test('things are built in their order, and do what they are told', async (t) => {
  const config = parse('version: 1\nthings: [{name: b, kind: plug}, {name: a, kind: light, brightness: false}]');
  const things = buildThings(config, { clock: new FakeClock(), instant: true });
  t.same(
    things.map((thing) => thing.description.id),
    ['b', 'a'],
  );
  await things[1]!.driver.invoke('light.set', { power: 'on' }, new AbortController().signal);
  t.same(things[1]!.driver.state(), { state: 'ON' });
});

t.test('errors say file, line, column and path', (t) => {
  const table: [text: string, where: string, what: RegExp][] = [
    ['node: { name: a }', 'home.yaml:1:1: ', /"version" is missing/],
    ['version: 2', 'home.yaml:1:10: version: ', /must be 1/],
    ['version: 1\n\nthigns: []', 'home.yaml:3:1: thigns: ', /unknown key; did you mean "things"\?/],
    ['version: 1\nzebra: 1', 'home.yaml:2:1: zebra: ', /unknown key; known are version, node/],
    ['version: 1\nnode: { name: My House }', 'home.yaml:2:15: node.name: ', /must match pattern/],
    ['version: 1\nnode: { name: a, base: "a/#" }', 'home.yaml:2:24: node.base: ', /must match pattern/],
    ['version: 1\nmqtt:\n  port: 70000', 'home.yaml:3:9: mqtt.port: ', /must be <= 65535/],
    ['version: 1\nmqtt:\n  prot: 1', 'home.yaml:3:3: mqtt.prot: ', /did you mean "port"/],
    ['version: 1\nmemory: automatic', 'home.yaml:2:9: memory: ', /must match pattern/],
    ['version: 1\ncontext: 0', 'home.yaml:2:10: context: ', /must be >= 1/],
    ['version: 1\nprecision: good', 'home.yaml:2:12: precision: ', /must be one of exact, fast, auto/],
    ['version: 1\nmemory: lots', 'home.yaml:2:9: memory: ', /must match pattern/],
    ['version: 1\nthings:\n  - name: x\n    kind: lihgt', 'home.yaml:4:11: things[0].kind: ', /did you mean "light"\?/],
    ['version: 1\nthings:\n  - name: x\n    kind: 5', 'home.yaml:4:11: things[0].kind: ', /kinds are light, plug/],
    ['version: 1\nthings:\n  - name: x', 'home.yaml:3:5: things[0]: ', /"kind" is missing; kinds are light/],
    ['version: 1\nthings:\n  - kind: light', 'home.yaml:3:5: things[0]: ', /"name" is missing/],
    [
      'version: 1\nthings:\n  - name: 7\n    kind: fan',
      'home.yaml:3:11: things[0].name: ',
      /must be string \(put it into quotes\)/,
    ],
    [
      'version: 1\nthings:\n  - name: x\n    kind: light\n    colour: true',
      'home.yaml:5:5: things[0].colour: ',
      /did you mean "color"/,
    ],
    [
      'version: 1\nthings:\n  - name: x\n    kind: fan\n    color: true',
      'home.yaml:5:5: things[0].color: ',
      /unknown key/,
    ],
    [
      'version: 1\nthings:\n  - name: x\n    kind: fan\n    levels: 0',
      'home.yaml:5:13: things[0].levels: ',
      /must be >= 1/,
    ],
    [
      'version: 1\nthings:\n  - name: x\n    kind: plug\n    safe: maybe',
      'home.yaml:5:11: things[0].safe: ',
      /must be one of keep, off/,
    ],
    [
      'version: 1\nthings:\n  - name: x\n    kind: fan\n    driver: simulatde',
      'home.yaml:5:13: things[0].driver: ',
      /did you mean "simulated"\? drivers are simulated/,
    ],
    [
      'version: 1\nthings:\n  - name: x\n    kind: fan\n    id: A b',
      'home.yaml:5:9: things[0].id: ',
      /must match pattern/,
    ],
    [
      'version: 1\nthings:\n  - name: x\n    kind: fan\n    id: bridge',
      'home.yaml:5:9: things[0].id: ',
      /topic of the runtime/,
    ],
    [
      'version: 1\nthings:\n  - name: Stop!\n    kind: fan',
      'home.yaml:3:11: things[0].name: ',
      /"stop" is a topic of the runtime/,
    ],
    ['version: 1\nthings:\n  - name: "!?"\n    kind: fan', 'home.yaml:3:11: things[0].name: ', /no id can be made/],
    [
      'version: 1\nthings:\n  - {name: a b, kind: fan}\n  - {name: A-B, kind: fan}',
      'home.yaml:4:12: things[1].name: ',
      /"a-b" is taken by things\[0\]/,
    ],
    [
      'version: 1\nthings:\n  - {name: r, kind: robot, places: {hall: [1]}}',
      'home.yaml:3:43: things[0].places.hall: ',
      /2 items/,
    ],
    [
      'version: 1\nthings:\n  - {name: r, kind: robot, places: {hall: [1, 2]}, objects: {cup: hal}}',
      'home.yaml:3:67: things[0].objects.cup: ',
      /did you mean "hall"/,
    ],
    ['version: 1\nsensors:\n  - {name: T, kind: battery}', 'home.yaml:3:12: sensors[0].name: ', /must match pattern/],
    [
      'version: 1\nsensors:\n  - {name: t, kind: warmth}',
      'home.yaml:3:21: sensors[0].kind: ',
      /must be one of temperature, .*contact, motion/,
    ],
    [
      'version: 1\nsensors:\n  - {name: t, kind: battery, topic: "a/+"}',
      'home.yaml:3:37: sensors[0].topic: ',
      /must match pattern/,
    ],
    [
      'version: 1\nsensors:\n  - {name: t, kind: battery}\n  - {name: t, kind: battery}',
      'home.yaml:4:12: sensors[1].name: ',
      /taken by sensors\[0\]/,
    ],
    [
      'version: 1\nthings: [{name: robot, kind: robot}]\nsensors:\n  - {name: t, kind: battery, device: robbot}',
      'home.yaml:4:38: sensors[0].device: ',
      /did you mean "robot"/,
    ],
    ['version: 1\nmqtt: {url: "mqtt://x", port: 1}', 'home.yaml:2:25: mqtt.port: ', /for the embedded broker/],
    ['version: 1\nmqtt: {url: "mqtt://x", ca: a.pem}', 'home.yaml:2:25: mqtt.ca: ', /begins with mqtts or wss/],
    ['version: 1\nmqtt: {url: "mqtts://x", cert: a.pem}', 'home.yaml:2:26: mqtt.cert: ', /both cert and key/],
    ['version: 1\nmqtt: {password_file: ./nowhere}', 'home.yaml:2:23: mqtt.password_file: ', /ENOENT/],
    ['version: 1\nmqtt: {password: a, password_env: B}', 'home.yaml:2:21: mqtt.password_env: ', /give one of/],
    ['version: 1\nmqtt: {password_env: NOPE}', 'home.yaml:2:22: mqtt.password_env: ', /no environment variable/],
    ['version: 1\nversion: 1', 'home.yaml:2:1: ', /this key is there twice/],
    ['version: 1\nthings: [', 'home.yaml:2:10: ', /not valid YAML/],
    ['version: 1\n\tthings: 1', 'home.yaml:2:1: ', /not valid YAML/],
    ['', 'home.yaml:1:1: ', /must be object/],
    ['- a', 'home.yaml:1:1: ', /must be object/],
  ];
  for (const [text, where, what] of table) {
    const message = fault(t, text);
    t.equal(message.slice(0, where.length), where, `${text} → ${message}`);
    t.match(message, what, text);
  }
  t.end();
});

t.test('several faults are told at once, up to ten', (t) => {
  const message = fault(t, 'version: 2\nfoo: 1\nthings:\n  - name: x\n    kind: y');
  t.match(message.split('\n'), [/foo/, /version/, /things\[0\]\.kind/]);
  const many = `version: 1\nthings:\n${'  - {kind: fan}\n'.repeat(12)}`;
  t.equal(fault(t, many).split('\n').length, 11);
  t.match(fault(t, many), /… and 2 more/);
  t.end();
});

t.test('secrets are in no message', (t) => {
  const table = [
    'version: 1\nmqtt: { password: [hunter2] }',
    'version: 1\nmqtt: { password: *hunter2 }',
    'version: 1\nmqtt: { password: !hunter2 x }',
    'version: 1\nmqtt: { password: @hunter2 }',
    'version: 1\nmqtt: { password: "hunter2 }',
    'version: 1\nmqtt: { password: "hunter2" "hunter2" }',
    'version: 1\nmqtt:\n  password: hunter2: hunter2',
    'version: 1\nmqtt:\n  password: "\\hunter2"',
    'version: 1\nmqtt: { password: 0, url: "http://me:hunter2@host" }',
    'version: 1\nmqtt: { password: hunter2, password_env: HUNTER }',
  ];
  for (const text of table) t.notMatch(fault(t, text, { HUNTER: 'hunter2' }), /hunter2/, text);
  t.end();
});

t.test('an alias bomb is refused', (t) => {
  const levels = Array.from({ length: 9 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(', ')}]`);
  t.match(fault(t, `version: 1\na0: &a0 [x]\n${levels.join('\n')}`), /alias/);
  t.end();
});

t.test('files: read, absent, relative data directory', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tokonoma-config-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'tokonoma.yaml');
  writeFileSync(file, 'version: 1\ndata: state\n');
  t.match(loadConfig(file), { file, data: join(folder, 'state') });
  t.throws(() => loadConfig(join(folder, 'absent.yaml')), {
    code: 'config-not-found',
    message: /absent\.yaml.*ENOENT/,
  });
  t.throws(() => loadConfig(folder), { code: 'config-not-found', message: /EISDIR/ });
  t.end();
});

t.test('voice pipelines: absent unless there is a section, and on loopback', (t) => {
  t.same(parse('version: 1\nwyoming: {}\nhermes: {}').wyoming, {
    host: '127.0.0.1',
    port: 10_800,
    clients: [],
    announce: true,
  });
  t.same(parse('version: 1\nhermes: {}').hermes, { dialogue: 'external' });
  const off = parse('version: 1\nwyoming: { enabled: false }\nhermes: { enabled: false }');
  t.notOk('wyoming' in off || 'hermes' in off);
  const all = parse(`version: 1
wyoming: { host: 0.0.0.0, port: 0, clients: [192.168.1.0/24, "fd00::/8"], announce: false }
hermes: { dialogue: own, sites: [kitchen] }
`);
  t.match(all.wyoming, { host: '0.0.0.0', port: 0, clients: ['192.168.1.0/24', 'fd00::/8'], announce: false });
  t.same(all.hermes, { dialogue: 'own', sites: ['kitchen'] });
  t.match(fault(t, 'version: 1\nwyoming: { clients: [home] }'), /"home" is no address/);
  t.match(fault(t, 'version: 1\nhermes: { dialogue: both }'), /dialogue/);
  t.end();
});
