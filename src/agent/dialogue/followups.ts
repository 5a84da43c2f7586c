/** Commands that say nothing without what was done before: "again", "undo", "a bit more", "the other one", "no, the desk lamp". */
import type { Thing } from '../../../devices/thing.ts';
import type { PlanCall } from '../../grammar/actions.ts';
import { readAnswer } from './answers.ts';
import { beginsWithVerb, corrected, withoutNames } from '../grounding/clauses.ts';
import { undoing, type Memory } from './context.ts';
import type { Grounding, Problem } from '../grounding/grounding.ts';
import type { Intent } from '../turn/prepare.ts';
import { words } from '../grounding/words.ts';

/** What to do, or why not. */
export type Followed = { readonly intent: Intent } | { readonly problem: Problem };

const AGAIN = phrases(
  'again|once again|once more|one more time|do that again|do it again|do the same again|same again|repeat|repeat that|' +
    'repeat it|and again|do that once more|do it once more|another time',
);
const UNDO = phrases(
  'undo|undo that|undo it|undo the last one|undo this|put it back|put that back|take that back|take it back|revert|' +
    'revert that|change it back|turn it back|as it was|back as it was|put it back as it was|reverse that',
);
const MORE = phrases(
  'more|a bit more|a little more|a little bit more|some more|even more|bit more|a tad more|further|still more|' +
    'a bit more please|more of that|not enough|that is not enough|thats not enough',
);
const LESS = phrases(
  'less|a bit less|a little less|a little bit less|bit less|a tad less|not that much|not so much|too much|' +
    'that is too much|thats too much|that was too much|other way|the other way|the other way round',
);
const OTHER = phrases(
  'the other one|other one|the other|and the other one|the other one too|the other one as well|and the other|' +
    'and the other one too|the other one please',
);
/** "And the bedroom", "the bedroom light too", "same for the desk lamp", "what about the bathroom". */
const ALSO =
  /^(?:and\s+(?:also\s+)?(?:in\s+)?|also\s+|(?:do\s+)?the\s+same\s+(?:for|in|with)\s+|same\s+(?:for|in|with)\s+|what\s+about\s+|how\s+about\s+)(.+?)(?:\s+(?:too|as\s+well|also))?[\s.!?]*$|^(.+?)\s+(?:too|as\s+well|also)[\s.!?]*$/i;
/** "The bedroom one", said to nobody's question. */
const ONE = /^(?:in\s+)?(?:the\s+)?(?:[\p{L}\d]+\s+){1,2}ones?[.!?]?$/iu;
/** "No, the left one", "I meant the bedroom", "not the kitchen light, the desk lamp". */
const INSTEAD =
  /^(?:(?:no|nope|sorry|wait|oh|oops|wrong|actually)[\s,.]+)+(?:i\s+mean(?:t)?\s+|not\s+[^,]+,\s*)?(.+)$|^i\s+mean(?:t)?\s+(.+)$|^not\s+[^,]+,\s*(?:but\s+)?(.+)$|^(?:rather|make\s+that)\s+(.+)$/i;

function phrases(list: string): ReadonlySet<string> {
  return new Set(list.split('|'));
}

/** What says nothing by itself is short. */
const MAX_LENGTH = 120;

export class Followups {
  readonly #grounding: Grounding;
  readonly #things: readonly Thing[];

  constructor(grounding: Grounding, things: readonly Thing[]) {
    this.#grounding = grounding;
    this.#things = things;
  }

  /** Undefined: the command speaks for itself. */
  follow(text: string, memory: Memory | undefined): Followed | undefined {
    if (text.length > MAX_LENGTH) return undefined;
    const phrase = words(text)
      .filter((word) => word !== 'please')
      .join(' ');
    for (const [set, act] of [
      [AGAIN, (known: Memory) => ({ intent: known.intent })],
      [UNDO, undone],
      [MORE, (known: Memory) => stepped(known, false)],
      [LESS, (known: Memory) => stepped(known, true)],
      [OTHER, (known: Memory) => this.#other(known)],
    ] as const) {
      if (set.has(phrase)) return memory === undefined ? nothingBefore(text) : act(memory);
    }
    if (readAnswer(text, []).kind === 'yes')
      return { problem: notSo(`nothing was asked; "${text}" says nothing by itself`) };
    if (ONE.test(text.trim())) return { problem: notSo(`it is not clear what to do with "${text}"`) };
    const instead = INSTEAD.exec(text.trim());
    if (instead !== null)
      return this.#instead(
        instead.slice(1).find((part) => part !== undefined)!,
        memory,
      );
    const also = ALSO.exec(text.trim());
    return also === null || memory === undefined ? undefined : this.#also(also[1] ?? also[2]!, memory);
  }

