/** `tokonoma ask`: one command on the (simulated) things in this process, without a broker. */
import { createAgent } from '../agent/agent.ts';
import { FastPath } from '../agent/fast/fast.ts';
import { Interpreter } from '../agent/reading/interpreter.ts';
import type { Response } from '../agent/types.ts';
import { systemClock } from '../clock.ts';
import { simulateThings } from '../config/load.ts';
import { createLogger } from '../log.ts';
import { secretsIn } from '../secrets.ts';
import { ChatTemplate } from '../tokenizer/template.ts';
import { primeEngine, snapshotFolder } from './prime.ts';
import { openShown } from './waiting.ts';
import { misused, parse, type Command, type CommandSpec } from './command.ts';
import {
  CONFIG_ENVIRONMENT,
  CONFIG_OPTIONS,
  ENGINE_OPTIONS,
  HUB_ENVIRONMENT,
  LOG_OPTIONS,
  configOf,
  engineSettings,
  levelOf,
} from './options.ts';

const SPEC = {
  name: 'ask',
  synopsis: ['ask "COMMAND" [OPTION…]'],
  description: [
    'Understands one command and does it on simulated things: those of the demo, or those that FILE declares. Nothing ' +
      'real moves, and no broker is needed.',
  ],
  options: {
    json: { type: 'boolean', help: 'the response as one JSON object, as on <base>/response' },
    ...CONFIG_OPTIONS,
    'no-fast': { type: 'boolean', help: 'always ask the model, also for common phrasings' },
    ...ENGINE_OPTIONS,
    ...LOG_OPTIONS,
  },
  exits: { '0': 'there was an answer, whatever it was' },
  environment: { ...CONFIG_ENVIRONMENT, ...HUB_ENVIRONMENT },
  examples: {
    'tokonoma ask "turn on the kitchen light"': 'what it does, in words',
    'tokonoma ask --json "drive two metres then turn left" | jq .plan': 'the plan, for a script',
  },
} as const satisfies CommandSpec;

export const ASK: Command = { spec: SPEC, run: (argv) => askCommand(argv) };

/** Returns the exit code: 0 whenever there was an answer, whatever it was. Throws `bad-usage` and what the engine throws. */
export async function askCommand(
  argv: readonly string[],
  out: { write(text: string): unknown } = process.stdout,
): Promise<number> {
  const { values, positionals } = parse(argv, SPEC);
  if (positionals.length === 0) throw misused(SPEC, 'ask needs a command');
  const config = configOf(values.config);
  const things = simulateThings(config, { clock: systemClock, instant: true });
  const log = createLogger(levelOf(values, config), { secrets: secretsIn(config) });
  const engine = await openShown(
    {
      ...engineSettings(values, config),
      snapshots: snapshotFolder(values.config === undefined ? undefined : config),
      onNote: (message) => log.debug(message),
    },
    { err: process.stderr, log },
  );
  const interpreter = new Interpreter(engine, new ChatTemplate(engine.info.chatTemplate), {
    fast: values['no-fast'] === true ? undefined : new FastPath(),
  });
  const agent = createAgent({
    things,
    sensors: config.sensors,
    rules: config.rules,
    location: config.location,
    interpreter,
    clock: systemClock,
    log,
    armed: true,
    policy: config.policy,
  });
  try {
    await agent.start();
    await primeEngine(engine, interpreter, agent.vocabulary, log, process.stderr);
    const response = await agent.handle(positionals.join(' '), { source: 'terminal' });
    out.write(values.json === true ? `${JSON.stringify(response)}\n` : answerText(response));
  } finally {
    await agent.close();
    await engine.close();
  }
  return 0;
}

/** The response as a person reads it in a terminal. */
export function answerText(response: Response): string {
  const lines = response.say === undefined ? [] : [response.say];
  for (const { device, action, args, outcome } of response.actions) {
    if (action === 'query') continue;
    const said = Object.entries(args).map(([name, value]) => ` ${name}=${String(value)}`);
    const mark = outcome === 'executed' ? '' : ` (${outcome})`;
    lines.push(`${device === '' ? '?' : device}: ${action}${said.join('')}${mark}`);
  }
  if (response.outcome !== 'executed') {
    const code = response.code === undefined || response.code === response.outcome ? '' : ` [${response.code}]`;
    lines.unshift(`${response.outcome}: ${response.reason ?? 'nothing was done'}${code}`);
  }
  return `${lines.length === 0 ? 'done' : lines.join('\n')}\n`;
}
