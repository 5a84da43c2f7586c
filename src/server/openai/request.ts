/** Requests of OpenAI's chat and text completions, checked: what is not supported is refused, not ignored. */
import { TokonomaError } from '../../errors.ts';
import type { JsonTool } from '../../grammar/json/json.ts';
import type { ChatMessage, ToolCall } from '../../tokenizer/template.ts';

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

export interface ChatRequest {
  readonly model: string | undefined;
  readonly messages: readonly ChatMessage[];
  readonly tools: readonly JsonTool[];
  /** As the template is told of them. */
  readonly toolsAsGiven: readonly unknown[];
  /** `auto`: the model may call; `required`: it has to. */
  readonly calling: 'none' | 'auto' | 'required';
  readonly parallelCalls: boolean;
  readonly format: Format;
  readonly sampling: Sampling;
  readonly stream: boolean;
  readonly includeUsage: boolean;
}

export interface CompletionRequest {
  readonly model: string | undefined;
  readonly prompt: string;
  readonly sampling: Sampling;
  readonly stream: boolean;
  readonly includeUsage: boolean;
}

const MOST_MESSAGES = 1000;
const MOST_TOOLS = 128;
const MOST_TOP = 20;
const TEMPERATURE = 0.7;
const NAME = /^[a-zA-Z0-9_.-]{1,64}$/;

type Body = Readonly<Record<string, unknown>>;

/** @throws TokonomaError `bad-request` */
export function chatRequest(value: unknown): ChatRequest {
  const body = bodyOf(value);
  const { tools, calling } = toolsOf(body);
  const { logprobs, top_logprobs: top } = body;
  if (top !== undefined && top !== null && logprobs !== true) throw bad('top_logprobs needs logprobs: true');
  return {
    model: optional(body, 'model', 'string'),
    messages: messagesOf(body['messages']),
    tools: tools.map(({ name, parameters }) => ({ name, ...(parameters !== undefined && { parameters }) })),
    toolsAsGiven: calling === 'none' ? [] : tools.map(({ given }) => given),
    calling,
    parallelCalls: optional(body, 'parallel_tool_calls', 'boolean') ?? true,
    format: formatOf(body['response_format']),
    sampling: samplingOf(body, logprobs === true ? integer(body, 'top_logprobs', 0, MOST_TOP, 0) : undefined),
    ...streaming(body),
  };
}

/** @throws TokonomaError `bad-request` */
export function completionRequest(value: unknown): CompletionRequest {
  const body = bodyOf(value);
  const { prompt } = body;
  const text = Array.isArray(prompt) && prompt.length === 1 ? (prompt[0] as unknown) : prompt;
  if (typeof text !== 'string') throw bad('prompt must be one string');
  for (const key of ['suffix', 'best_of', 'echo'] as const) {
    const given = body[key];
    if (given !== undefined && given !== null && given !== 1 && given !== false) throw bad(`${key} is not supported`);
  }
  const logprobs =
    body['logprobs'] === undefined || body['logprobs'] === null ? undefined : integer(body, 'logprobs', 0, 5, 0);
  return {
    model: optional(body, 'model', 'string'),
    prompt: text,
    sampling: samplingOf(body, logprobs),
    ...streaming(body),
  };
}

function bodyOf(value: unknown): Body {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad('the body must be a JSON object');
  return value as Body;
}

function streaming(body: Body): { stream: boolean; includeUsage: boolean } {
  const options = body['stream_options'];
  const includeUsage = typeof options === 'object' && options !== null && (options as Body)['include_usage'] === true;
  return { stream: optional(body, 'stream', 'boolean') ?? false, includeUsage };
}

function samplingOf(body: Body, logprobs: number | undefined): Sampling {
  if (integer(body, 'n', 1, 1, 1) !== 1) throw bad('n');
  for (const key of ['frequency_penalty', 'presence_penalty']) {
    if (number(body, key, -2, 2, 0) !== 0) throw bad(`${key} is not supported; leave it 0`);
  }
  const bias = body['logit_bias'];
  if (typeof bias === 'object' && bias !== null && Object.keys(bias).length > 0)
    throw bad('logit_bias is not supported');
  const most = body['max_completion_tokens'] ?? body['max_tokens'];
  const name = body['max_completion_tokens'] === undefined ? 'max_tokens' : 'max_completion_tokens';
  return {
    temperature: number(body, 'temperature', 0, 2, TEMPERATURE),
    topP: number(body, 'top_p', 0, 1, 1),
    seed: integer(body, 'seed', -(2 ** 53), 2 ** 53, Math.floor(Math.random() * 2 ** 31)),
    maxTokens: most === undefined || most === null ? undefined : integer(body, name, 1, 2 ** 31, 1),
    stop: stopOf(body['stop']),
    logprobs,
  };
}

