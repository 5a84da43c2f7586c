/** Actions as function signatures, in the JSON Schema that chat templates put before tool-calling models. */
import type { ActionSpec, ArgType } from './actions.ts';

export interface Tool {
  readonly type: 'function';
  readonly function: {
    readonly name: string;
    readonly description: string;
    readonly parameters: {
      readonly type: 'object';
      readonly properties: Readonly<Record<string, { readonly type: string; readonly enum?: readonly string[] }>>;
      readonly required: readonly string[];
    };
  };
}

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  'light.set': 'Switch, dim or colour a light',
  'power.set': 'Switch an appliance on or off, or set its speed',
  'climate.set': 'Set the heating or cooling',
  'cover.set': 'Open, close or stop blinds, curtains, doors or gates',
  'lock.set': 'Lock or unlock a door',
  'media.do': 'Play or control music and video',
  'volume.set': 'Set or change the volume',
  'timer.do': 'Start or control a countdown; command: what to do when it ends',
  'alarm.do': 'Set, cancel or list alarms',
  'robot.drive': 'Drive the robot in a direction',
  'robot.turn': 'Turn the robot on the spot',
  'robot.goto': 'Send the robot to a place',
  'robot.object': 'Have the robot pick, place, bring, find or release an object',
  'robot.task': 'Give the robot a task',
  'robot.stop': 'Stop the robot',
  say: 'Say a text aloud',
  query: 'Answer a question about a device, a sensor, the time or the weather',
  none: 'Nothing of this can be done',
};

/** Texts and numbers are copied from the command: the grammar lets nothing else through. */
export function toolsOf(actions: readonly ActionSpec[]): Tool[] {
  return actions.map(({ name, args }) => ({
    type: 'function',
    function: {
      name,
      description: DESCRIPTIONS[name] ?? name,
      parameters: {
        type: 'object',
        properties: Object.fromEntries(args.map((arg) => [arg.name, schemaOf(arg.type)])),
        required: args.filter((arg) => arg.required).map((arg) => arg.name),
      },
    },
  }));
}

function schemaOf(type: ArgType): { type: string; enum?: readonly string[] } {
  if (type.kind === 'enum') return { type: 'string', enum: type.values };
  return { type: type.kind === 'text' ? 'string' : type.kind };
}
