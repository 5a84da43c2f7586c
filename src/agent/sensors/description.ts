/** What a sensor says of itself: the description that is published, of its configuration and its kind. */
import { sensorKindOf, type SensorDescription } from '../../../devices/sensors.ts';
import type { PropertyAffordance, Thing } from '../../../devices/thing.ts';
import type { SensorConfig } from '../../config/types.ts';
import { sensorNamed } from './naming.ts';
import { unitSymbol } from './units.ts';

/** @param thing the one it belongs to, which may give it its name */
export function describeSensor(config: SensorConfig, thing?: Thing): SensorDescription {
  const { name, kind, topic, area, path, scale, offset, invert, device, driver, stale_s } = config;
  const { title, nouns } = sensorNamed(config, thing);
  const event = sensorKindOf(kind)?.event;
  return {
    id: name,
    title,
    '@type': kind,
    properties: { [kind]: propertyOf(config) },
    ...(event === undefined ? {} : { events: { [event]: { title: `${title}: ${event}`, 'tk:value': event } } }),
    ...defined({
      'tk:topic': topic === '' ? undefined : topic,
      'tk:path': path,
      'tk:scale': scale,
      'tk:offset': offset,
      'tk:invert': invert,
      'tk:area': area,
      'tk:nouns': nouns,
      'tk:device': device,
      'tk:driver': driver,
      'tk:stale_s': stale_s,
    }),
  };
}

/**
 * What its numbers are in. A sensor that this machine reads itself is in whatever its file says (an ADC's battery in
 * mV), so that only the configuration knows.
 */
export function unitOf({ kind, unit, driver }: SensorConfig): string | undefined {
  if (unit !== undefined) return unitSymbol(unit);
  return driver === undefined ? sensorKindOf(kind)?.unit : undefined;
}

function propertyOf(config: SensorConfig): PropertyAffordance {
  const { kind, min, max } = config;
  const { reads = 'text', summary } = sensorKindOf(kind) ?? {};
  const described = { ...defined({ description: summary }), readOnly: true };
  if (typeof reads === 'object') return { type: 'string', enum: [reads.yes, reads.no], ...described };
  // A range makes a number of what could be a word.
  const isNumber = reads === 'number' || min !== undefined || max !== undefined;
  const limits = defined({ unit: unitOf(config), minimum: min, maximum: max });
  return { ...(isNumber ? { type: 'number' as const } : {}), ...limits, ...described };
}

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

const defined = <T extends object>(fields: T): Defined<T> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
