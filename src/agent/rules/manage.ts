/** Listing, removing and pausing by words. */
import { codeOf, messageOf } from '../../errors.ts';
import { conversationOf, type Dialogue } from '../dialogue/dialogue.ts';
import type { Ending } from '../turn/response.ts';
import type { Schedule } from '../schedule/schedule.ts';
import type { Command } from '../types.ts';
import { isAbout, type Managing, type Which } from './manage-words.ts';
import type { Rules } from './rules.ts';

interface Entry {
  readonly id: string;
  readonly number: number;
  readonly shown: string;
}

/** An answer with more than this is cut: the topic has all of them. */
const MAX_TOLD = 12;

export interface ManagerParts {
  readonly rules: Rules;
  readonly schedule: Schedule;
  readonly dialogue: Dialogue;
}

export class Manager {
  readonly #parts: ManagerParts;

  constructor(parts: ManagerParts) {
    this.#parts = parts;
  }

  async manage({ verb, noun, which }: Managing, command: Command): Promise<Ending> {
    const entries = this.#entries(noun);
    if (verb === 'list') return this.#told(noun, entries);
    if (noun === 'schedule' && verb !== 'remove') {
      return refused('unsupported', 'a schedule cannot be paused; it can be removed and said again');
    }
    const meant = choose(entries, which);
    if (meant.length === 0) return refused('unknown-rule', noneOf(noun, entries, which));
    if (meant.length > 1 && which.kind !== 'all') {
      const candidates = meant.map(({ number, shown }) => `${number}. ${shown}`);
      const question = {
        ask: `Which ${noun}: ${candidates.join('; ')}?`,
        candidates: meant.map(({ id, number, shown }) => ({
          id,
          title: shown,
          synonyms: [String(number), `${noun} ${number}`],
        })),
        resume: (ids: readonly string[]) =>
          this.#done(
            verb,
            noun,
            meant.filter(({ id }) => ids.includes(id)),
          ),
      };
      this.#parts.dialogue.ask(conversationOf(command), question);
      return { outcome: 'ambiguous', reason: `several ${noun}s can be meant`, candidates, say: question.ask };
    }
    if (which.kind === 'all' && verb === 'remove' && meant.length > 1) {
      const ask = `Forget all ${meant.length} ${plural(noun)}?`;
      const resume = (): Promise<Ending> => this.#done(verb, noun, meant);
      this.#parts.dialogue.ask(conversationOf(command), { ask, candidates: [], resume });
      return { outcome: 'needs-confirmation', code: 'needs-confirmation', reason: ask, say: ask };
    }
    return this.#done(verb, noun, meant);
  }

  #entries(noun: Managing['noun']): Entry[] {
    const { rules, schedule } = this.#parts;
    if (noun === 'schedule') return schedule.list.map(({ id, number, entry }) => ({ id, number, shown: entry }));
    return rules.list.map(({ id, number, rule, enabled, why }) => {
      const paused = enabled ? '' : ` (paused${why === undefined ? '' : `: ${why}`})`;
      return { id, number, shown: `${rule}${paused}` };
    });
  }

  #told(noun: Managing['noun'], entries: readonly Entry[]): Ending {
    const told = entries.slice(0, MAX_TOLD).map(({ number, shown }) => `${number}. ${shown}.`);
    const more = entries.length > MAX_TOLD ? ` And ${entries.length - MAX_TOLD} more.` : '';
    const none = noun === 'rule' ? 'There are no rules.' : 'Nothing is scheduled.';
    const say = entries.length === 0 ? none : `${told.join(' ')}${more}`;
    return { outcome: 'executed', say, plan: [{ action: noun, args: { op: 'list' } }] };
  }

  async #done(
    verb: Exclude<Managing['verb'], 'list'>,
    noun: Managing['noun'],
    meant: readonly Entry[],
  ): Promise<Ending> {
    const { rules, schedule } = this.#parts;
    try {
      for (const { id } of meant) {
        if (verb === 'remove') await (noun === 'rule' ? rules.remove(id) : schedule.remove(id));
        else await rules.enable(id, verb === 'resume');
      }
    } catch (error) {
      return { outcome: 'failed', code: codeOf(error), reason: messageOf(error) };
    }
    const done = { remove: noun === 'rule' ? 'Forgotten' : 'Cancelled', pause: 'Paused', resume: 'Enabled' }[verb];
    const say = meant.length === 1 ? `${done}: ${meant[0]!.shown}.` : `${done}: ${meant.length} ${plural(noun)}.`;
    const actions = meant.map(({ number }) => ({
      device: noun === 'rule' ? 'rules' : 'schedule',
      action: `${noun}.${verb}`,
      args: { number },
      outcome: 'executed' as const,
    }));
    return { outcome: 'executed', say, actions, plan: [{ action: noun, args: { op: verb } }] };
  }
}

function choose(entries: readonly Entry[], which: Which): readonly Entry[] {
  switch (which.kind) {
    case 'all':
    case 'only':
      return entries;
    case 'last':
      return entries.slice(-1);
    case 'number':
      return entries.filter(({ number }) => number === which.number);
    case 'about':
      return entries.filter(({ shown }) => isAbout(which.words, shown));
  }
}

function noneOf(noun: Managing['noun'], entries: readonly Entry[], which: Which): string {
  if (entries.length === 0) return noun === 'rule' ? 'there are no rules' : 'nothing is scheduled';
  if (which.kind === 'number') return `there is no ${noun} ${which.number}; say "list the ${noun}s"`;
  return `no ${noun} is about that; say "list the ${noun}s"`;
}

const plural = (noun: Managing['noun']): string => (noun === 'rule' ? 'rules' : 'scheduled commands');

const refused = (code: string, reason: string): Ending => ({ outcome: 'refused', code, reason });
