/**
 * Sensors of the kernel's industrial I/O subsystem: BME280, DHT11 and DHT22, BH1750, VL53L0X, ADS1115 and the like, by
 * /sys/bus/iio/devices/iio:deviceN (https://docs.kernel.org/driver-api/iio/). Device numbers change, names do not.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TokonomaError } from '../../errors.ts';
import { names, text } from '../sysfs.ts';

export interface IioOptions {
  /** Name of the device: `bme280`, `dht11` (a DHT22 too), `bh1750`. */
  readonly chip: string;
  /** `in_voltage0`; default: by the kind of the sensor. */
  readonly channel?: string | undefined;
}

interface Channel {
  readonly name: string;
  /** Factor from the unit of the kernel's ABI (sysfs-bus-iio) to the one that people read. */
  readonly factor: number;
}

/** What a kind of sensor reads: m°C → °C, m% → %, kPa → hPa, lx, m. Soil and battery are voltages: mV. */
const CHANNELS: Readonly<Record<string, readonly Channel[]>> = {
  temperature: [{ name: 'in_temp', factor: 0.001 }],
  humidity: [{ name: 'in_humidityrelative', factor: 0.001 }],
  pressure: [{ name: 'in_pressure', factor: 10 }],
  brightness: [
    { name: 'in_illuminance', factor: 1 },
    { name: 'in_illuminance0', factor: 1 },
  ],
  distance: [
    { name: 'in_distance', factor: 1 },
    { name: 'in_proximity', factor: 1 },
  ],
  moisture: [{ name: 'in_voltage0', factor: 1 }],
  battery: [{ name: 'in_voltage0', factor: 1 }],
};

/** Throws `sensor-unreachable`, `sensor-failed`. @param sys `/sys` */
export async function readIio(sys: string, kind: string, { chip, channel }: IioOptions): Promise<number> {
  const folder = deviceFolder(sys, chip);
  const channels = channel === undefined ? (CHANNELS[kind] ?? []) : [{ name: channel, factor: factorOf(channel) }];
  const files = new Set(names(folder));
  for (const { name, factor } of channels) {
    if (files.has(`${name}_input`)) return factor * (await number(folder, `${name}_input`));
    if (!files.has(`${name}_raw`)) continue;
    const raw = await number(folder, `${name}_raw`);
    const shared = name.replace(/\d+$/, '');
    const offset = Number(text(join(folder, `${name}_offset`)) ?? text(join(folder, `${shared}_offset`)) ?? 0);
    const scale = Number(text(join(folder, `${name}_scale`)) ?? text(join(folder, `${shared}_scale`)) ?? 1);
    return factor * (raw + offset) * scale;
  }
  const has = [...files]
    .filter((file) => /^in_.*_(raw|input)$/.test(file))
    .map((file) => file.replace(/_(raw|input)$/, ''));
  const wanted = channels.map(({ name }) => name).join(' or ') || `a channel for ${kind}`;
  throw new TokonomaError('sensor-unreachable', `${chip} has no ${wanted}; it has ${has.join(', ') || 'none'}`);
}

/** By the longest of the known names that begins the channel's. */
function factorOf(channel: string): number {
  const known = Object.values(CHANNELS).flat();
  return known.find(({ name }) => channel.startsWith(name))?.factor ?? 1;
}

function deviceFolder(sys: string, chip: string): string {
  const folder = join(sys, 'bus/iio/devices');
  const devices = names(folder).filter((name) => name.startsWith('iio:device'));
  const found = devices.find((name) => text(join(folder, name, 'name')) === chip);
  if (found !== undefined) return join(folder, found);
  const there = devices.map((name) => text(join(folder, name, 'name'))).join(', ') || 'none';
  throw new TokonomaError(
    'sensor-unreachable',
    `no IIO device is called "${chip}" (there: ${there}); is its dtoverlay in /boot/firmware/config.txt?`,
  );
}

async function number(folder: string, file: string): Promise<number> {
  const read = (await readFile(join(folder, file), 'utf8')).trim();
  const value = Number(read);
  if (read !== '' && Number.isFinite(value)) return value;
  throw new TokonomaError('sensor-failed', `${file} is no number`);
}
