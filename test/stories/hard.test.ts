/** Two hundred hard commands through the whole agent with the embedded model: what must not be done is never done. */
import t from 'tap';
import { createAgent } from '../../src/agent/agent.ts';
import { FastPath } from '../../src/agent/fast/fast.ts';
import { Interpreter } from '../../src/agent/reading/interpreter.ts';
import type { Response } from '../../src/agent/types.ts';
import { openModel } from '../../src/hub/open.ts';
import { systemClock } from '../../src/clock.ts';
import { buildThings, parseConfig } from '../../src/config/load.ts';
import { createLogger } from '../../src/log.ts';
import { ChatTemplate } from '../../src/tokenizer/template.ts';
import { HARD_COMMANDS, HARD_HOME } from './hard-commands.ts';

interface Line {
  readonly text: string;
  readonly outcome: string;
  readonly code: string | undefined;
  /** `thing.arg=value`; undefined: not looked at. */
  readonly acts: readonly string[] | undefined;
  readonly conversation: number;
}

/** What the embedded model does not get yet: a refusal or a question where something should be done, never an act. */
const NOT_YET = 7;

function linesOf(table: string): Line[] {
  let conversation = 0;
  const lines: Line[] = [];
  for (const row of table.split('\n')) {
    if (row === '' || row.startsWith('#')) {
      conversation++;
      continue;
    }
    const [text, expected] = row.split(' => ') as [string, string];
    const [outcome, ...rest] = expected.split(' ');
    const code = rest[0] !== undefined && /^[a-z-]+$/.test(rest[0]) ? rest.shift() : undefined;
    const acts = rest.join(' ');
    lines.push({
      text,
      outcome: outcome!,
      code,
      acts: acts === '*' ? undefined : acts === '' ? [] : acts.split(', ').sort(),
      conversation,
    });
  }
  return lines;
}

/** The acts as the table writes them, each by the argument that the table names for its thing. */
function actsOf({ actions }: Response, wanted: readonly string[]): string[] {
  return actions
    .filter(({ outcome, action }) => outcome === 'executed' && action !== 'query')
    .map(({ device, args }) => {
      const named = wanted.find((act) => {
        const [, thing, arg, value] = /^([^.]+)\.([^=]+)=(.*)$/.exec(act)!;
        return thing === device && String(args[arg!]) === value;
      });
      return named ?? `${device} ${JSON.stringify(args)}`;
    })
    .sort();
}

function wrongWith(line: Line, response: Response): string | undefined {
  const done = actsOf(response, line.acts ?? []);
  const { outcome, code } = response;
  if (line.outcome === 'not-executed' ? outcome === 'executed' : outcome !== line.outcome)
    return `${outcome} ${code ?? ''}`;
  if (line.code !== undefined && code !== line.code) return `${outcome} with ${code ?? 'no code'}`;
  const isSame = line.acts === undefined || JSON.stringify(done) === JSON.stringify(line.acts);
  return isSame ? undefined : `did ${done.join(', ') || 'nothing'}`;
}

/** Acts that the table does not list: the one thing that must never happen. */
function forbidden({ acts }: Line, response: Response): string[] {
  return acts === undefined ? [] : actsOf(response, acts).filter((act) => !acts.includes(act));
}

t.test('hard commands', { timeout: 240_000 }, async (t) => {
  const config = parseConfig(HARD_HOME, 'hard.yaml');
  const log = createLogger('silent');
  const engine = await openModel({ threads: 1 });
  const agent = createAgent({
    things: buildThings(config, { clock: systemClock, instant: true }),
    sensors: config.sensors,
    interpreter: new Interpreter(engine, new ChatTemplate(engine.info.chatTemplate), { fast: new FastPath() }),
    clock: systemClock,
    log,
    armed: true,
  });
  t.teardown(async () => {
    await agent.close();
    await engine.close();
  });
  await agent.start();
  const lines = linesOf(HARD_COMMANDS);
  const notYet: string[] = [];
  const never: string[] = [];
  for (const line of lines) {
    const { text, conversation } = line;
    const response = await agent.handle(JSON.stringify({ text, site: `conversation ${conversation}` }));
    const label = `${text} => ${line.outcome} ${line.code ?? ''} ${line.acts?.join(', ') ?? '*'}`;
    const acts = forbidden(line, response);
    if (acts.length > 0) never.push(`${label}: did ${acts.join(', ')}`);
    const wrong = wrongWith(line, response);
    if (wrong !== undefined)
      notYet.push(`${label}: ${wrong} [${response.plan.map((call) => JSON.stringify(call)).join(' ')}]`);
  }
  t.comment(`${lines.length} commands, ${notYet.length} not yet as they should be`);
  for (const line of notYet) t.comment(line);
  t.ok(lines.length >= 200, 'two hundred commands');
  t.strictSame(never, [], 'nothing is done that must not be done');
  t.ok(notYet.length <= NOT_YET, `at most ${NOT_YET} not yet as they should be`);
});
