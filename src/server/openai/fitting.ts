/**
 * What a command model has understood, in the terms of a function that it has never seen: which function a call of its
 * plan is, and its arguments as far as the words tell them. What they do not tell stays open, but only to what was said.
 */
import { isRecord } from '../../../devices/mqtt/payload.ts';
import { words } from '../../agent/grounding/words.ts';
import { actionSpec, type ArgValue, type PlanCall } from '../../grammar/actions.ts';
import type { JsonTool } from '../../grammar/json/json.ts';

/** A command, its words after the text pass, and one call of its plan. */
export interface Understood {
  readonly said: string;
  readonly call: PlanCall;
}

export interface Fitted {
  /** The schema with every property that is known fixed, and every other that may be left out left out. */
  readonly schema: unknown;
  /** Everything that is required is known. */
  readonly complete: boolean;
}

/** A function as it was given, with what is said of it. */
export interface DescribedTool extends JsonTool {
  readonly description?: string | undefined;
}

type Schema = Readonly<Record<string, unknown>>;

/** Words of names that say nothing of what it is about. */
const GENERIC: ReadonlySet<string> = new Set(
  'set get do make run call use the a an to of for in on off and or value name function tool action control'.split(' '),
);
/** Names that others give to what a plan calls an area or a device. */
const ALSO_CALLED: Readonly<Record<string, string>> = {
  area: 'area room location place where zone city',
  device: 'device name entity object item target thing appliance light lamp',
};
const MOST_SPANS = 200;
const LONGEST_SPAN = 4;

/** The function that a call of a plan is, by their names and by what was said; undefined: none of them. */
export function toolFor<T extends DescribedTool>(tools: readonly T[], { said, call }: Understood): T | undefined {
  const exact = tools.find(({ name }) => name === call.action);
  if (exact !== undefined || call.action === 'none') return exact;
  const meant = tellingWords([call.action, ...Object.keys(call.args), ...Object.values(call.args)].join(' '));
  const heard = new Set([...meant, ...tellingWords(said)]);
  const scored = tools.map((tool) => {
    const named = count(tellingWords(tool.name), heard);
    return { tool, score: 2 * named + count(tellingWords(tool.description ?? ''), meant) };
  });
  const best = scored.reduce((a, b) => (b.score > a.score ? b : a));
  return best.score > 0 ? best.tool : undefined;
}

/** The schema of an object, narrowed to what was understood. Without described properties it is the plan's own arguments. */
export function fit(schema: unknown, understood: Understood): Fitted {
  const { properties, required = [], additionalProperties, ...others } = isRecord(schema) ? schema : {};
  const described = isRecord(properties) ? Object.entries(properties) : [];
  if (described.length === 0) {
    const isOpen = Object.keys(others).every((key) => key === 'type' || key === 'description');
    const args = additionalProperties === false || !isOpen ? undefined : understood.call.args;
    return { schema: args === undefined ? (schema ?? {}) : { const: args }, complete: true };
  }
  const isRequired = (name: string): boolean => Array.isArray(required) && required.includes(name);
  const kept: Record<string, unknown> = {};
  let complete = true;
  for (const [name, property] of described) {
    const value = valueOf(name, property, understood);
    if (value !== undefined) kept[name] = { const: value };
    else if (isRequired(name)) {
      complete = false;
      kept[name] = saidOnly(property, understood.said);
    }
  }
  return { schema: { ...(schema as Schema), properties: kept }, complete };
}

