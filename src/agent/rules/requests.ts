/** Rules and schedule by topic: `bridge/request/<op>`, answered on `bridge/response/<op>`. */
import { TokonomaError } from '../../errors.ts';
import type { Schedule } from '../schedule/schedule.ts';
import type { Rules } from './rules.ts';

/** Operations by name: data of the request in, data of the response out. Throws `bad-request`, `unknown-rule`. */
export type Requests = Readonly<Record<string, (data: unknown) => Promise<unknown>>>;

export function ruleRequests(rules: Rules, schedule: Schedule): Requests {
  return {
    'rules/list': async () => ({ rules: rules.list }),
    'rules/remove': async (data) => {
      const { id, number } = meant(rules.list, data);
      await rules.remove(id);
      return { id, number };
    },
    'rules/enable': async (data) => {
      const { id, number } = meant(rules.list, data);
      const { enabled = true } = data as { enabled?: unknown };
      if (typeof enabled !== 'boolean') throw new TokonomaError('bad-request', '"enabled" must be true or false');
      await rules.enable(id, enabled);
      return { id, number, enabled };
    },
    'schedule/list': async () => ({ schedule: schedule.list }),
    'schedule/remove': async (data) => {
      const { id, number } = meant(schedule.list, data);
      await schedule.remove(id);
      return { id, number };
    },
  };
}

/** By `id`, or by `number` as it is listed. */
function meant<T extends { readonly id: string; readonly number: number }>(list: readonly T[], data: unknown): T {
  const { id, number } = (typeof data === 'object' && data !== null ? data : {}) as { id?: unknown; number?: unknown };
  if (typeof id !== 'string' && typeof number !== 'number') {
    throw new TokonomaError('bad-request', 'name it by {"id": "…"} or {"number": 1}');
  }
  const found = list.find((entry) => (typeof id === 'string' ? entry.id === id : entry.number === number));
  if (found !== undefined) return found;
  const numbers = list.map((entry) => entry.number).join(', ') || 'none';
  throw new TokonomaError(
    'unknown-rule',
    `there is none of this ${typeof id === 'string' ? 'id' : 'number'}; numbers: ${numbers}`,
  );
}
