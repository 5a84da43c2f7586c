/** `tokonoma devices`: what the configuration declares, as people and scripts want to read it. */
import type { Thing } from '../../devices/thing.ts';
import { sensorDescription, thingDescription } from '../../devices/td.ts';
import { describeSensor } from '../agent/sensors/description.ts';
import { systemClock } from '../clock.ts';
import { simulateThings } from '../config/load.ts';
import type { Config } from '../config/types.ts';
import { parse, type Command, type CommandSpec } from './command.ts';
import { CONFIG_ENVIRONMENT, CONFIG_OPTIONS, LOG_OPTIONS, configOf, levelOf, measure } from './options.ts';
import { aligned } from './table.ts';

const SPEC = {
  name: 'devices',
  synopsis: [
    'devices [--config FILE] [--json]',
    'devices --discover [--seconds N] [--config FILE] [--json]',
    'devices --adopt ID|all --config FILE [--name NAME] [--area AREA] [--json]',
  ],
  description: [
    "Lists the things and sensors that FILE declares (the demo's without it): name, kind, area and actions. Or what " +
      'announces itself on the broker of FILE (zigbee2mqtt, Tasmota, Shelly, Homie, ESPHome), and adds it to FILE.',
  ],
  options: {
    ...CONFIG_OPTIONS,
    discover: { type: 'boolean', help: 'list what announces itself' },
    seconds: { type: 'string', value: 'N', help: 'how long to listen; default: 3' },
    adopt: {
      type: 'string',
      value: 'ID',
      help: 'add a found device to FILE, or all of them; the file as it was is kept beside it',
      offers: { words: ['all'] },
    },
    name: { type: 'string', value: 'NAME', help: 'the name of the thing, instead of its own' },
    area: { type: 'string', value: 'AREA', help: 'where it is' },
    json: {
      type: 'boolean',
      help:
        'one JSON value: {node, base, things: [{…, td}], sensors}; td is a W3C Thing Description; with --discover ' +
        '{devices: [{id, source, name, things, sensors, notes, adopted}]}; with --adopt {file, backup, things, sensors}',
    },
    ...LOG_OPTIONS,
  },
  environment: CONFIG_ENVIRONMENT,
  files: { 'FILE.<time>.bak': 'what FILE was before --adopt' },
  examples: {
    'tokonoma devices': 'the things of the demo',
    'tokonoma devices --discover --config tokonoma.yaml': 'what is on the broker',
    'tokonoma devices --adopt all --config tokonoma.yaml': 'and all of it into the configuration',
  },
} as const satisfies CommandSpec;

export const DEVICES: Command = { spec: SPEC, run: (argv) => devicesCommand(argv) };

const SECONDS = 3;

/** Returns the exit code. Throws `bad-usage`, `config-…`, and what discovery throws. */
export async function devicesCommand(
  argv: readonly string[],
  out: { write(text: string): unknown } = process.stdout,
): Promise<number> {
  const { values } = parse(argv, SPEC);
  if (values.discover === true || values.adopt !== undefined) {
    const seconds = values.seconds === undefined ? SECONDS : measure('--seconds', values.seconds, 0.1, 600);
    // Loaded only here: listing what is declared needs no connection.
    const { discoverCommand } = await import('./discover.ts');
    return discoverCommand({ ...values, seconds, json: values.json === true, level: levelOf(values, undefined) }, out);
  }
  const config = configOf(values.config);
  const things = simulateThings(config, { clock: systemClock, instant: true });
  out.write(values.json === true ? `${JSON.stringify(listing(config, things), null, 2)}\n` : table(config, things));
  return 0;
}

function listing(config: Config, things: readonly Thing[]): object {
  const { name: node, base } = config.node;
  const published = { node, base, broker: brokerOf(config) };
  return {
    node,
    base,
    things: things.map(({ description }) => ({
      id: description.id,
      name: description.title,
      kind: description['@type'],
      area: description['tk:area'] ?? null,
      synonyms: description['tk:synonyms'] ?? [],
      topic: `${base}/${description.id}`,
      actions: Object.keys(description.actions),
      td: thingDescription(description, published),
    })),
    sensors: config.sensors.map((sensor) => ({
      ...sensor,
      td: sensorDescription(
        describeSensor(
          sensor,
          things.find(({ description }) => description.id === sensor.device),
        ),
        published,
      ),
    })),
  };
}

/** Without user and password: they are nobody's business who reads a description. */
function brokerOf({ mqtt }: Config): string {
  if (mqtt.url === undefined) return `mqtt://${mqtt.host}:${mqtt.port}`;
  const url = new URL(mqtt.url);
  url.username = '';
  url.password = '';
  return url.href;
}

function table(config: Config, things: readonly Thing[]): string {
  const thingRows = things.map(({ description }) => [
    description.title,
    description['@type'],
    description['tk:area'] ?? '',
    Object.keys(description.actions).join(' '),
    description.id,
  ]);
  const sensorRows = config.sensors.map((sensor) => [
    sensor.name,
    sensor.kind,
    sensor.area ?? '',
    sensor.unit ?? '',
    sensor.topic,
  ]);
  return [
    ...aligned(['thing', 'kind', 'area', 'actions', `topic below ${config.node.base}/`], thingRows),
    '',
    ...aligned(['sensor', 'kind', 'area', 'unit', 'topic'], sensorRows),
    '',
  ].join('\n');
}
