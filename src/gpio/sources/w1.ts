/** DS18B20 thermometers on the 1-Wire bus (dtoverlay=w1-gpio): /sys/bus/w1/devices/28-… */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TokonomaError } from '../../errors.ts';
import { names } from '../sysfs.ts';

/** Families of thermometers: DS18S20, DS1822, DS18B20, DS1825, DS28EA00. */
const THERMOMETER = /^(10|22|28|3b|42)-[0-9a-f]{12}$/;
/** What a DS18B20 says when it lost power before it had measured, m°C. */
const POWER_ON = 85_000;

/** Degrees Celsius. @param address `28-0316a2795bff`; absent: the only one. Throws `sensor-unreachable`, `sensor-failed`. */
export async function readW1(sys: string, address: string | undefined): Promise<number> {
  const folder = join(sys, 'bus/w1/devices');
  const found = names(folder).filter((name) => THERMOMETER.test(name));
  const name = address ?? found[0];
  if (name === undefined || !found.includes(name) || (address === undefined && found.length > 1)) {
    const there = found.join(', ') || 'none; is dtoverlay=w1-gpio in /boot/firmware/config.txt?';
    throw new TokonomaError(
      'sensor-unreachable',
      `${address ?? 'say which thermometer with "address"'}; there: ${there}`,
    );
  }
  // Reading the file is what makes the sensor measure: 750 ms.
  const [crc, measured = ''] = (await readFile(join(folder, name, 'w1_slave'), 'utf8')).split('\n');
  const [, milli] = / t=(-?\d+)/.exec(measured) ?? [];
  if (!crc!.endsWith('YES') || milli === undefined) throw new TokonomaError('sensor-failed', `${name}: checksum`);
  if (Number(milli) === POWER_ON) throw new TokonomaError('sensor-failed', `${name}: it has lost power`);
  return Number(milli) / 1000;
}
