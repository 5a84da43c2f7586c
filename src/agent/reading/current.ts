/** Reading and speaking by whichever model is there: what depends on it, template, prompts, repeats, comes and goes with it. */
import { perModel, type ModelPlace } from '../../model/slot.ts';
import type { Engine } from '../../model/types.ts';
import { ChatTemplate } from '../../tokenizer/template.ts';
import { FastPath } from '../fast/fast.ts';
import type { Interpretation } from '../types.ts';
import type { Vocabulary } from './capabilities.ts';
import { Interpreter } from './interpreter.ts';
import { modelPhrase, type Phrase } from './phrasing.ts';
import type { TextInterpreter } from './understanding.ts';

export class CurrentInterpreter implements TextInterpreter {
  readonly #place: ModelPlace;
  /** Of a model that is lent. */
  readonly of = perModel(
    (engine: Engine) => new Interpreter(engine, new ChatTemplate(engine.info.chatTemplate), { fast: new FastPath() }),
  );

  constructor(place: ModelPlace) {
    this.#place = place;
  }

  /** As Interpreter.interpret; waits while another model is on its way. */
  interpret(said: string, vocabulary: Vocabulary, signal?: AbortSignal): Promise<Interpretation> {
    return this.#place.use((engine) => this.of(engine).interpret(said, vocabulary, signal), signal);
  }
}

/** In the words of the model that is there, where it speaks: one of plan format `tags` writes plans and nothing else. */
export function currentPhrase(place: ModelPlace): Phrase {
  const phraseOf = perModel((engine) =>
    engine.info.planFormat === 'hermes' ? modelPhrase(engine, new ChatTemplate(engine.info.chatTemplate)) : undefined,
  );
  return async (plain, signal) => {
    // What was done is not held back until another model has come.
    if (place.isChanging) return plain;
    try {
      return await place.use(async (engine) => phraseOf(engine)?.(plain, signal) ?? plain, signal);
    } catch {
      return plain;
    }
  };
}
