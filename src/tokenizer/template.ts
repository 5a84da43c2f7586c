/**
 * Chat templates: messages in, prompt out, with the places marked where users and sensors speak.
 *
 * The template never sees what they say. It renders an unguessable placeholder for each of their texts, and the text
 * takes its place afterwards: so a text can neither steer the template (Qwen's takes a user who says
 * "<tool_response>…" for a tool) nor leave its place, and its range is known.
 */
import { randomBytes } from 'node:crypto';
import { Template } from '@huggingface/jinja';
import { TokonomaError, messageOf } from '../errors.ts';
import type { Prompt } from '../model/types.ts';

export interface ToolCall {
  readonly name: string;
  /** An object, or JSON text as OpenAI's interface has it. */
  readonly arguments: Readonly<Record<string, unknown>> | string;
}

/** Text of which the pieces in `data` come from others: users, sensors, a configuration. */
export type MixedText = readonly (string | { readonly data: string })[];

/** One turn of a conversation. */
export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant' | 'tool';
  readonly content: string | MixedText;
  /** Whether `content` is data, where it is one text. Default: what users and tools say is, the others' is not. */
  readonly data?: boolean;
  /** Calls the assistant made; their names and arguments are data, for they repeat what users said. */
  readonly toolCalls?: readonly ToolCall[];
}

export interface RenderOptions {
  /** Function signatures, as the template wants them (usually OpenAI's `{type, function}`). They are not data, */
  readonly tools?: readonly unknown[];
  /** unless this says that strangers wrote what is in their `function`. */
  readonly toolsAreData?: boolean;
  /** Ends with the opening of the assistant's turn. Default: true. */
  readonly addGenerationPrompt?: boolean;
}

/** Known ones stay below 50,000 characters; parsing megabytes takes seconds and hundreds of them of memory. */
const MAX_TEMPLATE = 1 << 18;
/** The lexer's expressions take the square of it in time: 0.4 s for 16,384 spaces. */
const MAX_SPACE = 1024;
const ROLES: readonly string[] = ['system', 'user', 'assistant', 'tool'];

export class ChatTemplate {
  readonly #template: Template;
  readonly #variables: Readonly<Record<string, string>>;

  /**
   * `source`: Jinja, as in tokenizer.chat_template. `variables`: what the template may refer to beside the messages,
   * such as `bos_token`.
   * @throws template-error
   */
  constructor(source: string, variables: Readonly<Record<string, string>> = {}) {
    this.#variables = variables;
    refuseAbsurd(source);
    try {
      this.#template = new Template(source);
    } catch (error) {
      throw new TokonomaError('template-error', `the model's chat template is not valid Jinja: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }

  /** @throws template-error when the template refuses the messages or alters data */
  render(messages: readonly ChatMessage[], options: RenderOptions = {}): Prompt {
    const placeholders = new Placeholders();
    const context = {
      ...this.#variables,
      messages: messages.map((message) => toContext(message, placeholders)),
      ...(options.tools &&
        options.tools.length > 0 && {
          tools:
            options.toolsAreData === true ? options.tools.map((tool) => placeholders.forTool(tool)) : options.tools,
        }),
      add_generation_prompt: options.addGenerationPrompt ?? true,
    };
    let rendered: string;
    try {
      rendered = this.#template.render(context);
    } catch (error) {
      throw new TokonomaError(
        'template-error',
        `the model's chat template refuses these messages: ${messageOf(error)}`,
        {
          cause: error,
        },
      );
    }
    return placeholders.replaceIn(rendered);
  }
}

