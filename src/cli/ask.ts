/** `tokonoma ask`: one command on the (simulated) things in this process, without a broker. */
import { createAgent } from '../agent/agent.ts';
import { FastPath } from '../agent/fast/fast.ts';
import { Interpreter } from '../agent/reading/interpreter.ts';
import type { Response } from '../agent/types.ts';
import { systemClock } from '../clock.ts';
import { simulateThings } from '../config/load.ts';
import { TokonomaError } from '../errors.ts';
import { createLogger } from '../log.ts';
import { ChatTemplate } from '../tokenizer/template.ts';
import { openModel } from './engine.ts';
import { primeEngine, snapshotFolder } from './prime.ts';
import { CONFIG_OPTIONS, ENGINE_HELP, ENGINE_OPTIONS, configOf, engineSettings, parse } from './options.ts';

export const ASK_USAGE = `tokonoma ask "COMMAND" [options]

Understands one command and does it on simulated things: those of the demo, or those that FILE declares.

  --json             the response as one JSON object
  --config FILE      configuration that declares the things
  --no-fast          always ask the model
${ENGINE_HELP}  --help             this text
`;

/** Returns the exit code: 0 whenever there was an answer, whatever it was. Throws `bad-usage` and what the engine throws. */
export async function askCommand(
  argv: readonly string[],
  out: { write(text: string): unknown } = process.stdout,
): Promise<number> {
  const { values, positionals } = parse(
    argv,
    { ...CONFIG_OPTIONS, ...ENGINE_OPTIONS, json: { type: 'boolean' }, 'no-fast': { type: 'boolean' } },
    ASK_USAGE,
  );
  if (values.help === true) {
    out.write(ASK_USAGE);
    return 0;
  }
  if (positionals.length === 0) throw new TokonomaError('bad-usage', `ask needs a command\n\n${ASK_USAGE}`);
  const config = configOf(values.config);
  const things = simulateThings(config, { clock: systemClock, instant: true });
  const log = createLogger();
  const engine = await openModel({
    ...engineSettings(values, config),
    snapshots: snapshotFolder(values.config === undefined ? undefined : config),
    onNote: (message) => log.debug(message),
  });
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
    await primeEngine(engine, interpreter, agent.vocabulary, log);
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
