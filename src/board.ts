/** What the board says of its own well-being. What it does not say is `undefined`: machines differ. */
import { join } from 'node:path';
import { integer, names, text } from './gpio/sysfs.ts';

const ZONES = 'class/thermal';
/** Zones that are the processor: of a Raspberry Pi, of other boards, of PCs. */
const PROCESSOR = /^(cpu|soc|bcm2835|x86_pkg)/;
/** Of the Raspberry Pi's kernel; the device under it is called differently on every generation. */
const FIRMWARE = 'bus/platform/drivers/raspberrypi-firmware';
/**
 * What holds at this moment: under-voltage, frequency capped, throttled, soft temperature limit. The bits from 16 on
 * say that it once did. https://www.raspberrypi.com/documentation/computers/os.html#get_throttled
 */
const NOW = 0b1111;

export class Board {
  readonly #sys: string;

  /** @param root `/`, or the folder that stands for it */
  constructor(root = '/') {
    this.#sys = join(root, 'sys');
  }

  /** Of the processor, °C. */
  get temperature(): number | undefined {
    const zones = names(join(this.#sys, ZONES)).filter((name) => name.startsWith('thermal_zone'));
    const isProcessor = (zone: string): boolean => PROCESSOR.test(text(join(this.#sys, ZONES, zone, 'type')) ?? '');
    const zone = zones.find(isProcessor) ?? zones[0];
    const millidegrees = zone === undefined ? undefined : integer(join(this.#sys, ZONES, zone, 'temp'));
    return millidegrees === undefined ? undefined : millidegrees / 1000;
  }

  /** Whether the processor is held back at this moment, by its heat or its supply. */
  get throttled(): boolean | undefined {
    for (const device of names(join(this.#sys, FIRMWARE))) {
      const bits = text(join(this.#sys, FIRMWARE, device, 'get_throttled'));
      if (bits !== undefined && /^(0x)?[0-9a-f]+$/i.test(bits)) return (parseInt(bits, 16) & NOW) !== 0;
    }
    return undefined;
  }
}
