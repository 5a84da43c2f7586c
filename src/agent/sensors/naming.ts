/** How commands call a sensor: "kitchen temperature". */
import type { Thing } from '../../../devices/thing.ts';
import type { SensorConfig } from '../../config/types.ts';
import type { Named } from '../grounding/directory.ts';
import { NOUNS } from './kinds.ts';

export function sensorNamed(config: SensorConfig, thing?: Thing): Named {
  const where = config.area ?? thing?.description.title ?? config.name.split('/').slice(1).join(' ');
  return {
    id: config.name,
    title: `${where} ${config.kind}`.trim(),
    synonyms: thing === undefined ? [] : [thing.description.title, ...(thing.description['tk:synonyms'] ?? [])],
    nouns: NOUNS[config.kind] ?? [config.kind],
    ...(config.area === undefined ? {} : { area: config.area }),
  };
}
