/**
 * What is said about time and condition, split from what shall be done: "if it gets dark | turn on the porch light",
 * "turn on the heating | every weekday | at 6". Without the model. What looks like a condition or a time and cannot be
 * read is refused: doing the rest of it at once is never what was meant.
 */
import { sourceRange, textPass } from '../../text/passes.ts';
import type { Problem } from '../grounding/grounding.ts';
import { readWhen, timeSpans } from '../schedule/when-words.ts';
import type { Location, SunEvent } from '../schedule/sun.ts';
import type { When } from '../schedule/when.ts';
import { comparisons, negated, type Condition } from './condition.ts';
import type { ConditionReader, ReadCondition } from './condition-words.ts';

export type Clause =
  | { readonly kind: 'rule'; readonly condition: Condition; readonly then: string }
  /** @property guard must hold when it is due */
  | { readonly kind: 'schedule'; readonly when: When; readonly guard?: Condition; readonly then: string }
  | { readonly kind: 'problem'; readonly problem: Problem };

export interface ClauseParts {
  readonly conditions: ConditionReader;
  readonly location?: Location | undefined;
}

/** Words that only ever begin a condition; `after` and `once` begin many other things. */
const LEAD =
  /^(if|when|whenever|as soon as|every time|each time|any time|anytime|in case|unless|once|after|the moment|as long as|while) /;
const TAIL =
  / (if|when|whenever|as soon as|every time|each time|any time|anytime|in case|unless|once|after|the moment|as long as|while) /g;
const DOUBTFUL: ReadonlySet<string> = new Set(['once', 'after', 'the moment', 'as long as', 'while']);

const POLITE =
  /^(?:(?:please|hey|ok|okay|and|so|now|(?:can|could|would|will) you(?: please)?|i want you to|i would like you to|from now on),? )+/;
/** Said for courtesy, no condition. */
const COURTESY = new RegExp(
  ` ?,?(?:if|when(?:ever)?) (?:` +
    [
      `you (?:can|could|would|like|want|please|do not mind|don't mind)`,
      `you (?:have|get|find|'ve got|have got) (?:(?:a|1) (?:moment|minute|second|sec|chance)|the (?:chance|time)|time)`,
      `you(?: are|'re) ready`,
      `(?:that|it)(?: is|'s) (?:ok|okay|all right|alright|fine|possible|(?:no|not too much) (?:trouble|bother|problem))`,
      `possible|needed|necessary`,
    ].join('|') +
    `)\\b,? ?`,
);
const QUESTION =
  /^(?:what|how|is|are|am|who|where|which|did|does|do i|was|were|has|have|why|when (?:is|are|was|were|did|do|does|will|can|should|would|am))\b/;
/** Their own words follow: a song, a message, an alarm's time. */
const FREE =
  /^(?:play|sing|say|announce|shout|search|look up|find|ask|write|read|add|put .* on (?:my|the) .*list|remind|wake|tell|queue|listen)\b|\b(?:alarm|reminder|timer|countdown|wake me|calendar|appointment|meeting)s?\b/;
/** "Tell me when …" */
const TELL = /^(?:please )?(?:tell|notify|warn|alert|inform|let|message|ping) (?:me|us)(?: know)?$/;
const ASKS_NOW = /^(?:tell me|let me know|check|see|find out|verify|look|do you know|can you tell me|ask)\b/;
const SUN_SETS = /^(?:the )?(?:sun (sets|goes down|rises|comes up)|it is (sunset|sunrise))$/;
/** "Set the thermostat at 20": a number that is no time. */
const BARE_AT = /^at \d{1,2}$/;
const VALUE_VERB = /^(?:set|put|keep|hold|adjust|maintain|fix|run|drive|leave|turn it up|turn it down)\b/;
const MAX_LENGTH = 400;

/** Undefined for a command that says neither a time nor a condition. @param now milliseconds since the epoch */
export function readClause(said: string, now: number, parts: ClauseParts): Clause | undefined {
  if (said.length > MAX_LENGTH) return undefined;
  const passed = textPass(said);
  const lead = POLITE.exec(passed.text)?.[0].length ?? 0;
  const text = new Span(passed.text, lead, passed.text.length).without(COURTESY);
  if (QUESTION.test(text.text)) return undefined;
  const original = (span: Span): string => {
    const { start, end } = span.trimmed();
    return start >= end ? '' : said.slice(...sourceRange(passed, start, end)).trim();
  };
  return new ClauseReader(text, now, parts, original).read();
}

