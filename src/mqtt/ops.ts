/** What the bridge itself answers on bridge/request. */
import type { Agent } from '../agent/agent.ts';
import type { Health } from '../agent/health.ts';
import { TokonomaError } from '../errors.ts';
import type { Ops } from './requests.ts';

export interface OpsParts {
  readonly agent: Agent;
  readonly health: Health;
  readonly info: () => unknown;
  readonly devices: () => unknown;
}

export function bridgeOps({ agent, health, info, devices }: OpsParts): Ops {
  return {
    health: () => health.report(),
    info,
    devices,
    armed: async (data) => {
      const wanted = field(data, 'armed');
      if (wanted !== undefined && typeof wanted !== 'boolean') {
        throw new TokonomaError('bad-argument', 'armed is true or false; without it, the answer says which it is');
      }
      if (wanted !== undefined) await agent.arm(wanted);
      return { armed: agent.armed };
    },
    cancel: (data) => {
      const id = field(data, 'id');
      if (id !== undefined && typeof id !== 'string') {
        throw new TokonomaError('bad-argument', 'id is that of a command; without it, everything under way is ended');
      }
      return { cancelled: agent.cancel(id) };
    },
  };
}

/** The field of an object, or the value itself where it is none: `{"armed":true}` and `true` say the same. */
export function field(data: unknown, name: string): unknown {
  if (typeof data !== 'object' || data === null) return data;
  return (data as Record<string, unknown>)[name];
}
