/**
 * Conditions as they are said: "it gets dark", "the kitchen is below 18 degrees and nobody is in the hall". Read without
 * the model. All words must be explained, so that where a condition ends and a command begins is never a guess.
 */
import type { Directory } from '../grounding/directory.ts';
import type { Problem } from '../grounding/grounding.ts';
import { NOUNS } from '../sensors/kinds.ts';
import { convertUnit, isUnit, unitSymbol } from '../sensors/units.ts';
import { contentWords, listed, nearest } from '../grounding/words.ts';
import { readClock } from './clock-words.ts';
import { negated, type Condition } from './condition.ts';
import type { Signal, Signals } from './signals.ts';
import { adjective, slackFor, thresholdFor, type Thresholds } from './thresholds.ts';

export type ReadCondition =
  | {
      readonly condition: Condition;
      /** The words of its last subject: "the kitchen is above 18 and below 25". */
      readonly subject: string;
    }
  | { readonly problem: Problem };

const MAX_WORDS = 48;

const NUMBER = '(?:minus |- ?)?\\d+(?:\\.\\d+)?';
const BELOW =
  'below|under|underneath|beneath|less than|lower than|smaller than|colder than|cooler than|darker than|dryer than|drier than|at most';
const ABOVE =
  'above|over|more than|higher than|greater than|bigger than|warmer than|hotter than|brighter than|at least|exceeds?|past|reache[sd]|hits';
/** What may stand between a subject and what is said of it. */
const VERB =
  '(?:(?:is|are|was|were|gets?|got|becomes?|became|goes|go|went|has been|have been|has become|is getting|are getting|' +
  'is being|turns|turned|comes|stays?|remains?|reads|feels|measures|shows|drops?|falls?|sinks?|rises?|climbs?|increases?|' +
  'decreases?|has dropped|has fallen|has risen|changes) )';
const COMPARED = new RegExp(`^(.*?) ?(?:${VERB}(not )?)?(?:to |is )?(${BELOW}|${ABOVE}) (${NUMBER})(?![\\d.])(.*)$`);
const BETWEEN = new RegExp(`^(.*?) ?${VERB}?(not )?between (${NUMBER}) and (${NUMBER})(?![\\d.])(.*)$`);
const WORD = new RegExp(
  `^(.*?) ${VERB}?(not |no longer )?(?:left |still |being |fully |completely |turned |switched |set to )?([a-z]+)$`,
);
const ADJECTIVE = new RegExp(
  `^(.*?) ?${VERB}(not )?(?:too |very |quite |pretty |really |so )?([a-z]+)((?: (?:in|at|on|by|near) .+| outside| outdoors)?)$`,
);
const HOLD = /^(.+) for (?:at least |more than |over |longer than |about )?(\d+(?:\.\d+)?) (second|minute|hour|day)s?$/;
const SOMEONE = new RegExp(
  '^(?:there (?:is|are) )?(not |no |nobody|no one|noone)?(?:a |any )?' +
    '(?:(someone|somebody|anyone|anybody|one|motion|movement|presence|people|person))?' +
    '(?: (?:is|are|gets))?( not| no longer)?(?: detected| present| moving| seen)?' +
    '((?: (?:in|at|on|by|near|inside) .+| outside| outdoors| there)?)$',
);
const ENTERS =
  /^(?:someone|somebody|anyone|anybody|a person) (enters|comes into|walks into|goes into|leaves|left) (.+)$/;
const PRESSES = /^(?:someone|somebody|anyone|anybody|i|we|you) (press|push|release)(?:es|s)? (.+)$/;
const SENSES = /^(.+) (?:detects|senses|sees|notices) (no )?(?:motion|movement|someone|somebody|people|presence)$/;
const EMPTY = /^(.+) (?:is|are|becomes|gets|has been) (not )?(empty|vacant|unoccupied|occupied)$/;
const DANGER =
  /^(?:there (?:is|are) )?(?:a |any )?(no )?(smoke|fire|water|leak)(?: (?:is|gets))?( not)?(?: detected| found)?((?: (?:in|at|on|under|near) .+)?)$/;