/** A piece of the passed text, by its place. */
class Span {
  readonly whole: string;
  readonly start: number;
  readonly end: number;

  constructor(whole: string, start: number, end: number) {
    this.whole = whole;
    this.start = start;
    this.end = Math.max(start, end);
  }

  get text(): string {
    return this.whole.slice(this.start, this.end);
  }

  slice(from: number, to = this.end - this.start): Span {
    return new Span(this.whole, this.start + from, this.start + to);
  }

  /** What the pattern matches at either end is left out. */
  without(pattern: RegExp): Span {
    const match = pattern.exec(this.text);
    if (match === null) return this;
    const end = match.index + match[0].length;
    if (match.index === 0) return this.slice(end);
    return end === this.text.length ? this.slice(0, match.index) : this;
  }

  /** Without blanks and commas at its ends, and without "then" and "please" before it. */
  trimmed(): Span {
    const { text } = this;
    const head = /^(?:[ ,.!?:]|then\b|please\b)*/.exec(text)![0].length;
    const tail = /(?:[ ,.!?]|\bplease$)*$/.exec(text.slice(head))![0].length;
    return new Span(this.whole, this.start + head, this.end - tail);
  }
}

class ClauseReader {
  readonly #text: Span;
  readonly #now: number;
  readonly #parts: ClauseParts;
  readonly #original: (span: Span) => string;

  constructor(text: Span, now: number, parts: ClauseParts, original: (span: Span) => string) {
    this.#text = text;
    this.#now = now;
    this.#parts = parts;
    this.#original = original;
  }

  read(): Clause | undefined {
    return this.#timed() ?? this.#conditional(this.#text);
  }

  /** A time at either end; what it leaves may have a condition of its own. */
  #timed(): Clause | undefined {
    if (/^(?:every|each|any) time /.test(this.#text.text)) return undefined;
    const timing = this.#timing(this.#text);
    if (timing === undefined || 'kind' in timing) return timing;
    const { when, rest } = timing;
    const conditional = this.#conditional(rest);
    if (conditional?.kind === 'rule') {
      return guarded(when, conditional.condition, conditional.then);
    }
    return conditional ?? { kind: 'schedule', when, then: this.#original(rest) };
  }

  #timing(span: Span): { readonly when: When; readonly rest: Span } | Clause | undefined {
    const { text } = span;
    const spans = timeSpans(text);
    if (spans === undefined) return undefined;
    const rest = span.slice(spans.start, spans.end).trimmed();
    if (rest.text === '' || FREE.test(rest.text) || QUESTION.test(rest.text)) return undefined;
    const said = text.slice(spans.end).trim();
    if (spans.start === 0 && BARE_AT.test(said) && VALUE_VERB.test(rest.text) && !/ (?:to|on|off) /.test(rest.text)) {
      return undefined;
    }
    const read = readWhen(spans.fragments, this.#now, this.#parts.location);
    return 'reason' in read ? problem('refused', read.code, read.reason) : { when: read.when, rest };
  }

  #conditional(span: Span): Clause | undefined {
    const lead = LEAD.exec(span.text);
    if (lead !== null) return this.#leading(span, lead[1]!);
    return this.#trailing(span);
  }

  #leading(span: Span, word: string): Clause | undefined {
    const body = span.slice(word.length + 1);
    const sun = this.#sun(body);
    if (sun !== undefined) return sun;
    let inDoubt: ReadCondition | undefined;
    let isWhole = false;
    for (const end of wordEnds(body.text)) {
      const read = this.#parts.conditions.read(body.text.slice(0, end));
      if (read === undefined) continue;
      const then = body.slice(end).trimmed();
      if ('problem' in read) {
        if (then.text !== '') inDoubt ??= read;
        continue;
      }
      if (then.text === '') {
        isWhole = true;
        continue;
      }
      return this.#rule(word === 'unless' ? negated(read.condition) : read.condition, then);
    }
    if (inDoubt !== undefined && 'problem' in inDoubt) return { kind: 'problem', problem: inDoubt.problem };
    if (isWhole) return problem('not-understood', 'rule-incomplete', 'say what shall be done then');
    if (DOUBTFUL.has(word)) return undefined;
    return notRead(this.#original(body));
  }

  #trailing(span: Span): Clause | undefined {
    const { text } = span;
    let inDoubt: Clause | undefined;
    for (const match of text.matchAll(TAIL)) {
      const [, word] = match;
      const then = span.slice(0, match.index).trimmed();
      const asked = text.slice(match.index + match[0].length);
      if (then.text === '') continue;
      if (word === 'if' && ASKS_NOW.test(then.text)) return undefined;
      const sun = SUN_SETS.exec(asked);
      if (sun !== null) return this.#atSun(sun, then);
      const read = this.#parts.conditions.read(asked);
      if (read !== undefined && 'condition' in read) {
        return this.#rule(word === 'unless' ? negated(read.condition) : read.condition, then);
      }
      if (FREE.test(then.text) && !TELL.test(then.text)) return undefined;
      if (read !== undefined) inDoubt ??= { kind: 'problem', problem: read.problem };
      else if (!DOUBTFUL.has(word!)) inDoubt ??= notRead(asked);
    }
    return inDoubt;
  }

