/** `tokonoma devices`: what the configuration declares, as people and scripts want to read it. */
import { parseArgs } from 'node:util';
import type { Thing } from '../../devices/thing.ts';
import { thingDescription } from '../../devices/td.ts';
import { systemClock } from '../clock.ts';
import { simulateThings, demoConfig, loadConfig } from '../config/load.ts';
import type { Config } from '../config/types.ts';
import { TokonomaError, messageOf } from '../errors.ts';

export const DEVICES_USAGE = `tokonoma devices [--config FILE] [--json]

Lists the things and sensors that FILE declares (the demo's without it): name, kind, area and actions.

  --config FILE  configuration to read
  --json         one JSON value: {node, base, things: [{…, td}], sensors}; td is a W3C Thing Description
  --help         this text
`;

/** Returns the exit code. Throws `bad-usage`, `config-not-found`, `config-invalid`. */
export async function devicesCommand(
  argv: readonly string[],
  out: { write(text: string): unknown } = process.stdout,
): Promise<number> {
  const options = parse(argv);
  if (options.help === true) {
    out.write(DEVICES_USAGE);
    return 0;
  }
  const config = options.config === undefined ? demoConfig() : loadConfig(options.config);
  const things = simulateThings(config, { clock: systemClock, instant: true });
  out.write(options.json === true ? `${JSON.stringify(listing(config, things), null, 2)}\n` : table(config, things));
  return 0;
}

function parse(argv: readonly string[]): { config?: string; json?: boolean; help?: boolean } {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: { config: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
    return values;
  } catch (error) {
    throw new TokonomaError('bad-usage', `${messageOf(error)}\n${DEVICES_USAGE}`, { cause: error });
  }
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

function aligned(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  return [head, ...rows].map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join('  ')
      .trimEnd(),
  );
}