  /** What was done is taken back where that is possible, and done as it was meant. */
  #instead(fix: string, memory: Memory | undefined): Followed | undefined {
    if (memory === undefined || beginsWithVerb(fix)) return undefined;
    const meant = corrected(memory.intent, this.#withNoun(fix, memory), this.#grounding);
    if (meant === undefined) return undefined;
    const back = undoing(memory.deeds);
    return { intent: back === undefined ? meant : joined(back, meant) };
  }

  /** The same with other things. */
  #also(phrase: string, memory: Memory): Followed | undefined {
    if (beginsWithVerb(phrase)) return undefined;
    const intent = corrected(memory.intent, this.#withNoun(phrase, memory), this.#grounding);
    return intent === undefined ? undefined : { intent };
  }

  /** "The bedroom one" of lamps is the bedroom lamp. */
  #withNoun(phrase: string, memory: Memory): string {
    const noun = this.#thing(memory.things[0])?.description['tk:nouns']?.[0];
    return noun === undefined ? phrase : phrase.replace(/\bones?\b/i, noun);
  }

  /** The things of the same kind, where that leaves one or a question. */
  #other(memory: Memory): Followed {
    const known = this.#thing(memory.things[0])?.description;
    const at = memory.intent.plan.findIndex((_, i) => memory.intent.chosen?.has(i));
    if (known === undefined || at < 0) return nothingBefore('the other one');
    const alike = this.#things.filter(
      ({ description }) => description['@type'] === known['@type'] && !memory.things.includes(description.id),
    );
    const near = alike.filter(({ description }) => description['tk:area'] === known['tk:area']);
    const others = near.length > 0 ? near : alike;
    if (others.length === 0) return { problem: notSo(`there is no other ${known['@type']}`) };
    const call = memory.intent.plan[at]!;
    const args = withoutNames(call.args);
    const plan = [{ action: call.action, args }];
    if (others.length === 1) {
      const { id, title } = others[0]!.description;
      return {
        intent: {
          plan: [{ action: call.action, args: { device: title, ...args } }],
          text: '',
          chosen: new Map([[0, [id]]]),
        },
      };
    }
    return { intent: { plan, text: '', among: others.map(({ description }) => description.id) } };
  }

  #thing(id: string | undefined): Thing | undefined {
    return this.#things.find(({ description }) => description.id === id);
  }
}

function undone(memory: Memory): Followed {
  const intent = undoing(memory.deeds);
  if (intent !== undefined) return { intent };
  const names = [...new Set(memory.deeds.map(({ action }) => action))].join(', ');
  const what = names === '' ? 'nothing was done that could be undone' : `${names} cannot be undone`;
  return { problem: notSo(what, 'cannot-undo') };
}

/** A step once more, or back. Only steps: one metre more or once more unlocked is to be said in full. */
function stepped({ intent }: Memory, back: boolean): Followed {
  const plan = intent.plan.map((call): PlanCall | undefined => {
    const { step } = call.args;
    if (typeof step !== 'string') return undefined;
    return back ? { ...call, args: { ...call.args, step: step === 'up' ? 'down' : 'up' } } : call;
  });
  if (plan.some((call) => call === undefined)) {
    return { problem: notSo('what was done before has no more and no less; say what to do') };
  }
  return { intent: { ...intent, plan: plan.filter((call) => call !== undefined) } };
}

function joined(first: Intent, then: Intent): Intent {
  const chosen = new Map(first.chosen);
  for (const [at, ids] of then.chosen ?? []) chosen.set(at + first.plan.length, ids);
  return { plan: [...first.plan, ...then.plan], text: then.text, chosen };
}

function nothingBefore(text: string): Followed {
  return { problem: notSo(`nothing was done before that "${text}" could be about`, 'no-context') };
}

function notSo(reason: string, code = 'no-context'): Problem {
  return { outcome: 'not-understood', code, reason };
}
