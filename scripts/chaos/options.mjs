// What `npm run chaos` is asked for.
import { parseArgs } from 'node:util';

export const USAGE = `npm run chaos -- [options]

Drives an agent over mosquitto with its persistence on, kills the agent and the broker (SIGKILL) and ends the inference
worker at random, and repeats every command with the same id until its outcome is seen. The last line on stdout is JSON;
exit code 0 only if each command had exactly one outcome, nothing was done twice or too late, and at least three quarters
were executed.

--minutes M   how long commands are sent (default: 5)
--rate R      commands a second (default: 10)
--kills K     how often each of agent, worker and broker is ended (default: two a minute, at least 5)
--model NAME  model that reads the commands (default: the seedling)
--seed N      of everything that is random (default: the time)
--keep        keep the folder with journal, logs and the list of acts
`;

export class UsageError extends Error {}

/** @throws UsageError */
export function parseOptions(argv) {
  let values;
  try {
    ({ values } = parseArgs({
      args: argv,
      options: {
        minutes: { type: 'string', default: '5' },
        rate: { type: 'string', default: '10' },
        kills: { type: 'string' },
        model: { type: 'string' },
        seed: { type: 'string' },
        keep: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }));
  } catch (error) {
    throw new UsageError(error.message);
  }
  const minutes = number('--minutes', values.minutes, 0.1);
  return {
    help: values.help,
    keep: values.keep,
    model: values.model,
    minutes,
    rate: number('--rate', values.rate, 0.1),
    kills: values.kills === undefined ? Math.max(5, Math.round(2 * minutes)) : number('--kills', values.kills, 0),
    seed: values.seed === undefined ? Date.now() % 2 ** 31 : number('--seed', values.seed, 0),
  };
}

function number(flag, text, least) {
  const value = Number(text);
  if (Number.isFinite(value) && value >= least) return value;
  throw new UsageError(`${flag} must be a number from ${least} up, not "${text}"`);
}