/** The value of a property, where one and only one is meant. */
function valueOf(name: string, schema: unknown, { said, call }: Understood): ArgValue | undefined {
  if (!isRecord(schema)) return undefined;
  if ('const' in schema) return schema['const'] as ArgValue;
  const values = Object.entries(call.args);
  const one = (found: readonly ArgValue[]): ArgValue | undefined => {
    const fitting = [...new Set(found)].filter((value) => allows(schema, value));
    return fitting.length === 1 ? fitting[0] : undefined;
  };
  const { enum: choices, type } = schema;
  if (Array.isArray(choices)) {
    const named = one(choices.filter((choice) => values.some(([, value]) => isSame(choice, value))) as ArgValue[]);
    return named ?? one(choices.filter((choice) => isSaid(choice, said)) as ArgValue[]);
  }
  if (type === 'boolean') return one(values.map(([, value]) => switched(value)).filter((value) => value !== undefined));
  if (type === 'string') {
    const texts = values.filter(([, value]) => typeof value === 'string' && isSaid(value, said));
    const mine = texts.filter(([key]) => isCalled(key, name)).map(([, value]) => value);
    const isText = (arg: string): boolean => textArgs(call.action).includes(arg);
    return one(mine) ?? one(texts.filter(([key]) => isText(key)).map(([, value]) => value));
  }
  if (type !== 'number' && type !== 'integer') return undefined;
  const numbers = values.filter(([, value]) => typeof value === 'number');
  const mine = numbers.filter(([key]) => isCalled(key, name));
  return one(mine.map(([, value]) => value)) ?? one(numbers.map(([, value]) => value)) ?? one(numbersIn(said));
}

/** What may stand for a property that nobody understood: a piece of what was said, a number that was said. */
function saidOnly(schema: unknown, said: string): unknown {
  if (!isRecord(schema) || 'enum' in schema) return schema;
  const { type } = schema;
  const pieces = type === 'string' ? spansOf(said) : type === 'number' || type === 'integer' ? numbersIn(said) : [];
  const fitting = pieces.filter((piece) => allows(schema, piece));
  return fitting.length === 0 ? schema : { enum: fitting };
}

function spansOf(said: string): string[] {
  const all = said.split(/\s+/).filter((word) => word !== '');
  const spans = all.flatMap((_, from) =>
    Array.from({ length: Math.min(LONGEST_SPAN, all.length - from) }, (_, n) =>
      all.slice(from, from + n + 1).join(' '),
    ),
  );
  return [...new Set(spans)].slice(0, MOST_SPANS);
}

/** Of the keywords that a flat schema of a value has; another than these is not seen through, and allows nothing. */
function allows(schema: Schema, value: unknown): boolean {
  return Object.entries(schema).every(([keyword, limit]) => {
    switch (keyword) {
      case 'enum':
        return (limit as unknown[]).includes(value);
      case 'type':
        return limit === 'integer' ? Number.isInteger(value) : limit === typeof value;
      case 'minimum':
        return (value as number) >= (limit as number);
      case 'maximum':
        return (value as number) <= (limit as number);
      case 'minLength':
        return (value as string).length >= (limit as number);
      case 'maxLength':
        return (value as string).length <= (limit as number);
      default:
        return ['title', 'description', 'default', 'examples', 'unit'].includes(keyword);
    }
  });
}

/** As a name is written in code: `set_light`, `setLight`, `light.set`. */
const namedWords = (text: string): string[] => words(text.replace(/(\p{Ll})(?=\p{Lu})/gu, '$1 '));
const tellingWords = (text: string): Set<string> => new Set(namedWords(text).filter((word) => !GENERIC.has(word)));
const count = (some: ReadonlySet<string>, all: ReadonlySet<string>): number =>
  [...some].filter((word) => all.has(word)).length;

/** Arguments that are copied from what was said. */
const textArgs = (action: string): string[] =>
  (actionSpec(action)?.args ?? []).filter(({ type }) => type.kind === 'text').map(({ name }) => name);

const isSame = (a: unknown, b: unknown): boolean => namedWords(String(a)).join(' ') === namedWords(String(b)).join(' ');

function isSaid(value: unknown, said: string): boolean {
  const name = namedWords(String(value)).join(' ');
  return name !== '' && ` ${words(said).join(' ')} `.includes(` ${name} `);
}

function isCalled(arg: string, property: string): boolean {
  const names = (ALSO_CALLED[arg] ?? arg).split(' ');
  return namedWords(property).some((word) => names.includes(word));
}

const numbersIn = (said: string): number[] =>
  [...said.matchAll(/(?<![\p{L}\d.])-?\d+(\.\d+)?/gu)].map(([n]) => Number(n));

function switched(value: ArgValue): boolean | undefined {
  if (typeof value === 'boolean') return value;
  return value === 'on' ? true : value === 'off' ? false : undefined;
}