const NIGHT = /^(?:it is )?(not )?(?:(?:at|during the|by) )?(night|nighttime|day|daytime)(?: ?time)?$/;
const AT_NIGHT = /^(.+) ((?:at|during the|by|in the) (?:night|day|daytime|nighttime))$/;
const CLOCK = /^(?:it is |the time is )?(?:(after|before|past|later than|earlier than) (.+)|between (.+) and (.+))$/;
const LATER = /^(.+) ((?:after|before|between) .+)$/;

/** What is said for the words that signals have. */
const SAID: Readonly<Record<string, string>> = {
  ...{ open: 'open', opened: 'open', opens: 'open', ajar: 'open' },
  ...{ closed: 'closed', closes: 'closed', shut: 'closed', shuts: 'closed', close: 'closed' },
  ...{ on: 'on', off: 'off', running: 'running', playing: 'playing', plays: 'playing', paused: 'paused', idle: 'idle' },
  ...{ locked: 'locked', locks: 'locked', unlocked: 'unlocked', unlocks: 'unlocked' },
  ...{ opening: 'opening', closing: 'closing', stopped: 'stopped', set: 'set' },
  ...{ detected: 'detected', triggered: 'detected', activated: 'detected', wet: 'detected', clear: 'clear' },
  ...{ pressed: 'pressed', pushed: 'pressed', released: 'released', active: 'on', inactive: 'off' },
};
/** Words that need no verb before them. */
const INFLECTED = new Set([
  'opens',
  'closes',
  'shuts',
  'locks',
  'unlocks',
  'opened',
  'closed',
  'locked',
  'unlocked',
  'plays',
]);
/** Other words that the same thing may have for it. */
const INSTEAD: Readonly<Record<string, readonly string[]>> = {
  on: ['playing', 'running', 'detected', 'pressed'],
  off: ['idle', 'clear', 'released'],
  // A switch that is pushed
  pressed: ['on'],
  released: ['off'],
  running: ['on'],
  dry: ['clear'],
};

const IT = new Set([
  '',
  'it',
  'that',
  'this',
  'there',
  'everything',
  'it is',
  'the weather',
  'weather',
  'the air',
  'air',
]);
/** Comparatives and nouns that say what is measured. */
const KIND_WORDS: readonly (readonly [RegExp, string])[] = [
  [/\b(?:warmer|hotter|colder|cooler|temperature|degrees?)\b/, 'temperature'],
  [/\b(?:brighter|darker|brightness|light level|lux)\b/, 'brightness'],
  [/\b(?:humidity|humid|damper|dryer|drier)\b/, 'humidity'],
  [/\b(?:battery|charge)\b/, 'battery'],
];
const PRESENCE: ReadonlySet<string> = new Set(['motion', 'presence']);

export class ConditionReader {
  readonly #signals: Signals;
  readonly #thresholds: Thresholds;

  constructor(signals: Signals, thresholds: Thresholds) {
    this.#signals = signals;
    this.#thresholds = thresholds;
  }

  /** @param said lower case, numbers in digits (src/text/passes.ts). Undefined when it is no condition. */
  read(said: string): ReadCondition | undefined {
    const text = plain(said);
    if (text === '' || text.split(' ').length > MAX_WORDS) return undefined;
    return this.#expression(text, '');
  }

