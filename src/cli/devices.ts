/** `tokonoma devices`: what the configuration declares, as people and scripts want to read it. */
import type { Thing } from '../../devices/thing.ts';
import { thingDescription } from '../../devices/td.ts';
import { systemClock } from '../clock.ts';
import { simulateThings } from '../config/load.ts';
import type { Config } from '../config/types.ts';
import { CONFIG_OPTIONS, configOf, measure, parse } from './options.ts';
import { aligned } from './table.ts';

export const DEVICES_USAGE = `tokonoma devices [--config FILE] [--json]
tokonoma devices --discover [--seconds N] [--config FILE] [--json]
tokonoma devices --adopt ID|all --config FILE [--name NAME] [--area AREA]

Lists the things and sensors that FILE declares (the demo's without it): name, kind, area and actions. Or what announces
itself on the broker of FILE (zigbee2mqtt, Tasmota, Shelly, Homie, ESPHome), and adds it to FILE.

  --config FILE  configuration to read
  --discover     list what announces itself
  --seconds N    how long to listen, default 3
  --adopt ID     add a found device to FILE, or all of them; the file as it was is kept beside it
  --name NAME    the name of the thing, instead of its own
  --area AREA    where it is
  --json         one JSON value: {node, base, things: [{…, td}], sensors}; td is a W3C Thing Description;
                 with --discover {devices: [{id, source, name, things, sensors, notes, adopted}]};
                 with --adopt {file, backup, things, sensors}
  --help         this text
`;

const OPTIONS = {
  ...CONFIG_OPTIONS,
  discover: { type: 'boolean' },
  seconds: { type: 'string' },
  adopt: { type: 'string' },
  name: { type: 'string' },
  area: { type: 'string' },
  json: { type: 'boolean' },
} as const;

const SECONDS = 3;

/** Returns the exit code. Throws `bad-usage`, `config-…`, and what discovery throws. */
export async function devicesCommand(
  argv: readonly string[],
  out: { write(text: string): unknown } = process.stdout,
): Promise<number> {
  const { values } = parse(argv, OPTIONS, DEVICES_USAGE);
  if (values.help === true) {
    out.write(DEVICES_USAGE);
    return 0;
  }
  if (values.discover === true || values.adopt !== undefined) {
    const seconds = values.seconds === undefined ? SECONDS : measure('--seconds', values.seconds, 0.1, 600);
    // Loaded only here: listing what is declared needs no connection.
    const { discoverCommand } = await import('./discover.ts');
    return discoverCommand({ ...values, seconds, json: values.json === true }, out);
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
    sensors: config.sensors,
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
