/**
 * From what a plan says to what a thing takes: addressing removed, units converted, defaults of the kind filled in,
 * the rest validated against the action's input schema. The model copies numbers; arithmetic happens here.
 */
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { TokonomaError } from '../src/errors.ts';
import { actionSpec, type Args, type PlanCall } from '../src/grammar/actions.ts';
import { METRES } from './helpers/length.ts';
import type { DataSchema, ThingDescription } from './thing.ts';

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
  const args = withDefaults(said, properties);
  refuseAlone(description, args, properties);
  const validate = validators(description).get(call.action)!;
  if (!validate(args)) throw explain(description, call, validate.errors![0]!, properties);
  return args;
}

/** Compiles the thing's schemas, so that a faulty description fails when it is loaded and not when it is used. */
export function compileActions(description: ThingDescription): void {
  validators(description);
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

function refuseAlone(description: ThingDescription, args: Args, properties: Properties): void {
  for (const name of Object.keys(args)) {
    const beside = properties[name]?.['tk:with'];
    if (beside !== undefined && !(beside in args)) {
      throw new TokonomaError('bad-argument', `${description.title}: ${name} says nothing without ${beside}`);
    }
  }
}

/**
 * Validators live as long as their description. One Ajv per thing, without the meta-schema: compiling that costs
 * more than all actions of a thing, and the tests check every kind's schemas against it.
 */
const compiled = new WeakMap<ThingDescription, ReadonlyMap<string, ValidateFunction>>();

function validators(description: ThingDescription): ReadonlyMap<string, ValidateFunction> {
  let map = compiled.get(description);
  if (map === undefined) {
    const ajv = new Ajv2020({ meta: false, validateSchema: false, addUsedSchema: false, logger: false });
    ajv.addVocabulary(['unit', 'tk:names', 'tk:with']);
    map = new Map(
      Object.entries(description.actions).map(([name, affordance]) => [name, ajv.compile(affordance.input ?? {})]),
    );
    compiled.set(description, map);
  }
  return map;
}

function explain(
  description: ThingDescription,
  call: PlanCall,
  error: ErrorObject,
  properties: Properties,
): TokonomaError {
  const arg = error.instancePath.slice(1);
  const schema = properties[arg];
  const said = call.args[arg];
  const unit = schema?.unit === undefined ? '' : ` ${schema.unit}`;
  const where = `${description.title}: ${call.action}`;
  switch (error.keyword) {
    case 'maximum':
    case 'minimum': {
      const limit = String((error.params as { limit: number }).limit) + unit;
      const spoken = typeof call.args['unit'] === 'string' && arg === 'distance' ? ` ${call.args['unit']}` : unit;
      const side = error.keyword === 'maximum' ? 'over the limit of' : 'below the limit of';
      return new TokonomaError('over-limit', `${where} ${arg} ${String(said)}${spoken} is ${side} ${limit}`);
    }
    case 'additionalProperties': {
      const extra = (error.params as { additionalProperty: string }).additionalProperty;
      const takes = Object.keys(properties).join(', ') || 'nothing';
      return new TokonomaError('bad-argument', `${where} takes no ${extra}; it takes ${takes}`);
    }
    case 'required':
      return new TokonomaError(
        'bad-argument',
        `${where} needs ${(error.params as { missingProperty: string }).missingProperty}`,
      );
    case 'minProperties':
      return new TokonomaError('bad-argument', `${where} needs one of ${Object.keys(properties).join(', ')}`);
    case 'enum':
      return new TokonomaError('bad-argument', `${where} ${arg} must be one of ${schema?.enum?.join(', ') ?? ''}`);
    default:
      return new TokonomaError('bad-argument', `${where} ${arg} ${error.message ?? 'is not valid'}`);
  }
}