  /** @param carried subject of the part before */
  #expression(text: string, carried: string): ReadCondition | undefined {
    const single = this.#single(text, carried);
    if (single !== undefined && 'condition' in single) return single;
    for (const op of ['or', 'and'] as const) {
      const joined = this.#joined(text, op, carried);
      if (joined !== undefined) return joined;
    }
    return single;
  }

  #joined(text: string, op: 'and' | 'or', carried: string): ReadCondition | undefined {
    const conjunction = op === 'or' ? /,? or (?:if |when )?/g : /,? (?:and|but)(?: also)? (?:if |when |only if )?|, /g;
    let problem: ReadCondition | undefined;
    for (const match of text.matchAll(conjunction)) {
      const left = this.#expression(text.slice(0, match.index), carried);
      if (left === undefined) continue;
      if ('problem' in left) {
        problem ??= left;
        continue;
      }
      const right = this.#expression(text.slice(match.index + match[0].length), left.subject);
      if (right === undefined) continue;
      if ('problem' in right) {
        problem ??= right;
        continue;
      }
      const parts = [left.condition, right.condition].flatMap((part) => (part.op === op ? part.of : [part]));
      return { condition: { op, of: parts }, subject: right.subject };
    }
    return problem;
  }

  #single(text: string, carried: string): ReadCondition | undefined {
    const own = this.#leaf(text);
    if ((own !== undefined && 'condition' in own) || carried === '') return own;
    const again = this.#leaf(/^(?:is|are|gets|becomes) /.test(text) ? `${carried} ${text}` : `${carried} is ${text}`);
    return again ?? own;
  }

  #leaf(text: string): ReadCondition | undefined {
    return (
      this.#held(text) ??
      this.#daytime(text) ??
      this.#limited(text) ??
      this.#between(text) ??
      this.#compared(text) ??
      this.#pressed(text) ??
      this.#someone(text) ??
      this.#danger(text) ??
      this.#adjective(text) ??
      this.#word(text)
    );
  }

  /** "… for 5 minutes" */
  #held(text: string): ReadCondition | undefined {
    const match = HOLD.exec(text);
    if (match === null) return undefined;
    const inner = this.#leaf(match[1]!);
    if (inner === undefined || 'problem' in inner) return inner;
    const unit = { second: 1, minute: 60, hour: 3600, day: 86_400 }[match[3]!]!;
    const for_ms = Number(match[2]) * unit * 1000;
    return { ...inner, condition: withHold(inner.condition, for_ms) };
  }

  #daytime(text: string): ReadCondition | undefined {
    const night = NIGHT.exec(text);
    if (night !== null && /^it is |^at |^during |^by /.test(text)) {
      const [from, to] = this.#thresholds.night;
      const isNight = night[2]!.startsWith('night') !== (night[1] !== undefined);
      return { condition: { op: 'daytime', ...(isNight ? { from, to } : { from: to, to: from }) }, subject: '' };
    }
    const clock = CLOCK.exec(text);
    if (clock === null) return undefined;
    const [, direction, time, low, high] = clock;
    if (direction === undefined) {
      const [from, to] = [readClock(low!), readClock(high!)];
      if (from === undefined || to === undefined) return undefined;
      return { condition: { op: 'daytime', from: from.minutes, to: to.minutes }, subject: '' };
    }
    const at = readClock(time!)?.minutes;
    if (at === undefined) return undefined;
    const [, morning] = this.#thresholds.night;
    const isAfter = direction === 'after' || direction === 'past' || direction === 'later than';
    // "After 22:00" is until the morning.
    const span = isAfter ? { from: at, to: at >= 720 ? morning : 0 } : { from: 0, to: at };
    return { condition: { op: 'daytime', ...span }, subject: '' };
  }

  /** "there is motion in the hall at night", "… after 22:00" */
  #limited(text: string): ReadCondition | undefined {
    for (const pattern of [AT_NIGHT, LATER]) {
      const match = pattern.exec(text);
      if (match === null) continue;
      const [inner, when] = [this.#leaf(match[1]!), this.#daytime(match[2]!)];
      if (inner === undefined || when === undefined || 'problem' in when) continue;
      if ('problem' in inner) return inner;
      return { condition: { op: 'and', of: [inner.condition, when.condition] }, subject: inner.subject };
    }
    return undefined;
  }

  #between(text: string): ReadCondition | undefined {
    const match = BETWEEN.exec(text);
    if (match === null) return undefined;
    const [, subject, not, low, high, rest] = match;
    const measured = this.#measured(subject!, rest!, text);
    if (measured === undefined || 'problem' in measured) return measured;
    const { signal, convert, unit } = measured;
    const numbers = [convert(numberOf(low!)), convert(numberOf(high!))];
    const [value, top] = [Math.min(...numbers), Math.max(...numbers)];
    const slack = slackFor(signal.kind, top - value);
    const condition: Condition = { signal: signal.id, op: 'between', value, high: top, ...unit, slack };
    return { condition: not === undefined ? condition : negated(condition), subject: subject! };
  }

  #compared(text: string): ReadCondition | undefined {
    const match = COMPARED.exec(text);
    if (match === null) return undefined;
    const [, subject, not, comparison, number, rest] = match;
    const measured = this.#measured(subject!, rest!, text);
    if (measured === undefined || 'problem' in measured) return measured;
    const { signal, convert, unit } = measured;
    const value = convert(numberOf(number!));
    const isBelow = new RegExp(`^(?:${BELOW})$`).test(comparison!) || /\b(?:falls?|drops?|sinks?) to$/.test(subject!);
    const slack = slackFor(signal.kind, value);
    const condition: Condition = { signal: signal.id, op: isBelow ? 'below' : 'above', value, ...unit, slack };
    return { condition: not === undefined ? condition : negated(condition), subject: subject! };
  }

  /** What is measured, by its name, its place behind the number ("below 5 outside") and the unit that was said. */
  #measured(subject: string, rest: string, text: string): Measured | { readonly problem: Problem } | undefined {
    const { unit, place } = behindNumber(rest);
    if (unit !== undefined && !isUnit(unit) && !/^degrees?$/.test(unit)) return undefined;
    const kind = KIND_WORDS.find(([pattern]) => pattern.test(text))?.[1];
    const fits = (signal: Signal): boolean =>
      signal.isNumeric &&
      (kind === undefined || signal.kind === kind || (signal.thing !== undefined && signal.title.includes(kind))) &&
      (unit === undefined || signal.unit === undefined || convertUnit(1, unit, signal.unit) !== undefined);
    const chosen = this.#choose(fits, subject, place, kind ?? 'temperature');
    if (chosen === undefined || 'problem' in chosen) return chosen;
    const own = chosen.signal.unit ?? (unit === undefined || /^degrees?$/.test(unit) ? undefined : unitSymbol(unit));
    return {
      signal: chosen.signal,
      convert: (value) => (unit === undefined ? value : (convertUnit(value, unit, own) ?? value)),
      unit: own === undefined ? {} : { unit: own },
    };
  }

  #adjective(text: string): ReadCondition | undefined {
    const match = ADJECTIVE.exec(text);
    const [, subject, not, word, behind] = match ?? [];
    const meaning = word === undefined ? undefined : adjective(word);
    if (meaning === undefined) return undefined;
    // A light that is "dark" has no daylight to measure: only sensors, or a thing's own battery.
    const fits = (signal: Signal): boolean =>
      signal.isNumeric &&
      signal.kind === meaning.kind &&
      (signal.thing === undefined || meaning.kind !== 'brightness') &&
      thresholdFor(meaning, signal, this.#thresholds) !== undefined;
    const chosen = this.#choose(fits, subject!, placeOf(behind!), meaning.kind);
    if (chosen === undefined || 'problem' in chosen) return chosen;
    const { signal } = chosen;
    const value = thresholdFor(meaning, signal, this.#thresholds)!;
    const unit = signal.unit ?? meaning.unit;
    const slack = slackFor(signal.kind, value);
    const condition: Condition = { signal: signal.id, op: meaning.op, value, unit, slack };
    return { condition: not === undefined ? condition : negated(condition), subject: subject! };
  }

  #word(text: string): ReadCondition | undefined {
    const match = WORD.exec(text);
    const [, said, not, word] = match ?? [];
    const value = word === undefined ? undefined : SAID[word];
    if (value === undefined) return undefined;
    const hasVerb = text !== `${said} ${word}` || INFLECTED.has(word!);
    if (!hasVerb || IT.has(said!)) return undefined;
    const values = [value, ...(INSTEAD[value] ?? [])];
    const chosen = this.#choose(
      (signal) => signal.words?.some((own) => values.includes(own)) ?? (signal.kind === 'state' && !signal.isNumeric),
      said!,
      undefined,
      'state',
    );
    if (chosen === undefined || 'problem' in chosen) return chosen;
    const { signal } = chosen;
    const own = values.find((candidate) => signal.words?.includes(candidate) ?? false) ?? value;
    return {
      condition: { signal: signal.id, op: not === undefined ? 'is' : 'is not', value: own },
      subject: said!,
    };
  }

  /** "I press the doorbell" */
  #pressed(text: string): ReadCondition | undefined {
    const match = PRESSES.exec(text);
    return match === null ? undefined : this.#word(`${match[2]} is ${match[1]}${match[1] === 'release' ? 'd' : 'ed'}`);
  }

  #someone(text: string): ReadCondition | undefined {
    const someone = SOMEONE.exec(text);
    const [enters, senses, empty] = [ENTERS.exec(text), SENSES.exec(text), EMPTY.exec(text)];
    if (enters !== null) return this.#presence(enters[2]!, !enters[1]!.startsWith('le'), enters[2]!);
    if (senses !== null) return this.#presence(senses[1]!, senses[2] === undefined, senses[1]!);
    if (empty !== null) {
      const isThere = (empty[3] === 'occupied') !== (empty[2] !== undefined);
      const read = this.#presence(empty[1]!, isThere, empty[1]!);
      // "The battery is empty" has nobody in it.
      return read !== undefined && 'problem' in read ? undefined : read;
    }
    if (someone === null) return undefined;
    const [, no, who, not, behind] = someone;
    const isNobody = /^(?:nobody|no one|noone)$/.test(no ?? '');
    if (!isNobody && who === undefined) return undefined;
    const isThere = no === undefined && not === undefined;
    return this.#presence(placeOf(behind!) ?? '', isThere, placeOf(behind!) ?? '');
  }

  #presence(place: string, isThere: boolean, subject: string): ReadCondition | undefined {
    return this.#chosenWord((signal) => PRESENCE.has(signal.kind), place, isThere, 'motion', subject);
  }

  #danger(text: string): ReadCondition | undefined {
    const match = DANGER.exec(text);
    if (match === null) return undefined;
    const [, no, what, not, behind] = match;
    const kind = what === 'smoke' || what === 'fire' ? 'smoke' : 'leak';
    const place = placeOf(behind!) ?? '';
    return this.#chosenWord(
      (signal) => signal.kind === kind,
      place,
      no === undefined && not === undefined,
      kind,
      place,
    );
  }

  #chosenWord(
    fits: (signal: Signal) => boolean,
    place: string,
    isThere: boolean,
    kind: string,
    subject: string,
  ): ReadCondition | undefined {
    const chosen = this.#choose(fits, place === 'there' ? '' : place, undefined, kind);
    if (chosen === undefined || 'problem' in chosen) return chosen;
    const value = isThere ? 'detected' : 'clear';
    return { condition: { signal: chosen.signal.id, op: 'is', value }, subject };
  }

  /**
   * The one signal that is meant. Of several, a sensor rather than a thing's own property, and of the kind that is most
   * likely meant; what is left in doubt is a problem with candidates.
   */
  #choose(
    fits: (signal: Signal) => boolean,
    subject: string,
    place: string | undefined,
    kind: string,
  ): { readonly signal: Signal } | { readonly problem: Problem } | undefined {
    const directory = this.#signals.directory(fits);
    const said = nameIn(subject);
    const isKind = (NOUNS[kind] ?? [kind]).includes(said) || said === `${kind} level`;
    let found = IT.has(said) || isKind ? directory.values : directory.find(said).entries;
    if (IT.has(said) || isKind) found = found.filter((signal) => signal.thing === undefined || place !== undefined);
    if (found.length === 0 && !IT.has(said)) found = directory.inArea(said) ?? [];
    if (place !== undefined) {
      const inside = directory.inArea(place) ?? (place === 'outside' ? directory.values.filter(isOutdoors) : []);
      found = found.filter((signal) => inside.includes(signal));
    }
    const narrowed = narrow(found, kind, IT.has(said));
    if (narrowed.length === 1) return { signal: narrowed[0]! };
    if (narrowed.length === 0) return { problem: unknown(directory, place ?? (said || kind), kind) };
    const candidates = narrowed.map((signal) => signal.shown);
    const reason = `"${said === '' ? kind : said}" can be ${listed(candidates, 'or')}; say which`;
    return { problem: { outcome: 'ambiguous', code: 'condition-ambiguous', reason, candidates } };
  }
}

