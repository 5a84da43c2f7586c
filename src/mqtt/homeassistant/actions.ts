/** Actions that are no property's: buttons for what needs no word, and controls for what needs one. */
import type { ActionAffordance, DataSchema, ThingDescription } from '../../../devices/thing.ts';
import type { Args } from '../../grammar/actions.ts';
import { MAX_STATE, text, type Address, type Entities, type Entity } from './entity.ts';

interface Press {
  readonly name: string;
  readonly action: string;
  readonly args: Args;
  readonly icon: string;
}

/** By the key of the entity. A thing has those whose action and arguments it takes. */
const PRESSES: Readonly<Record<string, Press>> = {
  play: { name: 'Play', action: 'media.do', args: { op: 'play' }, icon: 'mdi:play' },
  pause: { name: 'Pause', action: 'media.do', args: { op: 'pause' }, icon: 'mdi:pause' },
  stop_playing: { name: 'Stop', action: 'media.do', args: { op: 'stop' }, icon: 'mdi:stop' },
  next: { name: 'Next', action: 'media.do', args: { op: 'next' }, icon: 'mdi:skip-next' },
  previous: { name: 'Previous', action: 'media.do', args: { op: 'previous' }, icon: 'mdi:skip-previous' },
  pause_timer: { name: 'Pause', action: 'timer.do', args: { op: 'pause' }, icon: 'mdi:pause' },
  resume_timer: { name: 'Resume', action: 'timer.do', args: { op: 'resume' }, icon: 'mdi:play' },
  cancel_timers: { name: 'Cancel all', action: 'timer.do', args: { op: 'cancel_all' }, icon: 'mdi:timer-off' },
  cancel_alarm: { name: 'Cancel', action: 'alarm.do', args: { op: 'cancel' }, icon: 'mdi:alarm-off' },
  forward: { name: 'Forward', action: 'robot.drive', args: { direction: 'forward' }, icon: 'mdi:arrow-up' },
  back: { name: 'Back', action: 'robot.drive', args: { direction: 'back' }, icon: 'mdi:arrow-down' },
  left: { name: 'To the left', action: 'robot.drive', args: { direction: 'left' }, icon: 'mdi:arrow-left' },
  right: { name: 'To the right', action: 'robot.drive', args: { direction: 'right' }, icon: 'mdi:arrow-right' },
  turn_left: { name: 'Turn left', action: 'robot.turn', args: { direction: 'left' }, icon: 'mdi:rotate-left' },
  turn_right: { name: 'Turn right', action: 'robot.turn', args: { direction: 'right' }, icon: 'mdi:rotate-right' },
  release: { name: 'Release', action: 'robot.object', args: { op: 'release' }, icon: 'mdi:hand-extended' },
  clean: { name: 'Clean', action: 'robot.task', args: { op: 'clean' }, icon: 'mdi:broom' },
  dock: { name: 'Dock', action: 'robot.task', args: { op: 'dock' }, icon: 'mdi:home-import-outline' },
  photo: { name: 'Take a photo', action: 'robot.task', args: { op: 'photo' }, icon: 'mdi:camera' },
  halt: { name: 'Stop', action: 'robot.stop', args: {}, icon: 'mdi:stop' },
  beep: { name: 'Beep', action: 'buzzer.beep', args: {}, icon: 'mdi:bullhorn' },
};

export function actionEntities(description: ThingDescription, address: Address): Entities {
  return { ...presses(description, address), ...controls(description, address) };
}

function presses({ actions }: ThingDescription, { set }: Address): Entities {
  const taken = Object.entries(PRESSES).filter(([, { action, args }]) => takes(actions[action], args));
  return Object.fromEntries(
    taken.map(([key, { name, action, args, icon }]) => {
      const payload_press = JSON.stringify({ action, args });
      return [key, { platform: 'button', name, icon, command_topic: set, payload_press }];
    }),
  );
}

/** Whether a call with these arguments, and no others, would be let through. */
function takes(action: ActionAffordance | undefined, args: Args): boolean {
  if (action === undefined) return false;
  const { properties = {}, required = [] } = action.input ?? {};
  const known = Object.entries(args).every(([name, value]) => {
    const schema = properties[name];
    return schema !== undefined && (schema.enum === undefined || schema.enum.includes(value));
  });
  return known && required.every((name) => name in args);
}

/** What sends an action with the word or number that Home Assistant has in `value`, beside what is certain. */
function sends(action: string, certain: Args, arg: string): string {
  const pairs = Object.entries(certain).map(([name, one]) => `${JSON.stringify(name)}: ${JSON.stringify(one)}, `);
  return `{"action": "${action}", "args": {${pairs.join('')}"${arg}": {{ value | tojson }}}}`;
}

function controls({ actions }: ThingDescription, { state, set }: Address): Entities {
  const schema = (action: string, arg: string): DataSchema | undefined => actions[action]?.input?.properties?.[arg];
  const entities: Record<string, Entity> = {};
  if (schema('say', 'text') !== undefined) {
    entities['announce'] = {
      platform: 'notify',
      name: 'Announce',
      command_topic: set,
      command_template: sends('say', {}, 'text'),
    };
  }
  const query = schema('media.do', 'query');
  if (query !== undefined) {
    entities['play_this'] = {
      ...words('Play this', query),
      command_topic: set,
      command_template: sends('media.do', { op: 'play' }, 'query'),
      state_topic: state,
      value_template: text('media'),
    };
  }
  const minutes = schema('timer.do', 'minutes');
  if (minutes !== undefined) {
    entities['start_timer'] = {
      platform: 'number',
      name: 'Start',
      icon: 'mdi:timer-plus',
      min: 1,
      max: Math.min(minutes.maximum ?? DAY, DAY),
      step: 1,
      mode: 'box',
      unit_of_measurement: 'min',
      command_topic: set,
      command_template: sends('timer.do', { op: 'start' }, 'minutes'),
    };
  }
  const time = schema('alarm.do', 'time');
  if (time !== undefined) {
    entities['set_alarm'] = {
      ...words('Set for', time),
      icon: 'mdi:alarm-plus',
      command_topic: set,
      command_template: sends('alarm.do', { op: 'set' }, 'time'),
    };
  }
  const places = schema('robot.goto', 'place')?.['tk:names'] ?? [];
  if (places.length > 0) {
    entities['go_to'] = {
      platform: 'select',
      name: 'Go to',
      icon: 'mdi:map-marker',
      options: places,
      command_topic: set,
      command_template: sends('robot.goto', {}, 'place'),
      state_topic: state,
      value_template: text('place'),
    };
  }
  const objects = schema('robot.object', 'object')?.['tk:names'] ?? [];
  if (objects.length > 0 && schema('robot.object', 'op')?.enum?.includes('bring') === true) {
    entities['bring'] = {
      platform: 'select',
      name: 'Bring',
      icon: 'mdi:hand-heart',
      options: objects,
      command_topic: set,
      command_template: sends('robot.object', { op: 'bring' }, 'object'),
    };
  }
  return entities;
}

/** Minutes of a day: nobody starts a longer timer by hand. */
const DAY = 1440;

function words(name: string, { minLength = 1, maxLength = MAX_STATE }: DataSchema): Entity {
  return { platform: 'text', name, min: minLength, max: Math.min(maxLength, MAX_STATE) };
}
