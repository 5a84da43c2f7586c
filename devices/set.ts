/**
 * `<base>/<id>/set`: direct control without words. Takes property values as zigbee2mqtt's users write them
 * (`{"state":"ON","brightness":50}`) or one action (`{"action":"robot.drive","args":{"direction":"forward"}}`).
 */
import { TokonomaError } from '../src/errors.ts';
import type { Args, ArgValue, PlanCall } from '../src/grammar/actions.ts';
import type { PropertyWrite, ThingDescription } from './thing.ts';

/** The calls a set payload asks for, not yet validated. A bare string such as `ON` is a value of `state`. */
export function setCalls(description: ThingDescription, payload: unknown): PlanCall[] {
  const values = typeof payload === 'string' ? { state: payload } : payload;
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw new TokonomaError('bad-argument', `${description.title}: set takes a JSON object, ${example(description)}`);
  }
  const record = values as Record<string, unknown>;
  if (typeof record['action'] === 'string') return [actionCall(description, record['action'], record['args'])];
  const calls = new Map<string, PlanCall>();
  for (const [property, value] of Object.entries(record)) {
    const write = description.properties[property]?.['tk:writes'];
    if (write === undefined) {
      throw new TokonomaError(
        'bad-argument',
        `${description.title}: ${property} cannot be set; ${example(description)}`,
      );
    }
    const call = calls.get(write.action) ?? { action: write.action, args: {} };
    call.args[write.arg] = argument(description, property, write, value);
    calls.set(write.action, call);
  }
  return [...calls.values()];
}

function actionCall(description: ThingDescription, action: string, args: unknown): PlanCall {
  if (args === undefined) return { action, args: {} };
  const plain = typeof args === 'object' && args !== null && Object.values(args).every(isValue);
  if (plain) return { action, args: args as Args };
  throw new TokonomaError(
    'bad-argument',
    `${description.title}: args must be an object of strings, numbers and booleans`,
  );
}

function argument(description: ThingDescription, property: string, write: PropertyWrite, value: unknown): ArgValue {
  const mapped = typeof value === 'string' ? mappedValue(write, value) : undefined;
  if (mapped !== undefined) return mapped;
  if (write.values === undefined && isValue(value)) return value;
  const known = write.values === undefined ? 'a string, number or boolean' : Object.keys(write.values).join(' or ');
  throw new TokonomaError('bad-argument', `${description.title}: ${property} must be ${known}`);
}

/** Written in any case: `on` is `ON`. */
function mappedValue({ values = {} }: PropertyWrite, value: string): ArgValue | undefined {
  const key = Object.keys(values).find((known) => known === value.toUpperCase());
  return key === undefined ? undefined : values[key];
}

function isValue(value: unknown): value is ArgValue {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function example(description: ThingDescription): string {
  const names = Object.entries(description.properties).flatMap(([name, p]) =>
    p['tk:writes'] === undefined ? [] : [name],
  );
  if (names.length > 0) return `it takes ${names.join(', ')}`;
  return `it takes {"action": …, "args": {…}} with ${Object.keys(description.actions).join(', ')}`;
}
