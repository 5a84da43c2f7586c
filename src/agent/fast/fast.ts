/**
 * The way past the model: a command that was read before with the same things declared, and common phrasings. What
 * it gives is what the model would have given; context, grounding and policy come after it as after the model.
 */
import type { PlanCall } from '../../grammar/actions.ts';
import type { Vocabulary } from '../reading/capabilities.ts';
import { Templates } from './templates.ts';

export interface Read {
  /** Texts as they stand after the text pass. */
  readonly plan: readonly PlanCall[];
  readonly confidence: number;
}

/** Commands that are remembered for each vocabulary; the one that was not said for longest is forgotten. */
const MAX_REPEATS = 512;

interface Known {
  readonly templates: Templates;
  readonly repeats: Map<string, Read>;
}

export class FastPath {
  readonly #known = new WeakMap<Vocabulary, Known>();

  /** @param text a command after the text pass; undefined: ask the model */
  find(text: string, vocabulary: Vocabulary): Read | undefined {
    const { templates, repeats } = this.#of(vocabulary);
    const before = repeats.get(text);
    if (before !== undefined) {
      repeats.delete(text);
      repeats.set(text, before);
      return before;
    }
    const call = templates.match(text);
    return call === undefined ? undefined : { plan: [call], confidence: 1 };
  }

  remember(text: string, vocabulary: Vocabulary, read: Read): void {
    const { repeats } = this.#of(vocabulary);
    repeats.set(text, read);
    if (repeats.size > MAX_REPEATS) repeats.delete(repeats.keys().next().value!);
  }

  #of(vocabulary: Vocabulary): Known {
    let known = this.#known.get(vocabulary);
    if (known === undefined) {
      known = { templates: new Templates(vocabulary), repeats: new Map() };
      this.#known.set(vocabulary, known);
    }
    return known;
  }
}
