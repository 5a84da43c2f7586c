/**
 * An outcome in the model's own words, where the model is one that speaks. It is asked after the outcome is known and
 * told nothing but the sentence that would be said otherwise; what it makes of it is said only if it claims the same.
 */
import type { Engine } from '../../model/types.ts';
import type { ChatTemplate } from '../../tokenizer/template.ts';
import { words } from '../grounding/words.ts';

/** The sentence in other words, or as it was. Never throws. */
export type Phrase = (plain: string, signal: AbortSignal) => Promise<string>;

const INSTRUCTIONS =
  'You are the voice of a home. Say what the user gives you in one short friendly sentence. ' +
  'Add nothing, leave nothing out, ask nothing. Answer with the sentence only.';
const MAX_TOKENS = 64;

export function modelPhrase(engine: Engine, template: ChatTemplate): Phrase {
  return async (plain, signal) => {
    if (!isOneSentence(plain)) return plain;
    try {
      const prompt = template.render([
        { role: 'system', content: INSTRUCTIONS },
        { role: 'user', content: plain },
      ]);
      const { text, stop } = await engine.generate({ prompt, maxTokens: MAX_TOKENS }, signal);
      const phrased = text.replace(/<think>[^]*?<\/think>/g, '').trim();
      return stop === 'end' && keepsTo(phrased, plain) ? phrased : plain;
    } catch {
      // The command is done, however it is told.
      return plain;
    }
  };
}

/** Words that claim nothing. Words of state ("on", "open") are none of them, and neither are those of negation. */
const FILLING = new Set(
  (
    'ok okay sure done alright right great certainly now just the a an is are was were has have been your you for i we ' +
    'it its and there here so all set currently at to of in with got as my'
  ).split(' '),
);

/**
 * Whether a sentence claims what another one does: the same telling words, numbers and names, none more and none less.
 * In one sentence about one thing there is no way to change the meaning with the same words; several are not tried.
 */
export function keepsTo(phrased: string, plain: string): boolean {
  if (
    /[\n?]/.test(phrased) ||
    phrased.length > 2 * plain.length + 40 ||
    !isOneSentence(phrased.replace(/^\w+[!,.] /, ''))
  )
    return false;
  const telling = (text: string): string[] => words(text).filter((word) => !FILLING.has(word));
  const [said, meant] = [new Set(telling(phrased)), new Set(telling(plain))];
  return meant.size === said.size && [...meant].every((word) => said.has(word));
}

/** One statement without a decimal point's or a list's ambiguity. */
function isOneSentence(text: string): boolean {
  return !/[.!?]\s+\S/.test(text.trim()) && !/\?\s*$/.test(text);
}
