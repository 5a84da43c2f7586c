/** `tokonoma chat`: a conversation with a chat model, in a terminal or through pipes. */
import { randomInt } from 'node:crypto';
import { createInterface } from 'node:readline';
import { codeOf, messageOf } from '../errors.ts';
import { refuseCommandModel } from '../model/chat-model.ts';
import type { EngineOptions } from '../model/engine.ts';
import type { Engine, ModelInfo } from '../model/types.ts';
import { ChatTemplate } from '../tokenizer/template.ts';
import { Conversation, type Answer, type ConversationOptions } from './conversation.ts';
import { openShown } from './waiting.ts';
import { misused, parse, type Command, type CommandSpec } from './command.ts';
import { ENGINE_OPTIONS, HUB_ENVIRONMENT, count, engineSettings, measure } from './options.ts';

const SPEC = {
  name: 'chat',
  synopsis: ['chat --model FILE|NAME [OPTION…]'],
  description: [
    'Talks with a chat model, such as a Bonsai: each line of the input is a turn. /reset forgets the conversation, ' +
      '/exit or the end of the input ends it. Ctrl-C stops an answer, or ends the program where there is none. When the ' +
      'context is full, the oldest turns are forgotten.',
  ],
  options: {
    system: { type: 'string', value: 'TEXT', help: 'what the model is told before everything else' },
    temperature: { type: 'string', value: 'T', help: '0 takes the likeliest token each time; default: 0.5' },
    'top-k': { type: 'string', value: 'K', help: 'draw among the K likeliest tokens, 0: all; default: 20' },
    'top-p': {
      type: 'string',
      value: 'P',
      help: 'draw among the likeliest that together have this probability; default: 0.85',
    },
    seed: { type: 'string', value: 'N', help: 'the same seed, the same answers; default: a new one each time' },
    'max-tokens': {
      type: 'string',
      value: 'N',
      help: 'upper bound of one answer; default: what the context has room for',
    },
    json: {
      type: 'boolean',
      help: 'one JSON line per turn: {turn, text, stop, dropped, timing}, or {turn, code, reason}',
    },
    ...ENGINE_OPTIONS,
  },
  exits: { '1': 'a turn of piped input failed, or there was no chat' },
  environment: HUB_ENVIRONMENT,
  examples: {
    'tokonoma chat --model bonsai-1.7b': 'in the terminal',
    'echo "Why is the sky blue?" | tokonoma chat --model bonsai-1.7b --seed 1 --json': 'one answer, for a script',
  },
} as const satisfies CommandSpec;

export const CHAT: Command = { spec: SPEC, run: (argv) => chatCommand(argv) };

/** As Bonsai's makers run it: scripts/run_llama.sh of their demo. */
const SAMPLING = { temperature: 0.5, topK: 20, topP: 0.85 };
const SEEDS = 2 ** 31;

interface Sink {
  write(text: string): unknown;
}

/** What a test replaces. */
export interface ChatEnvironment {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly out: Sink;
  /** Also where a terminal shows what is typed. */
  readonly err: NodeJS.WritableStream;
  readonly open: (options: EngineOptions) => Promise<Engine>;
}

/**
 * Returns the exit code: 1 when a turn of piped input failed.
 * @throws TokonomaError `bad-usage`, `not-a-chat-model`, `template-error`, and what opening the engine throws
 */
export async function chatCommand(
  argv: readonly string[],
  environment: Partial<ChatEnvironment> = {},
): Promise<number> {
  const { input, out, err, open }: ChatEnvironment = {
    input: process.stdin,
    out: process.stdout,
    err: process.stderr,
    open: (options) => openShown(options, { err: process.stderr }),
    ...environment,
  };
  const { values, positionals } = parse(argv, SPEC);
  if (positionals.length > 0) {
    throw misused(SPEC, 'chat takes no argument; what is said comes from stdin');
  }
  const options = conversationOptions(values);
  const engine = await open(engineSettings(values));
  try {
    refuseCommandModel(engine.info);
    const conversation = new Conversation(engine, new ChatTemplate(engine.info.chatTemplate), options);
    const show = values.json === true ? asJson(out) : asText(out, err, engine.info);
    return await converse(conversation, input, err, show, engine.info);
  } finally {
    await engine.close();
  }
}

