/** JSON under a schema, and tool calls under the schemas of their functions, as grammars of generated text. */
import { CALL_SEPARATOR, callTokens } from '../hermes.ts';
import { ConstrainedState } from '../state.ts';
import type { TokenTable } from '../token-table.ts';
import { JsonAutomaton, type Frame } from './automaton.ts';
import { anyObject, compileSchema, type Node } from './schema.ts';

/** What generated text has to be. */
export type JsonConstraint =
  /** A value that fits the schema; without one, any object. */
  { readonly kind: 'value'; readonly schema?: unknown } | JsonCalls;

/**
 * Calls of these functions, at least one and at most `calls`, in the way of Hermes (hermes.ts). With `or`, something else
 * instead: text (calls may follow it), or a value.
 */
export interface JsonCalls {
  readonly kind: 'calls';
  readonly tools: readonly JsonTool[];
  readonly calls: number;
  readonly or?: { readonly kind: 'text' } | { readonly kind: 'value'; readonly schema?: unknown };
}

export interface JsonTool {
  readonly name: string;
  /** JSON Schema of the arguments; absent: any object. */
  readonly parameters?: unknown;
}

/** @throws TokonomaError `unsupported-schema`, `grammar-vocabulary` */
export function startJson(table: TokenTable, constraint: JsonConstraint): ConstrainedState {
  const first = constraint.kind === 'value' ? valueOf(constraint.schema) : callsOf(table, constraint);
  const automaton = new JsonAutomaton(table, first);
  return new ConstrainedState(table, automaton, automaton.start());
}

function valueOf(schema: unknown): Frame {
  return { kind: 'value', node: schema === undefined ? anyObject() : compileSchema(schema), after: undefined };
}

function callsOf({ vocabulary }: TokenTable, { tools, calls, or }: JsonCalls): Frame {
  const [open, close] = callTokens(vocabulary);
  const either: Node = { kind: 'either', nodes: tools.map(callNode).map((node) => () => node) };
  const text = (literal: string, after: Frame | undefined): Frame => ({
    kind: 'literal',
    bytes: new TextEncoder().encode(literal),
    at: 0,
    after,
  });
  const begin = (left: number): Frame => {
    const more = (): Frame | undefined => text(CALL_SEPARATOR, begin(left - 1));
    const after: Frame | undefined =
      left > 1 ? { kind: 'either', frames: [undefined, { kind: 'later', open: more }] } : undefined;
    const closing = text('\n', { kind: 'token', id: close, after });
    return { kind: 'token', id: open, after: text('\n', { kind: 'value', node: either, after: closing }) };
  };
  if (or?.kind === 'text') return { kind: 'text', after: begin(calls) };
  return or === undefined ? begin(calls) : { kind: 'either', frames: [begin(calls), valueOf(or.schema)] };
}

/** `{"name": "…", "arguments": {…}}` */
function callNode({ name, parameters }: JsonTool): Node {
  const args = parameters === undefined ? anyObject() : compileSchema(parameters);
  return {
    kind: 'object',
    properties: [
      { name: 'name', node: () => ({ kind: 'literals', texts: [JSON.stringify(name)] }), required: true },
      { name: 'arguments', node: () => args, required: true },
    ],
    others: undefined,
  };
}