interface Measured {
  readonly signal: Signal;
  readonly convert: (value: number) => number;
  readonly unit: { readonly unit?: string };
}

const isOutdoors = ({ area = '' }: Signal): boolean => /^(?:out|porch|garden|terrace|balcony|yard)/.test(area);

function narrow(found: readonly Signal[], kind: string, isIt: boolean): readonly Signal[] {
  const tests: ((signal: Signal) => boolean)[] = [
    (signal) => signal.kind === kind,
    (signal) => signal.thing === undefined,
    // "When it gets dark" is said of the world.
    (signal) => isIt && kind === 'brightness' && isOutdoors(signal),
  ];
  let left = found;
  for (const test of tests) {
    if (left.length <= 1) break;
    const passing = left.filter(test);
    if (passing.length > 0) left = passing;
  }
  return left;
}

function unknown(directory: Directory<Signal>, said: string, kind: string): Problem {
  const all = directory.values;
  const near = nearest(
    said,
    all.map((signal) => signal.shown),
  );
  const known = all.length === 0 ? `nothing here measures ${kind}` : `nearest: ${listed(near)}`;
  return {
    outcome: 'unknown-device',
    code: 'condition-unknown',
    reason: `no sensor and no thing "${said}" can be that; ${known}`,
    candidates: near,
  };
}

