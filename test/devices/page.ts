/** docs/devices.md: every kind with its options, actions and ways to drive it, made of the kinds themselves. */
import { driversFor } from '../../devices/drivers.ts';
import type { Kind } from '../../devices/kind.ts';
import { KINDS } from '../../devices/kinds.ts';
import { SENSORS, type SensorKind } from '../../devices/sensors.ts';
import type { DataSchema } from '../../devices/thing.ts';
import { actionSpec } from '../../src/grammar/actions.ts';

type Schema = Readonly<Record<string, unknown>>;

const INTRODUCTION = `# Kinds of things

Made of the files in \`devices/\` by \`npm run docs\`; a test compares them.

A thing in \`tokonoma.yaml\` has a \`name\` and a \`kind\`, the options of its kind, and with \`driver: NAME\` the keys of what
drives it; without, it is simulated. Actions marked with * are no part of the vocabulary that commands are decoded into:
they are reached by \`<base>/<id>/set\` with \`{"action": …, "args": {…}}\`.
`;

const SENSOR_SECTION = `## Sensors

A sensor in \`tokonoma.yaml\` has a \`name\` and a \`kind\`; its description, with one property named like the kind, is on
\`bridge/devices\` and in \`GET /api/things\` (\`sensors\`). Without \`unit:\` a number is in the unit given here; one that this
machine reads itself (\`driver:\`, [gpio.md](gpio.md)) is in none until it is named.

${SENSORS.map(sensorLine).join('\n')}
`;

export function devicesPage(): string {
  return `${[INTRODUCTION, ...KINDS.map(section), SENSOR_SECTION].join('\n')}`;
}

function sensorLine({ name, summary, reads, unit, nouns = [name], event }: SensorKind): string {
  const reading = typeof reads === 'object' ? `${reads.yes} \\| ${reads.no}` : reads;
  const happens = event === undefined ? '' : `; event \`${event}\``;
  return `- \`${name}\`: ${summary}; ${reading}${unit === undefined ? '' : ` ${unit}`}${happens}; called: ${nouns.join(', ')}`;
}

function section(kind: Kind): string {
  const description = kind.describe({ id: kind.name, name: kind.name, kind: kind.name });
  const nouns = (description['tk:nouns'] ?? []).join(', ');
  const drivers = driversFor(kind.name)
    .map((driver) => {
      const { properties, required = [] } = driver.options(kind.name);
      const keys = Object.keys(properties).map((key) => `\`${key}\`${required.includes(key) ? '' : '?'}`);
      return `  - \`${driver.name}\`${keys.length === 0 ? '' : `: ${keys.join(', ')}`}`;
    })
    .join('\n');
  const options = Object.entries(kind.options).map(([name, schema]) => `  - \`${name}\`: ${typeOf(schema as Schema)}`);
  const actions = Object.entries(description.actions).map(([name, { input }]) => {
    const args = Object.entries(input?.properties ?? {}).map(([arg, schema]) => argument(arg, schema, input?.required));
    return `  - \`${name}\`${actionSpec(name) === undefined ? '*' : ''}${args.length === 0 ? '' : `: ${args.join(', ')}`}`;
  });
  const properties = Object.keys(description.properties).map((name) => `\`${name}\``);
  return `## ${kind.name}

${kind.summary[0]!.toUpperCase()}${kind.summary.slice(1)}.

- called: ${nouns}
- safe state: ${description['tk:safe']}
- options:${options.length === 0 ? ' none' : `\n${options.join('\n')}`}
- actions:
${actions.join('\n')}
- properties: ${properties.join(', ')}
- drivers (? marks what may be left out):
${drivers}
`;
}

function argument(name: string, schema: DataSchema, required: readonly string[] = []): string {
  return `\`${name}\`${required.includes(name) ? '' : '?'} (${typeOf(schema as Schema)})`;
}

interface Described {
  readonly type?: string | readonly string[];
  readonly unit?: string;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

function typeOf(schema: Schema): string {
  const values = schema['enum'] as readonly unknown[] | undefined;
  if (values !== undefined) return values.join(' \\| ');
  const { type: types = 'any', unit: of, minimum, exclusiveMinimum, maximum } = schema as Described;
  const type = [types].flat().join(' or ');
  const unit = of === undefined ? '' : ` ${of}`;
  const low = minimum ?? exclusiveMinimum;
  if (low !== undefined && maximum !== undefined) return `${type} ${low} to ${maximum}${unit}`;
  if (low !== undefined) return `${type} from ${low}${unit}`;
  return `${type}${unit}`;
}
