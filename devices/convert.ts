/**
 * From what a plan says to what a thing takes: addressing removed, units converted, defaults of the kind filled in,
 * the rest validated against the action's input schema. The model copies numbers; arithmetic happens here.
 */
import { TokonomaError } from '../src/errors.ts';
import { actionSpec, type Args, type PlanCall } from '../src/grammar/actions.ts';
import { METRES } from './helpers/length.ts';
import type { DataSchema, ThingDescription } from './thing.ts';
import { checkSchema, violationOf, type Violation } from './validate.ts';

/** Who is meant is not for the thing to know. */
const ADDRESSING = ['device', 'area'];

type Properties = Readonly<Record<string, DataSchema>>;

/**
 * Validated arguments for `driver.invoke(call.action, …)`, in the units of the thing.
 * Throws `unsupported-action`, `over-limit` (the message has the limit) or `bad-argument`.
 */
export function toThingArgs(description: ThingDescription, call: PlanCall): Args {
  const input = description.actions[call.action]?.input;
  if (input === undefined) {
    const known = Object.keys(description.actions).join(', ');
    throw new TokonomaError('unsupported-action', `${description.title} cannot do ${call.action}; it can do ${known}`);
  }
  const properties = input.properties ?? {};
  const said = converted(call, properties);
  const args = clamped(withDefaults(said, properties), properties);
  refuseAlone(description, args, properties);
  const violation = violationOf(input, args);
  if (violation !== undefined) throw explain(description, call, violation, properties);
  return args;
}

/**
 * Looks at the schemas of the thing, so that a faulty description fails when it is loaded and not when it is used.
 * @throws TokonomaError `bad-description`
 */
export function checkActions({ id, actions }: ThingDescription): void {
  for (const [name, { input }] of Object.entries(actions))
    if (input !== undefined) checkSchema(`${id}: ${name}`, input);
}

function converted(call: PlanCall, properties: Properties): Args {
  const args: Args = {};
  const addressing = actionSpec(call.action) === undefined ? [] : ADDRESSING;
  for (const [name, value] of Object.entries(call.args)) if (!addressing.includes(name)) args[name] = value;
  if (call.action === 'robot.drive') driveUnit(args, properties['distance']?.unit ?? 'm');
  if (call.action === 'robot.turn' && args['direction'] === 'around') args['degrees'] ??= 180;
  return args;
}

/** The distance in the unit of the thing; without a unit it is said in that already. */
function driveUnit(args: Args, own: string): void {
  const { unit, distance } = args;
  const [from, to] = [METRES[String(unit ?? own)], METRES[own]];
  // What is no unit at all is left for the validation to name.
  if (from === undefined || to === undefined) return;
  delete args['unit'];
  // A millionth of a unit: below what any robot measures, above what binary fractions leave behind.
  if (typeof distance === 'number') args['distance'] = Math.round((distance * from * 1e6) / to) / 1e6;
}

function withDefaults(said: Args, properties: Properties): Args {
  const args = { ...said };
  for (const [name, schema] of Object.entries(properties)) {
    if (schema.default === undefined || name in said) continue;
    if (schema['tk:with'] === undefined || schema['tk:with'] in said) args[name] = schema.default;
  }
  return args;
}

/** Numbers beyond a limit at the limit, where the thing says so. */
function clamped(args: Args, properties: Properties): Args {
  for (const [name, value] of Object.entries(args)) {
    const { minimum = -Infinity, maximum = Infinity, 'tk:clamp': clamp } = properties[name] ?? {};
    if (clamp === true && typeof value === 'number') args[name] = Math.min(maximum, Math.max(minimum, value));
  }
  return args;
}

function refuseAlone(description: ThingDescription, args: Args, properties: Properties): void {
  for (const name of Object.keys(args)) {
    const beside = properties[name]?.['tk:with'];
    if (beside !== undefined && !(beside in args)) {
      throw new TokonomaError('bad-argument', `${description.title}: ${name} says nothing without ${beside}`);
    }
  }
}

function explain(
  description: ThingDescription,
  call: PlanCall,
  { keyword, arg = '', params, message }: Violation,
  properties: Properties,
): TokonomaError {
  const schema = properties[arg];
  const said = call.args[arg];
  const unit = schema?.unit === undefined ? '' : ` ${schema.unit}`;
  const where = `${description.title}: ${call.action}`;
  switch (keyword) {
    case 'maximum':
    case 'minimum': {
      const limit = `${params.limit}${unit}`;
      const spoken = typeof call.args['unit'] === 'string' && arg === 'distance' ? ` ${call.args['unit']}` : unit;
      const side = keyword === 'maximum' ? 'over the limit of' : 'below the limit of';
      return new TokonomaError('over-limit', `${where} ${arg} ${String(said)}${spoken} is ${side} ${limit}`);
    }
    case 'additionalProperties': {
      const takes = Object.keys(properties).join(', ') || 'nothing';
      return new TokonomaError('bad-argument', `${where} takes no ${params.additionalProperty}; it takes ${takes}`);
    }
    case 'required':
      return new TokonomaError('bad-argument', `${where} needs ${params.missingProperty}`);
    case 'minProperties':
      return new TokonomaError('bad-argument', `${where} needs one of ${Object.keys(properties).join(', ')}`);
    case 'enum':
      return new TokonomaError('bad-argument', `${where} ${arg} must be one of ${schema?.enum?.join(', ') ?? ''}`);
    default:
      return new TokonomaError('bad-argument', `${where} ${arg} ${message}`);
  }
}