/** Contractions written out, fillers left out. */
function plain(said: string): string {
  return said
    .replace(/\b(it|that|there|nobody|someone|somebody|everyone)'s\b/g, '$1 is')
    .replace(/\b(is|are|was|were)n't\b/g, '$1 not')
    .replace(/\bno (?:one|1)\b/g, 'nobody')
    .replace(/\bthere is not\b/g, 'there is no')
    .replace(/\b(?:ever|currently|already|suddenly|actually|still|all)\b ?/g, '')
    .replace(/^(?:that|only if|and|it is the case that) /, '')
    .replace(/\s+/g, ' ')
    .replace(/^[ ,]+|[ ,.!?]+$/g, '');
}

/** "the temperature in the kitchen" → "temperature kitchen": the words that names have. */
function nameIn(subject: string): string {
  return contentWords(subject)
    .filter((word) => !['in', 'at', 'on', 'from', 'inside', 'to', 'level', 'value', 'reading', 'sensor'].includes(word))
    .join(' ');
}

/** What stands behind a number: " degrees in the kitchen", " % outside". */
function behindNumber(rest: string): { unit?: string; place?: string } {
  const match = /^(.*?)((?: (?:in|at|on|inside) (?:the |my )?[a-z].*| outside| outdoors)?)$/.exec(rest)!;
  const unit = match[1]!.trim();
  const place = placeOf(match[2]!);
  return { ...(unit === '' ? {} : { unit }), ...(place === undefined ? {} : { place }) };
}

function placeOf(behind: string): string | undefined {
  const text = behind.trim();
  if (text === '') return undefined;
  if (text === 'outside' || text === 'outdoors') return 'outside';
  return text.replace(/^(?:in|at|on|by|near|inside|under) (?:the |my )?/, '');
}

const numberOf = (said: string): number => Number(said.replace(/^(?:minus |- ?)/, '-'));

function withHold(condition: Condition, for_ms: number): Condition {
  switch (condition.op) {
    case 'and':
    case 'or':
      return { op: condition.op, of: condition.of.map((part) => withHold(part, for_ms)) };
    case 'not':
    case 'daytime':
      return condition;
    default:
      return { ...condition, for_ms };
  }
}