function conversationOptions(values: {
  readonly [Name in 'system' | 'temperature' | 'top-k' | 'top-p' | 'seed' | 'max-tokens']?: string;
}): ConversationOptions {
  const { temperature, 'top-k': topK, 'top-p': topP, seed, 'max-tokens': maxTokens } = values;
  return {
    sampling: {
      temperature: temperature === undefined ? SAMPLING.temperature : measure('--temperature', temperature, 0, 100),
      topK: topK === undefined ? SAMPLING.topK : count('--top-k', topK, 0),
      topP: topP === undefined ? SAMPLING.topP : measure('--top-p', topP, 0, 1),
      seed: seed === undefined ? randomInt(SEEDS) : count('--seed', seed, 0),
    },
    ...(maxTokens === undefined ? {} : { maxTokens: count('--max-tokens', maxTokens) }),
    ...(values.system === undefined ? {} : { system: values.system }),
  };
}

/** What becomes of a turn, as it happens. */
interface Show {
  text(piece: string): void;
  answer(turn: number, answer: Answer): void;
  failure(turn: number, error: unknown): void;
}

async function converse(
  conversation: Conversation,
  input: ChatEnvironment['input'],
  err: ChatEnvironment['err'],
  show: Show,
  info: ModelInfo,
): Promise<number> {
  const isTerminal = input.isTTY === true;
  const note = (text: string): void => {
    if (isTerminal) err.write(`${text}\n`);
  };
  note(`${info.name}, ${info.contextLength} tokens of context. /reset forgets, /exit ends, Ctrl-C stops an answer.`);
  const lines = createInterface({
    input,
    ...(isTerminal && { output: err, terminal: true, prompt: '> ' }),
  });
  let isOpen = true;
  lines.once('close', () => (isOpen = false));
  const prompt = (): void => {
    if (isTerminal && isOpen) lines.prompt();
  };
  let answering: AbortController | undefined;
  const interrupt = (): void => {
    if (answering === undefined) lines.close();
    else answering.abort();
  };
  // A terminal in raw mode tells readline; everybody else sends the signal.
  lines.on('SIGINT', interrupt);
  process.on('SIGINT', interrupt);
  let [turn, failed] = [0, 0];
  try {
    prompt();
    for await (const line of lines) {
      const said = line.trim();
      if (said === '/exit') break;
      if (said === '/reset') {
        conversation.reset();
        note('(forgotten)');
      } else if (/^\/[a-z]+$/.test(said)) {
        err.write(`there is no ${said}; there are /reset and /exit\n`);
      } else if (said !== '') {
        turn++;
        answering = new AbortController();
        try {
          const { signal } = answering;
          show.answer(turn, await conversation.say(said, signal, (piece) => show.text(piece)));
        } catch (error) {
          failed++;
          show.failure(turn, error);
        }
        answering = undefined;
      }
      prompt();
    }
  } finally {
    process.off('SIGINT', interrupt);
    lines.close();
  }
  return failed > 0 && !isTerminal ? 1 : 0;
}

function asJson(out: Sink): Show {
  const line = (value: object): unknown => out.write(`${JSON.stringify(value)}\n`);
  return {
    text() {},
    answer: (turn, answer) => line({ turn, ...answer }),
    failure: (turn, error) => line({ turn, code: codeOf(error), reason: messageOf(error) }),
  };
}

function asText(out: Sink, err: Sink, { contextLength }: ModelInfo): Show {
  return {
    text: (piece) => out.write(printable(piece)),
    answer(_, { stop, dropped }) {
      out.write('\n');
      if (stop === 'cancelled') err.write('(stopped)\n');
      if (stop === 'length') err.write('(cut short: --max-tokens, or a context without room for more)\n');
      if (dropped > 0) {
        const turns = dropped === 1 ? 'the oldest turn is' : `the oldest ${dropped} turns are`;
        err.write(`(the context of ${contextLength} tokens is full: ${turns} forgotten)\n`);
      }
    },
    failure: (_, error) => err.write(`tokonoma: ${messageOf(error)} [${codeOf(error)}]\n`),
  };
}

/** A model can be talked into anything, but not into steering the terminal (ECMA-48: C0 and C1 control codes). */
function printable(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, '\u{fffd}');
}
