/** `driver: gpio`: kinds on the pins of this machine. */
import { TokonomaError } from '../../src/errors.ts';
import { PIN_SCHEMA } from '../../src/gpio/pins.ts';
import type { DriverKeys, DriverType } from '../drivers.ts';
import type { Signals } from '../helpers/signals.ts';
import type { DriverOptions, ThingDeclaration } from '../kind.ts';
import { kindOf } from '../kinds.ts';
import type { Driver, ThingDescription } from '../thing.ts';
import { DriveDriver } from './drive.ts';
import { FollowingDriver, type Follow } from './following.ts';
import { blown, dimmed, gripping, pointing, sounding, switched, travelling, turning } from './outputs.ts';
import { GpioSignals } from './signals.ts';
import { StepperDriver } from './stepper.ts';

type Options = Readonly<Record<string, unknown>>;

interface PinKind {
  readonly keys: DriverKeys;
  /** What these pins cannot do of what the kind can. */
  readonly without?: (keys: Options) => { readonly properties: readonly string[]; readonly args: readonly string[] };
  /** A kind whose simulated driver is the model that the pins follow. */
  readonly follow?: (signals: Signals, keys: Options, options: Options) => Promise<Follow>;
  /** A kind with a driver of its own. */
  readonly drive?: (title: string, options: object, signals: Signals, driver: DriverOptions) => Driver;
}

const pin = PIN_SCHEMA;
const activeLow = { type: 'boolean', description: 'low is on: most relay boards; default: false' };
const pwm = {
  enum: ['hardware', 'software'],
  description: 'hardware (GPIO12, 13, 18, 19) or software (any pin, unsteady)',
};
const hz = { type: 'number', minimum: 1, maximum: 100_000, description: 'PWM frequency, instead of the kind’s own' };
const microseconds = { type: 'number', minimum: 100, maximum: 5000, description: 'width of the pulse, microseconds' };

const ONE_PIN: DriverKeys = { properties: { pin, active_low: activeLow }, required: ['pin'] };
const PWM_PIN: DriverKeys = { properties: { pin, active_low: activeLow, pwm, hz }, required: ['pin'] };
const bridge = { forward: pin, backward: pin, enable: pin };
const wheel = {
  type: 'object',
  properties: bridge,
  required: ['forward', 'backward'],
  additionalProperties: false,
  description: 'lines of its H-bridge; enable has PWM',
};

const onOff: PinKind = { keys: ONE_PIN, follow: (signals) => switched(signals, 'state', 'ON') };

/** Brightness is what a pin with PWM has; without it a lamp is on or off. */
const lamp: PinKind = {
  keys: PWM_PIN,
  without: (keys) => {
    const colors = { properties: ['color', 'color_temp'], args: ['color', 'kelvin'] };
    if (keys['pwm'] !== undefined) return colors;
    return {
      properties: [...colors.properties, 'brightness'],
      args: [...colors.args, 'brightness', 'step', 'by'],
    };
  },
  follow: (signals, keys) =>
    keys['pwm'] === undefined ? switched(signals, 'state', 'ON') : dimmed(signals, 'brightness', 100),
};