function stopOf(value: unknown): string[] {
  if (value === undefined || value === null) return [];
  const stops = Array.isArray(value) ? (value as unknown[]) : [value];
  if (stops.length > 4 || !stops.every((stop) => typeof stop === 'string'))
    throw bad('stop is a string or up to four of them');
  return stops;
}

function formatOf(value: unknown): Format {
  if (value === undefined || value === null) return { type: 'text' };
  const { type, json_schema: described } = bodyOf(value);
  if (type === 'text') return { type };
  if (type === 'json_object') return { type: 'json' };
  if (type !== 'json_schema') throw bad('response_format.type is text, json_object or json_schema');
  const schema = typeof described === 'object' && described !== null ? (described as Body)['schema'] : undefined;
  if (typeof schema !== 'object' || schema === null) throw bad('response_format.json_schema.schema is missing');
  return { type: 'json', schema };
}

interface GivenTool extends JsonTool {
  readonly given: unknown;
}

function toolsOf(body: Body): { tools: readonly GivenTool[]; calling: ChatRequest['calling'] } {
  const list = body['tools'] ?? [];
  if (!Array.isArray(list) || list.length > MOST_TOOLS) throw bad(`tools is a list of at most ${MOST_TOOLS}`);
  const all = (list as unknown[]).map((given): GivenTool => {
    const { type, function: described } = bodyOf(given);
    if (type !== 'function' || typeof described !== 'object' || described === null)
      throw bad('a tool is {type: "function", function: {…}}');
    const { name, parameters } = described as Body;
    if (typeof name !== 'string' || !NAME.test(name))
      throw bad('the name of a function has letters, digits, "_", "." and "-", at most 64');
    return { name, given, ...(parameters !== undefined && parameters !== null && { parameters }) };
  });
  const choice = body['tool_choice'] ?? (all.length > 0 ? 'auto' : 'none');
  if (choice === 'none' || choice === 'auto' || choice === 'required') {
    if (choice === 'required' && all.length === 0) throw bad('tool_choice required needs tools');
    return { tools: all, calling: all.length === 0 ? 'none' : choice };
  }
  const wanted =
    typeof choice === 'object' && choice !== null
      ? (choice as { function?: { name?: unknown } }).function?.name
      : undefined;
  const named = all.filter(({ name }) => name === wanted);
  if (named.length === 0) throw bad('tool_choice is none, auto, required, or names one of the tools');
  return { tools: named, calling: 'required' };
}

function messagesOf(value: unknown): ChatMessage[] {
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST_MESSAGES) {
    throw bad(`messages is a list of 1 to ${MOST_MESSAGES}`);
  }
  return (value as unknown[]).map((one, i) => {
    const message = bodyOf(one);
    const role = message['role'] === 'developer' ? 'system' : message['role'];
    if (role !== 'system' && role !== 'user' && role !== 'assistant' && role !== 'tool') {
      throw bad(`messages[${i}].role is system, user, assistant or tool`);
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
  if (!Array.isArray(value)) throw bad(`messages[${at}].content is a string or a list of text parts`);
  return (value as unknown[])
    .map((part) => {
      const { type, text } = bodyOf(part);
      if (type !== 'text' || typeof text !== 'string')
        throw bad(`messages[${at}].content: only text parts are understood`);
      return text;
    })
    .join('');
}

function callsOf(value: unknown, at: number): ToolCall[] {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw bad(`messages[${at}].tool_calls is a list`);
  return (value as unknown[]).map((one) => {
    const described = bodyOf(one)['function'];
    const { name, arguments: args } = bodyOf(described);
    if (typeof name !== 'string' || typeof args !== 'string')
      throw bad(`messages[${at}].tool_calls: name and arguments are strings`);
    return { name, arguments: args };
  });
}

function optional<T extends 'string' | 'boolean'>(
  body: Body,
  key: string,
  type: T,
): (T extends 'string' ? string : boolean) | undefined {
  const value = body[key];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== type) throw bad(`${key} must be a ${type}`);
  return value as T extends 'string' ? string : boolean;
}

function number(body: Body, key: string, min: number, max: number, absent: number): number {
  const value = body[key];
  if (value === undefined || value === null) return absent;
  if (typeof value !== 'number' || value < min || value > max)
    throw bad(`${key} must be a number from ${min} to ${max}`);
  return value;
}

function integer(body: Body, key: string, min: number, max: number, absent: number): number {
  const value = number(body, key, min, max, absent);
  if (!Number.isInteger(value)) throw bad(`${key} must be an integer`);
  return value;
}

const bad = (message: string): TokonomaError => new TokonomaError('bad-request', message);