  /** What is left may be limited once more: "when A, turn on B unless C". */
  #rule(condition: Condition, then: Span): Clause {
    if (/ (?:otherwise|else) /.test(then.text)) {
      return problem('refused', 'unsupported', 'a rule has no "otherwise"; say it as two rules');
    }
    if (/ until /.test(then.text)) {
      return problem('refused', 'unsupported', 'a rule has no "until"; say in a second rule when it shall end');
    }
    const more = LEAD.test(then.text) ? undefined : this.#trailing(then);
    if (more?.kind === 'problem') return more;
    if (more?.kind === 'rule') {
      const of = [condition, more.condition].flatMap((part) => (part.op === 'and' ? part.of : [part]));
      return { kind: 'rule', condition: { op: 'and', of }, then: more.then };
    }
    // "Turn on the heater every day at 6 unless the window is open"
    const timing = this.#timing(then);
    if (timing === undefined) return { kind: 'rule', condition, then: this.#original(then) };
    if ('kind' in timing) return timing;
    return guarded(timing.when, condition, this.#original(timing.rest));
  }

  /** "When the sun sets, …" is a time. */
  #sun(body: Span): Clause | undefined {
    const match = /^(?:the )?(?:sun (sets|goes down|rises|comes up)|it is (sunset|sunrise)),? (?:then )?/.exec(
      body.text,
    );
    return match === null ? undefined : this.#atSun(match, body.slice(match[0].length).trimmed());
  }

  #atSun([, verb, noun]: RegExpExecArray, then: Span): Clause {
    const event: SunEvent = noun === 'sunset' || /sets|down/.test(verb ?? '') ? 'sunset' : 'sunrise';
    const read = readWhen([{ sun: event, days: [] }], this.#now, this.#parts.location);
    if ('reason' in read) return problem('refused', read.code, read.reason);
    return { kind: 'schedule', when: read.when, then: this.#original(then) };
  }
}

/** What is looked at once, when a time has come, has no duration. */
function guarded(when: When, guard: Condition, then: string): Clause {
  if (comparisons(guard).some(({ for_ms }) => for_ms !== undefined)) {
    return problem('refused', 'unsupported', 'beside a time, a condition cannot have to hold for a while');
  }
  return { kind: 'schedule', when, guard, then };
}

/** Ends of words, the last first. */
function wordEnds(text: string): number[] {
  const ends = [text.length];
  for (let i = text.length - 1; i > 0; i--) if (text[i] === ' ' || text[i] === ',') ends.push(i);
  return ends;
}

function problem(outcome: Problem['outcome'], code: string, reason: string): Clause {
  return { kind: 'problem', problem: { outcome, code, reason } };
}

function notRead(said: string): Clause {
  const quoted = said.length > 80 ? `${said.slice(0, 80)}…` : said;
  return problem(
    'not-understood',
    'condition-not-understood',
    `"${quoted}" is no condition that can be watched here; name a sensor or a thing, such as "if it gets dark" or ` +
      '"when the garage door is open for 5 minutes"',
  );
}

export const asksToBeTold = (then: string): boolean => TELL.test(textPass(then).text);
