/** Requests of OpenAI's chat and text completions, checked: what is not supported is refused, not ignored. */
import type { GenerateRequest } from '../../model/types.ts';
import type { ChatMessage, ToolCall } from '../../tokenizer/template.ts';
import { BadRequest } from '../failure.ts';
import type { DescribedTool } from './fitting.ts';

export interface Sampling {
  readonly temperature: number;
  readonly topP: number;
  readonly seed: number;
  readonly maxTokens: number | undefined;
  readonly stop: readonly string[];
  /** Absent: no probabilities. */
  readonly logprobs: number | undefined;
}

/** What the answer may be: free text, an object, an object of a schema. */
export type Format = { readonly type: 'text' } | { readonly type: 'json'; readonly schema?: unknown };

/** What every request has. */
interface Asked {
  /** Whom it is asked for, where one client asks for several: they take turns. */
  readonly user: string;
  readonly sampling: Sampling;
  readonly stream: boolean;
  readonly includeUsage: boolean;
}

export interface ChatRequest extends Asked {
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly DescribedTool[];
  /** As the template is told of them. */
  readonly toolsAsGiven: readonly unknown[];
  /** `auto`: the model may call; `required`: it has to. */
  readonly calling: 'none' | 'auto' | 'required';
  readonly parallelCalls: boolean;
  readonly format: Format;
}

export interface CompletionRequest extends Asked {
  readonly prompts: readonly string[];
  /** The prompt stands before its answer. */
  readonly echo: boolean;
}

const MOST_MESSAGES = 1000;
const MOST_TOOLS = 128;
const MOST_TOP = 20;
const MOST_PROMPTS = 16;
const TEMPERATURE = 0.7;
const NAME = /^[a-zA-Z0-9_.-]{1,64}$/;

/** What would change the answer, with the values that ask for nothing. */
const NOT_SUPPORTED: Readonly<Record<string, readonly unknown[]>> = {
  functions: [],
  function_call: ['none'],
  logit_bias: [],
  frequency_penalty: [0],
  presence_penalty: [0],
  audio: [],
  web_search_options: [],
  suffix: [''],
  best_of: [1],
};

type Body = Readonly<Record<string, unknown>>;

/** @throws BadRequest */
export function chatRequest(value: unknown): ChatRequest {
  const body = bodyOf(value);
  const { tools, calling } = toolsOf(body);
  const logprobs = optional(body, 'logprobs', 'boolean') ?? false;
  if (isGiven(body['top_logprobs']) && !logprobs) throw bad('top_logprobs', 'top_logprobs needs logprobs: true');
  return {
    messages: messagesOf(body['messages']),
    tools,
    toolsAsGiven: calling === 'none' ? [] : tools.map(({ given }) => given),
    calling,
    parallelCalls: optional(body, 'parallel_tool_calls', 'boolean') ?? true,
    format: formatOf(body['response_format']),
    ...asked(body, logprobs ? integer(body, 'top_logprobs', 0, MOST_TOP, 0) : undefined),
  };
}

/** @throws BadRequest */
export function completionRequest(value: unknown): CompletionRequest {
  const body = bodyOf(value);
  const echo = optional(body, 'echo', 'boolean') ?? false;
  const logprobs = isGiven(body['logprobs']) ? integer(body, 'logprobs', 0, 5, 0) : undefined;
  if (echo && logprobs !== undefined)
    throw bad('logprobs', 'probabilities of the prompt are not known: echo or logprobs');
  return { prompts: promptsOf(body['prompt']), echo, ...asked(body, logprobs) };
}

/** What the engine is asked for beside the prompt. */
export function settings(sampling: Sampling): Omit<GenerateRequest, 'prompt'> {
  const { temperature, topP, seed, maxTokens, stop, logprobs } = sampling;
  return {
    temperature,
    topP,
    seed,
    stop,
    ...(maxTokens !== undefined && { maxTokens }),
    ...(logprobs !== undefined && { logprobs }),
  };
}

function bodyOf(value: unknown): Body {
  if (!isBody(value)) throw bad(null, 'the body must be a JSON object');
  return value;
}

function asked(body: Body, logprobs: number | undefined): Asked {
  for (const [key, nothing] of Object.entries(NOT_SUPPORTED)) {
    const value = body[key];
    if (isGiven(value) && !nothing.includes(value) && !isEmpty(value)) throw bad(key, `${key} is not supported`);
  }
  const options = body['stream_options'];
  return {
    user: optional(body, 'user', 'string') ?? '',
    sampling: samplingOf(body, logprobs),
    stream: optional(body, 'stream', 'boolean') ?? false,
    includeUsage: isBody(options) && options['include_usage'] === true,
  };
}

function promptsOf(value: unknown): string[] {
  const prompts = Array.isArray(value) ? (value as unknown[]) : [value];
  if (prompts.length < 1 || prompts.length > MOST_PROMPTS || !prompts.every((prompt) => typeof prompt === 'string')) {
    throw bad('prompt', `prompt is a string or a list of up to ${MOST_PROMPTS}; token numbers are not taken`);
  }
  return prompts;
}

function samplingOf(body: Body, logprobs: number | undefined): Sampling {
  if (isGiven(body['n']) && body['n'] !== 1) throw bad('n', 'n must be 1: ask again for another answer');
  const most = isGiven(body['max_completion_tokens']) ? 'max_completion_tokens' : 'max_tokens';
  return {
    temperature: number(body, 'temperature', 0, 2, TEMPERATURE),
    topP: number(body, 'top_p', 0, 1, 1),
    seed: integer(body, 'seed', -(2 ** 53), 2 ** 53, Math.floor(Math.random() * 2 ** 31)),
    maxTokens: isGiven(body[most]) ? integer(body, most, 1, 2 ** 31, 1) : undefined,
    stop: stopOf(body['stop']),
    logprobs,
  };
}