const KINDS: Readonly<Record<string, PinKind>> = {
  light: lamp,
  led: lamp,
  plug: onOff,
  relay: onOff,
  fan: {
    keys: PWM_PIN,
    without: (keys) => (keys['pwm'] === undefined ? { properties: ['speed'], args: ['speed'] } : NOTHING),
    follow: (signals, keys, options) =>
      keys['pwm'] === undefined
        ? switched(signals, 'state', 'ON')
        : blown(signals, typeof options['levels'] === 'number' ? options['levels'] : 100),
  },
  buzzer: {
    keys: PWM_PIN,
    follow: (signals, keys) => (keys['pwm'] === undefined ? switched(signals, 'state', 'ON') : sounding(signals)),
  },
  lock: {
    keys: ONE_PIN,
    follow: (signals) => switched(signals, 'state', 'UNLOCKED'),
  },
  camera: {
    keys: ONE_PIN,
    follow: (signals) => switched(signals, 'state', 'TAKING'),
  },
  cover: {
    keys: { properties: { up: pin, down: pin, active_low: activeLow }, required: ['up', 'down'] },
    follow: (signals) => travelling(signals),
  },
  motor: {
    keys: { properties: { ...bridge, active_low: activeLow, pwm, hz }, required: ['forward', 'backward'] },
    without: (keys) => (keys['enable'] === undefined ? { properties: ['speed'], args: ['speed'] } : NOTHING),
    follow: (signals) => turning(signals),
  },
  servo: {
    keys: { properties: { pin, min_us: microseconds, max_us: microseconds }, required: ['pin'] },
    follow: (signals, keys, options) => pointing(signals, options, keys),
  },
  gripper: {
    keys: {
      properties: { pin, active_low: activeLow, open_us: microseconds, closed_us: microseconds },
      required: ['pin'],
    },
    follow: (signals, keys) => gripping(signals, keys),
  },
  stepper: {
    keys: {
      properties: {
        coils: { type: 'array', items: pin, minItems: 4, maxItems: 4, description: 'the four coils, in their order' },
        step: pin,
        dir: pin,
        enable: pin,
        active_low: activeLow,
      },
    },
    drive: (title, options, signals, driver) => new StepperDriver(title, options, signals, driver),
  },
  drive: {
    keys: { properties: { left: wheel, right: wheel, active_low: activeLow, pwm, hz }, required: ['left', 'right'] },
    drive: (title, options, signals, driver) => new DriveDriver(title, options, signals, driver),
  },
};

const NOTHING = { properties: [], args: [] };

export const gpio: DriverType = {
  name: 'gpio',
  summary: 'pins of this machine: onoff, the tools of libgpiod or lgpio, and /sys/class/pwm',
  kinds: Object.keys(KINDS),
  options: (kind) => KINDS[kind]!.keys,
  describe: ({ kind, driverOptions = {} }, description) => {
    const { properties, args } = KINDS[kind]!.without?.(driverOptions as Options) ?? NOTHING;
    return narrowed(description, new Set(properties), new Set(args));
  },
  create(declaration, { properties }, { gpio: pins, ...context }) {
    if (pins === undefined) {
      throw new TokonomaError('gpio-unavailable', `${declaration.name}: there are no pins in this process`);
    }
    const { kind, name, options = {}, driverOptions = {} } = declaration;
    checkStepper(declaration);
    const { follow, drive } = KINDS[kind]!;
    const signals = new GpioSignals(name, driverOptions, pins);
    // Real things take their time.
    const driver = { clock: context.clock };
    if (drive !== undefined) return drive(name, options, signals, driver);
    const model = kindOf(kind)!.simulate(declaration, driver);
    const open = (opened: Signals): Promise<Follow> => follow!(opened, driverOptions as Options, options as Options);
    return new FollowingDriver(model, signals, open, Object.keys(properties));
  },
};

function checkStepper({ kind, name, driverOptions }: ThingDeclaration): void {
  if (kind !== 'stepper') return;
  const { coils, step, dir } = (driverOptions ?? {}) as Options;
  if (coils !== undefined || (step !== undefined && dir !== undefined)) return;
  throw new TokonomaError('config-invalid', `${name}: driver: gpio needs "coils", or "step" and "dir"`);
}

/** Without these properties, and without these arguments of its actions. */
function narrowed(
  description: ThingDescription,
  properties: ReadonlySet<string>,
  args: ReadonlySet<string>,
): ThingDescription {
  if (properties.size === 0) return description;
  const left = <T>(record: Readonly<Record<string, T>>, gone: ReadonlySet<string>): Record<string, T> =>
    Object.fromEntries(Object.entries(record).filter(([name]) => !gone.has(name)));
  const actions = Object.entries(description.actions).map(([name, action]) => {
    const input = action.input;
    if (input?.properties === undefined) return [name, action] as const;
    return [name, { ...action, input: { ...input, properties: left(input.properties, args) } }] as const;
  });
  return {
    ...description,
    properties: left(description.properties, properties),
    actions: Object.fromEntries(actions),
  };
}
