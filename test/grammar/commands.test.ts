/** The grammar on commands people said, with the tokenizers of real models. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { openGguf } from '../../src/gguf/reader.ts';
import { ACTIONS, actionSpec, type Args, type PlanCall } from '../../src/grammar/actions.ts';
import { PlanGrammar, type PlanFormat } from '../../src/grammar/grammar.ts';
import { actionTag, choiceTag, keyTag } from '../../src/grammar/tags.ts';
import { TokenTable } from '../../src/grammar/token-table.ts';
import { textPass } from '../../src/text/passes.ts';
import { Tokenizer } from '../../src/tokenizer/tokenizer.ts';
import { qwenSource } from '../support/qwen-vocabulary.ts';
import { sharedPath, skipWithoutShared } from '../support/shared.ts';

const SEEDLING = fileURLToPath(new URL('../../../src/seedling/seedling.gguf', import.meta.url));
/** One line in so many is enough here. */
const EVERY = 40;

interface Line {
  readonly text: string;
  readonly expected: readonly PlanCall[];
}

function commands(): Line[] {
  const folder = sharedPath('data/commands')!;
  const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
  const lines = files.flatMap((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n'));
  return lines.filter((_, i) => i % EVERY === 0).map((line) => JSON.parse(line) as Line);
}

/** The plan with its texts as they stand in `source`; undefined when one does not stand there, or a number was not said. */
function expressed(plan: readonly PlanCall[], source: string): PlanCall[] | undefined {
  const numbers = new Set(
    textPass(source)
      .text.match(/\d+(?:\.\d+)?/g)
      ?.map(Number),
  );
  const calls: PlanCall[] = [];
  for (const { action, args } of plan) {
    const found: Args = {};
    for (const { name, type } of actionSpec(action)!.args) {
      const value = args[name];
      if (value === undefined) continue;
      if (type.kind === 'number' && !numbers.has(Number(value))) return undefined;
      const text = type.kind === 'text' ? wordsIn(source, String(value)) : value;
      if (text === undefined) return undefined;
      found[name] = text;
    }
    calls.push({ action, args: found });
  }
  return calls;
}

function wordsIn(source: string, words: string): string | undefined {
  const pattern = words.toLowerCase().replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const match = new RegExp(`(?<![\\p{L}\\p{N}_])${pattern}(?![\\p{L}\\p{N}_])`, 'u').exec(source.toLowerCase());
  return match === null ? undefined : source.slice(match.index, match.index + words.length);
}

/** The tokens a model would write; numbers as they were said. */
function written(format: PlanFormat, plan: readonly PlanCall[], source: string, tokenizer: Tokenizer): number[] {
  const ids: number[] = [];
  plan.forEach(({ action, args }, i) => {
    if (format === 'tags') {
      ids.push(tokenizer.idOf(actionTag(action))!);
      for (const { name, type } of actionSpec(action)!.args) {
        const value = args[name];
        if (value === undefined) continue;
        if (type.kind === 'enum' || type.kind === 'boolean') ids.push(tokenizer.idOf(choiceTag(name, String(value)))!);
        else ids.push(tokenizer.idOf(keyTag(name))!, ...tokenizer.encode(` ${said(value, source)}`));
      }
    } else {
      const json = Object.entries(args).map(([name, value]) => `${JSON.stringify(name)}: ${JSON.stringify(value)}`);
      const call = `\n{"name": ${JSON.stringify(action)}, "arguments": {${json.join(', ')}}}\n`;
      if (i > 0) ids.push(...tokenizer.encode('\n'));
      ids.push(tokenizer.idOf('<tool_call>')!, ...tokenizer.encode(call), tokenizer.idOf('</tool_call>')!);
    }
  });
  return [...ids, tokenizer.eosId];
}

function said(value: string | number | boolean, source: string): string {
  if (typeof value !== 'number') return String(value);
  return source.match(/\d+(?:\.\d+)?/g)!.find((literal) => Number(literal) === value)!;
}

/** Follows every expected plan; returns how many there were and how many of their tokens were forced. */
function follow(t: Tap, format: PlanFormat, tokenizer: Tokenizer): { plans: number; tokens: number; forced: number } {
  const table = new TokenTable(tokenizer);
  const count = { plans: 0, tokens: 0, forced: 0 };
  for (const { text, expected } of commands()) {
    const source = format === 'tags' ? textPass(text).text : text;
    const plan = expressed(expected, source);
    if (plan === undefined) continue;
    const ids = written(format, plan, source, tokenizer);
    const state = new PlanGrammar(table, format, { actions: ACTIONS, names: [], source }).start();
    for (let at = 0; at < ids.length - 1;) {
      const forced = state.forced();
      // Forced tokens are those the tokenizer makes of the whole plan.
      const end = Math.min(ids.length, at + forced.length);
      if (forced.join() !== ids.slice(at, end).join()) return t.fail(`forced in ${text}: ${forced.join()}`) as never;
      for (const id of forced) state.accept(id);
      count.forced += forced.length;
      at = end;
      if (at >= ids.length - 1) break;
      if (!state.allowed().includes(ids[at]!)) return t.fail(`${JSON.stringify(plan)} for ${text}`) as never;
      state.accept(ids[at++]!);
    }
    state.accept(tokenizer.eosId);
    count.plans++;
    count.tokens += ids.length;
  }
  return count;
}

type Tap = Pick<typeof t, 'fail'>;

t.test('seedling: what people meant can be decoded', { skip: skipWithoutShared('data/commands') }, async (t) => {
  const file = openGguf(SEEDLING);
  const tokenizer = Tokenizer.fromGguf(file.metadata);
  file.close();
  const { plans } = follow(t, 'tags', tokenizer);
  t.ok(plans > 350, `${plans} plans`);
});

t.test(
  'Bonsai: what people meant can be decoded, and what is forced is the tokenizer’s own',
  { skip: skipWithoutShared('data/commands', 'data/qwen/qwen.tiktoken') },
  async (t) => {
    const tokenizer = new Tokenizer(qwenSource(sharedPath('data/qwen/qwen.tiktoken')!));
    const { plans, tokens, forced } = follow(t, 'hermes', tokenizer);
    t.ok(plans > 350, `${plans} plans`);
    t.ok(forced > tokens / 3, `${forced} of ${tokens} tokens forced`);
  },
);
