/** A model for programs: engine, chat template and interpreter behind one object. */
import type { Thing, ThingDescription } from '../../devices/thing.ts';
import { FastPath } from '../agent/fast/fast.ts';
import { vocabularyOf } from '../agent/reading/capabilities.ts';
import { Interpreter, openVocabulary, type PlanVocabulary } from '../agent/reading/interpreter.ts';
import type { Interpretation } from '../agent/types.ts';
import { openModel } from '../hub/open.ts';
import { refuseCommandModel } from '../model/chat-model.ts';
import type { EngineOptions } from '../model/engine.ts';
import type { Engine, GenerateRequest, GenerateResult, ModelInfo, OnText } from '../model/types.ts';
import { ChatTemplate, type ChatMessage } from '../tokenizer/template.ts';

/** Which model, and how much of the machine it may have. */
export interface ModelOptions extends EngineOptions {
  /** Whether common phrasings and repeats are understood without the model. Default: true. */
  readonly fast?: boolean;
}

/** How text is generated, and how it is stopped. */
export interface GenerateOptions extends Pick<
  GenerateRequest,
  'maxTokens' | 'temperature' | 'topK' | 'topP' | 'seed' | 'stop' | 'json'
> {
  /** Ends it; what was asked for then fails with code `cancelled`. */
  readonly signal?: AbortSignal;
  /** Told of the text as it comes, whole characters at a time. */
  readonly onText?: OnText;
}

/** What a plan may name: things, or their descriptions. */
export type Declared = readonly (Thing | ThingDescription)[];

/**
 * Loads a model in a thread of its own; the process stays responsive. `model` is a GGUF file, the name of an installed
 * model, `auto` (the largest installed one that fits `memory`), or, by default, the packaged seedling, which reads
 * commands and does not chat.
 * @throws TokonomaError with what is wrong: `model-not-installed`, `gguf-…`, `model-…`, `memory-budget`
 */
export async function loadModel({ fast = true, ...options }: ModelOptions = {}): Promise<LoadedModel> {
  return new LoadedModel(await openModel(options, { tell: (text) => options.onNote?.(text) }), fast);
}

/** A model that is loaded: it reads commands, chats and continues texts, one request after the other. */
export class LoadedModel {
  /** For an agent: `createAgent` takes it from here. */
  readonly interpreter: Interpreter;
  readonly #engine: Engine;
  readonly #template: ChatTemplate;
  /** Worked out once for the same list of things. */
  readonly #vocabularies = new WeakMap<Declared, PlanVocabulary>();

  /** @param engine an open one; it is closed with this */
  constructor(engine: Engine, fast: boolean) {
    this.#engine = engine;
    this.#template = new ChatTemplate(engine.info.chatTemplate);
    this.interpreter = new Interpreter(engine, this.#template, { fast: fast ? new FastPath() : undefined });
  }

  /** What its file says, and how its memory is divided. */
  get info(): ModelInfo {
    return this.#engine.info;
  }

  /**
   * What a command asks for: a plan whose calls these things declare, and whose texts are names of theirs or what was
   * said, word for word. Without things, every action there is. Nothing is done.
   * @throws TokonomaError `too-long`, `plan-truncated`, `cancelled`, `engine-…`
   */
  interpret(text: string, things?: Declared, signal?: AbortSignal): Promise<Interpretation> {
    return this.interpreter.interpret(text, this.#vocabularyOf(things), signal);
  }

  /**
   * The next turn of a conversation, which is told whole every time; a text alone is the user's first turn.
   * @throws TokonomaError `not-a-chat-model`, `context-full`, `template-error`, `cancelled`, `engine-…`
   */
  async chat(conversation: string | readonly ChatMessage[], options: GenerateOptions = {}): Promise<GenerateResult> {
    refuseCommandModel(this.info);
    const messages =
      typeof conversation === 'string' ? [{ role: 'user', content: conversation } as const] : conversation;
    return this.#generate(this.#template.render(messages), options);
  }

  /**
   * Continues a text as it is. No control token is recognized in it.
   * @throws TokonomaError `context-full`, `cancelled`, `engine-…`
   */
  generate(text: string, options: GenerateOptions = {}): Promise<GenerateResult> {
    return this.#generate({ text, data: [[0, text.length]] }, options);
  }

  /** Ends its thread; what is asked for fails with `engine-closed`. */
  close(): Promise<void> {
    return this.#engine.close();
  }

  #generate(
    prompt: GenerateRequest['prompt'],
    { signal, onText, ...request }: GenerateOptions,
  ): Promise<GenerateResult> {
    return this.#engine.generate({ prompt, ...request }, signal, onText);
  }

  #vocabularyOf(things: Declared | undefined): PlanVocabulary {
    if (things === undefined) return openVocabulary;
    let vocabulary = this.#vocabularies.get(things);
    if (vocabulary === undefined) {
      vocabulary = vocabularyOf(things.map((thing) => ('description' in thing ? thing.description : thing)));
      this.#vocabularies.set(things, vocabulary);
    }
    return vocabulary;
  }
}