/** A message as templates know it, its data replaced. */
function toContext(message: ChatMessage, placeholders: Placeholders): Record<string, unknown> {
  const { role, content } = message;
  // The role is template text: it must not carry anything else.
  if (!ROLES.includes(role)) {
    throw new TokonomaError('template-error', `unknown role ${JSON.stringify(role)}; expected ${ROLES.join(', ')}`);
  }
  const isData = message.data ?? (role === 'user' || role === 'tool');
  const pieces = typeof content === 'string' ? [isData ? { data: content } : content] : content;
  const context: Record<string, unknown> = {
    role,
    content: pieces.map((piece) => (typeof piece === 'string' ? piece : placeholders.for(piece.data))).join(''),
  };
  if (message.toolCalls && message.toolCalls.length > 0) {
    context.tool_calls = message.toolCalls.map((call) => ({
      type: 'function',
      function: { name: placeholders.for(call.name), arguments: placeholders.forAll(call.arguments) },
    }));
  }
  return context;
}

/** Letters of the nonce: 32 of 26 kinds, 150 bits. */
const NONCE_LETTERS = 32;
/** So many letters of it anywhere else in a rendered text mean that the template has altered a placeholder. */
const TRACE_LETTERS = 10;
const INDEX_LETTERS = 6;

/**
 * A placeholder is letters, which survive trimming and splitting, around one quotation mark, which tells whether the
 * template wrote it as JSON: then the text has to become JSON, too.
 */
class Placeholders {
  readonly #nonce = letters(randomBytes(NONCE_LETTERS));
  readonly #texts: string[] = [];

  /** An empty text stays empty: there is nothing to protect, and templates ask for emptiness. */
  for(text: string): string {
    if (text === '') return '';
    const index = this.#texts.push(text) - 1;
    return `${this.#nonce}"${toLetters(index)}`;
  }

  /** A signature: its kind is for the template to know, what it describes is data. */
  forTool(tool: unknown): unknown {
    const { function: described, ...kind } = tool as { function?: unknown };
    return { ...kind, function: this.forAll(described) };
  }

  /** The same for every text in a JSON value, the keys included. */
  forAll(value: unknown): unknown {
    if (typeof value === 'string') return this.for(value);
    if (Array.isArray(value)) return value.map((element) => this.forAll(element));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, element]) => [this.for(key), this.forAll(element)]));
  }

  /** Puts the texts in their places, in one pass: what they contain is not looked at. */
  replaceIn(rendered: string): Prompt {
    const data: [number, number][] = [];
    const trace = this.#nonce.slice(0, TRACE_LETTERS);
    let text = '';
    let position = 0;
    const append = (template: string): void => {
      if (template.toLowerCase().includes(trace)) {
        throw new TokonomaError(
          'template-error',
          "the model's chat template alters what users say (a filter like upper or escape); it cannot be used",
        );
      }
      text += template;
    };
    for (const match of rendered.matchAll(new RegExp(`${this.#nonce}(\\\\?)"([a-z]{${INDEX_LETTERS}})`, 'g'))) {
      const content = this.#texts[fromLetters(match[2]!)]!;
      append(rendered.slice(position, match.index));
      const start = text.length;
      text += match[1] === '' ? content : JSON.stringify(content).slice(1, -1);
      data.push([start, text.length]);
      position = match.index + match[0].length;
    }
    append(rendered.slice(position));
    return { text, data };
  }
}

/** @throws template-error: long enough to keep the lexer busy for seconds */
function refuseAbsurd(source: string): void {
  const refuse = (what: string, most: number): never => {
    throw new TokonomaError('template-error', `the model's chat template has ${what}; at most ${most} are plausible`);
  };
  if (source.length > MAX_TEMPLATE) refuse(`${source.length} characters`, MAX_TEMPLATE);
  for (const [space] of source.matchAll(/\s+/g)) {
    if (space.length > MAX_SPACE) refuse(`${space.length} spaces in a row`, MAX_SPACE);
  }
}

function letters(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(0x61 + (byte % 26))).join('');
}

/** `index` as INDEX_LETTERS letters, least significant first. */
function toLetters(index: number): string {
  return letters(Uint8Array.from({ length: INDEX_LETTERS }, (_, i) => Math.floor(index / 26 ** i) % 26));
}

function fromLetters(text: string): number {
  return [...text].reduce((index, letter, i) => index + (letter.charCodeAt(0) - 0x61) * 26 ** i, 0);
}
