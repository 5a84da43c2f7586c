/** An agent for programs: over a model, and things of a configuration or of code. */
import type { Thing } from '../../devices/thing.ts';
import { Agent, type AgentOptions } from '../agent/agent.ts';
import { systemClock } from '../clock.ts';
import { buildThings } from '../config/load.ts';
import type { Config } from '../config/types.ts';
import { createLogger } from '../log.ts';
import { secretsIn } from '../secrets.ts';
import type { LoadedModel } from './model.ts';

/** What an agent is made of. What a configuration says stands behind what is said here. */
export interface AgentSettings extends Partial<
  Omit<AgentOptions, 'things' | 'interpreter' | 'thingsStarted' | 'dataLocked'>
> {
  /** Reads the commands; it is not closed with the agent. */
  readonly model: LoadedModel;
  /** Things of code; they come beside those of the configuration. */
  readonly things?: readonly Thing[];
  /** From `loadConfig` or `configFrom`: its things, sensors, rules, policy and location. Simulated drivers only. */
  readonly config?: Config;
}

/**
 * An agent that is not started yet: `await agent.start()`, then `agent.handle('turn on the light')`, at the end
 * `agent.close()`. Nothing moves before it is armed. With `dataDir`, rules, schedule and what waits survive the process.
 */
export function createAgent({ model, config, things = [], ...rest }: AgentSettings): Agent {
  const clock = rest.clock ?? systemClock;
  const log = rest.log ?? createLogger(undefined, { secrets: secretsIn(config) });
  return new Agent({
    ...(config && {
      sensors: config.sensors,
      rules: config.rules,
      location: config.location,
      policy: config.policy,
      contactMs: config.safety.contact_s * 1000,
    }),
    ...rest,
    things: [...(config === undefined ? [] : buildThings(config, { clock, log })), ...things],
    interpreter: model.interpreter,
    clock,
    log,
  });
}
