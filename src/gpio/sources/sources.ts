/** `driver:` of a sensor in tokonoma.yaml: where its readings come from, besides its topic. */
import { open } from 'node:fs/promises';
import { TokonomaError } from '../../errors.ts';
import type { Pull } from '../io.ts';
import { PIN_SCHEMA, type Pin } from '../pins.ts';
import { readIio } from './iio.ts';
import { polled, type Source, type SourceContext } from './source.ts';
import { readW1 } from './w1.ts';

/** The keys of a sensor that belong to its driver. */
export interface SourceOptions {
  readonly driver?: string;
  readonly pin?: Pin;
  readonly active_low?: boolean;
  readonly pull?: Pull;
  readonly debounce_ms?: number;
  readonly chip?: string;
  readonly channel?: string;
  readonly address?: string;
  readonly file?: string;
  readonly interval_s?: number;
}

interface SensorSource extends SourceOptions {
  readonly name: string;
  readonly kind: string;
}

/** Of a contact to ground with the board's own pull-up, as buttons and stop lines are wired. */
export const LINE_KEYS = {
  pin: PIN_SCHEMA,
  active_low: { type: 'boolean', description: 'low means yes; default: false, or true with pull: up' },
  pull: { enum: ['up', 'down', 'none'], description: 'the resistor of the board' },
  debounce_ms: { type: 'integer', minimum: 0, maximum: 10_000, description: 'how long a level must hold; default: 20' },
} as const;

const interval = {
  type: 'number',
  minimum: 0.1,
  maximum: 86_400,
  description: 'seconds between readings; default: 30',
};

interface SourceType {
  readonly summary: string;
  readonly keys: Readonly<Record<string, object>>;
  readonly required: readonly string[];
  readonly open: (sensor: SensorSource, context: SourceContext) => Promise<Source>;
}

export const SOURCES: Readonly<Record<string, SourceType>> = {
  gpio: {
    summary: 'a pin that is active or not: button, contact, motion detector',
    keys: LINE_KEYS,
    required: ['pin'],
    open: async (sensor, { gpio, log, report }) => {
      const contact = await gpio.input(sensor.pin!, {
        owner: sensor.name,
        ...lineOf(sensor),
        onChange: report,
        onLost: (error) => log?.error({ sensor: sensor.name, error: error.message }, 'pin lost'),
      });
      report(contact.active);
      return contact;
    },
  },
  iio: {
    summary: 'a sensor of the kernel (industrial I/O): BME280, DHT22, BH1750, VL53L0X, ADS1115',
    keys: {
      chip: { type: 'string', pattern: '^[\\w.:-]+$', description: 'name of the device: bme280, dht11, bh1750' },
      channel: { type: 'string', pattern: '^in_\\w+$', description: 'default: by the kind' },
      interval_s: interval,
    },
    required: ['chip'],
    open: async (sensor, context) =>
      polled(
        sensor.name,
        sensor.interval_s,
        () => readIio(context.sys, sensor.kind, { chip: sensor.chip!, channel: sensor.channel }),
        context,
      ),
  },
  w1: {
    summary: 'a DS18B20 thermometer on the 1-Wire bus',
    keys: {
      address: { type: 'string', pattern: '^[0-9a-f]{2}-[0-9a-f]{12}$', description: 'default: the only one there is' },
      interval_s: interval,
    },
    required: [],
    open: async (sensor, context) =>
      polled(sensor.name, sensor.interval_s, () => readW1(context.sys, sensor.address), context),
  },
  sysfs: {
    summary: 'a number in a file of the kernel, such as the temperature of the processor',
    keys: {
      file: { type: 'string', pattern: '^/(sys|proc)/[^\\0]+$', description: '/sys/class/thermal/thermal_zone0/temp' },
      interval_s: interval,
    },
    required: ['file'],
    open: async (sensor, context) => polled(sensor.name, sensor.interval_s, () => readNumber(sensor.file!), context),
  },
};

const DEBOUNCE_MS = 20;

/** How a line is read, with the defaults of a contact. */
export function lineOf({ active_low: low, pull, debounce_ms: ms }: SourceOptions): {
  activeLow: boolean;
  pull?: Pull;
  debounceMs: number;
} {
  return { activeLow: low ?? pull === 'up', debounceMs: ms ?? DEBOUNCE_MS, ...(pull === undefined ? {} : { pull }) };
}

export function openSource(sensor: SensorSource, context: SourceContext): Promise<Source> {
  return SOURCES[sensor.driver!]!.open(sensor, context);
}

/** A file of the kernel says it is longer than it is: no more than this is read, bytes. */
const MAX_BYTES = 256;

async function readNumber(file: string): Promise<number> {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_BYTES), 0, MAX_BYTES, 0);
    const text = buffer.toString('utf8', 0, bytesRead).trim();
    if (text !== '' && Number.isFinite(Number(text))) return Number(text);
    throw new TokonomaError('sensor-failed', `${file} holds no number`);
  } finally {
    await handle.close();
  }
}