function stopOf(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  const stops = Array.isArray(value) ? (value as unknown[]) : [value];
  if (stops.length > 4 || !stops.every((stop) => typeof stop === 'string'))
    throw bad('stop', 'stop is a string or up to four of them');
  return stops;
}

function formatOf(value: unknown): Format {
  if (!isGiven(value)) return { type: 'text' };
  const { type, json_schema: described } = objectOf(value, 'response_format');
  if (type === 'text') return { type };
  if (type === 'json_object') return { type: 'json' };
  if (type !== 'json_schema') throw bad('response_format', 'response_format.type is text, json_object or json_schema');
  const schema = isBody(described) ? described['schema'] : undefined;
  if (!isBody(schema)) throw bad('response_format', 'response_format.json_schema.schema is missing');
  return { type: 'json', schema };
}

interface GivenTool extends DescribedTool {
  readonly given: unknown;
}

function toolsOf(body: Body): { tools: readonly GivenTool[]; calling: ChatRequest['calling'] } {
  const list = body['tools'] ?? [];
  if (!Array.isArray(list) || list.length > MOST_TOOLS) throw bad('tools', `tools is a list of at most ${MOST_TOOLS}`);
  const all = (list as unknown[]).map((given): GivenTool => {
    const { type, function: described } = objectOf(given, 'tools');
    if (type !== 'function' || !isBody(described)) throw bad('tools', 'a tool is {type: "function", function: {…}}');
    const { name, description, parameters } = described;
    if (typeof name !== 'string' || !NAME.test(name))
      throw bad('tools', 'the name of a function has letters, digits, "_", "." and "-", at most 64');
    return {
      name,
      given,
      ...(typeof description === 'string' && { description }),
      ...(isGiven(parameters) && { parameters }),
    };
  });
  const choice = body['tool_choice'] ?? (all.length > 0 ? 'auto' : 'none');
  if (choice === 'none' || choice === 'auto' || choice === 'required') {
    if (choice === 'required' && all.length === 0) throw bad('tool_choice', 'tool_choice required needs tools');
    return { tools: all, calling: all.length === 0 ? 'none' : choice };
  }
  const wanted = isBody(choice) && isBody(choice['function']) ? choice['function']['name'] : undefined;
  const named = all.filter(({ name }) => name === wanted);
  if (named.length === 0) throw bad('tool_choice', 'tool_choice is none, auto, required, or names one of the tools');
  return { tools: named, calling: 'required' };
}

function messagesOf(value: unknown): ChatMessage[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST_MESSAGES) {
    throw bad('messages', `messages is a list of 1 to ${MOST_MESSAGES}`);
  }
  return (value as unknown[]).map((one, i) => {
    const message = objectOf(one, 'messages');
    const role = message['role'] === 'developer' ? 'system' : message['role'];
    if (role !== 'system' && role !== 'user' && role !== 'assistant' && role !== 'tool') {
      throw bad('messages', `messages[${i}].role is system, user, assistant or tool`);
    }
    const calls = callsOf(message['tool_calls'], i);
    const content = contentOf(message['content'], i, calls.length > 0);
    // Everything that comes in here is data: a client cannot type control tokens.
    return { role, content, data: true, ...(calls.length > 0 && { toolCalls: calls }) };
  });
}

function contentOf(value: unknown, at: number, mayBeAbsent: boolean): string {
  if (typeof value === 'string') return value;
  if ((value === null || value === undefined) && mayBeAbsent) return '';
  if (!Array.isArray(value)) throw bad('messages', `messages[${at}].content is a string or a list of text parts`);
  return (value as unknown[])
    .map((part) => {
      const { type, text } = objectOf(part, 'messages');
      if (type !== 'text' || typeof text !== 'string')
        throw bad('messages', `messages[${at}].content: only text parts are understood`);
      return text;
    })
    .join('');
}

function callsOf(value: unknown, at: number): ToolCall[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw bad('messages', `messages[${at}].tool_calls is a list`);
  return (value as unknown[]).map((one) => {
    const described = objectOf(one, 'messages')['function'];
    const { name, arguments: args } = objectOf(described, 'messages');
    if (typeof name !== 'string' || typeof args !== 'string')
      throw bad('messages', `messages[${at}].tool_calls: name and arguments are strings`);
    return { name, arguments: args };
  });
}

function optional<T extends 'string' | 'boolean'>(
  body: Body,
  key: string,
  type: T,
): (T extends 'string' ? string : boolean) | undefined {
  const value = body[key];
  if (!isGiven(value)) return undefined;
  if (typeof value !== type) throw bad(key, `${key} must be a ${type}`);
  return value as T extends 'string' ? string : boolean;
}

function number(body: Body, key: string, min: number, max: number, absent: number): number {
  const value = body[key];
  if (!isGiven(value)) return absent;
  if (typeof value !== 'number' || value < min || value > max)
    throw bad(key, `${key} must be a number from ${min} to ${max}`);
  return value;
}

function integer(body: Body, key: string, min: number, max: number, absent: number): number {
  const value = number(body, key, min, max, absent);
  if (!Number.isInteger(value)) throw bad(key, `${key} must be an integer`);
  return value;
}

function objectOf(value: unknown, param: string): Body {
  if (!isBody(value)) throw bad(param, `${param} has something that is no object`);
  return value;
}

const isBody = (value: unknown): value is Body => typeof value === 'object' && value !== null && !Array.isArray(value);
const isGiven = (value: unknown): boolean => value !== undefined && value !== null;
const isEmpty = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;
const bad = (param: string | null, message: string): BadRequest => new BadRequest(message, param);
