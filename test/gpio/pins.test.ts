import t from 'tap';
import { debugChips, detectedChips, sysfsChips, type Chip } from '../../src/gpio/chips.ts';
import { bcmNumber, globalNumber, resolvePin } from '../../src/gpio/pins.ts';
import { chip, fakeRoot } from './root.ts';

/** Boards and kernels as they are reported; the number that sysfs has for GPIO17. */
const BOARDS: readonly [name: string, chips: Record<string, string | number>, gpio17: number][] = [
  ['Zero 2 W, 5.15', { ...chip('pinctrl-bcm2835', 0, 54), ...chip('raspberrypi-exp-gpio', 504, 8) }, 17],
  ['3B+, 6.1', { ...chip('pinctrl-bcm2835', 0, 54), ...chip('brcmvirt-gpio', 100, 2) }, 17],
  ['4B, 6.1', { ...chip('pinctrl-bcm2711', 0, 58), ...chip('raspberrypi-exp-gpio', 504, 8) }, 17],
  ['Zero 2 W, 6.6', { ...chip('pinctrl-bcm2835', 512, 54), ...chip('raspberrypi-exp-gpio', 566, 8) }, 529],
  ['4B, 6.6', { ...chip('pinctrl-bcm2711', 512, 58), ...chip('raspberrypi-exp-gpio', 570, 8) }, 529],
  ['4B with an expander before it', { ...chip('mcp23017', 512, 10), ...chip('pinctrl-bcm2711', 522, 58) }, 539],
  ['4B, 6.12', { ...chip('pinctrl-bcm2711', 512, 58) }, 529],
  ['5, 6.1', { ...chip('pinctrl-rp1', 399, 54), ...chip('gpio-brcmstb@107d508500', 306, 32) }, 416],
  ['5, 6.6', { ...chip('gpio-brcmstb@107d508500', 512, 32), ...chip('pinctrl-rp1', 571, 54) }, 588],
  ['5 of another stepping, 6.6', { ...chip('gpio-brcmstb@107d508500', 512, 32), ...chip('pinctrl-rp1', 569, 54) }, 586],
];

for (const [name, files, expected] of BOARDS) {
  t.test(name, async (t) => {
    const chips = sysfsChips(fakeRoot(t, files));
    for (const pin of [17, '17', 'GPIO17', 'bcm17', 'BOARD11', 'J8:11'])
      t.equal(globalNumber(await resolvePin(pin, chips)), expected, String(pin));
  });
}

t.test('no sysfs, no chips', async (t) => {
  t.same(sysfsChips(fakeRoot(t, { 'class/net/lo': '' })), []);
  await t.rejects(resolvePin(17, []), { code: 'gpio-unavailable' });
});

t.test('a chip without a label or with nonsense for a number is none', async (t) => {
  const root = fakeRoot(t, {
    'class/gpio/gpiochip0/base': 'x',
    'class/gpio/gpiochip0/ngpio': 4,
    'class/gpio/export': '',
  });
  t.same(sysfsChips(root), []);
});

t.test('every place of the header is what the pinout says', async (t) => {
  const table: [place: number, bcm: number][] = [
    [3, 2],
    [5, 3],
    [7, 4],
    [8, 14],
    [10, 15],
    [11, 17],
    [12, 18],
    [13, 27],
    [15, 22],
    [16, 23],
    [18, 24],
    [19, 10],
    [21, 9],
    [22, 25],
    [23, 11],
    [24, 8],
    [26, 7],
    [27, 0],
    [28, 1],
    [29, 5],
    [31, 6],
    [32, 12],
    [33, 13],
    [35, 19],
    [36, 16],
    [37, 26],
    [38, 20],
    [40, 21],
  ];
  for (const [place, bcm] of table) t.equal(bcmNumber(`BOARD${place}`), bcm, `BOARD${place}`);
  for (const power of [1, 2, 4, 6, 9, 14, 17, 20, 25, 30, 34, 39])
    t.throws(() => bcmNumber(`BOARD${power}`), { code: 'unknown-pin', message: /power or ground/ });
  t.throws(() => bcmNumber('BOARD41'), { code: 'unknown-pin', message: /40 places/ });
});

t.test('chips by name or label, names of lines, and what is refused', async (t) => {
  const chips: Chip[] = [
    { name: 'gpiochip0', label: 'pinctrl-rp1', lines: 54 },
    { name: 'gpiochip1', label: 'mcp23017', lines: 16 },
  ];
  t.match(await resolvePin('gpiochip1:3', chips), { chip: { label: 'mcp23017' }, offset: 3 });
  t.match(await resolvePin('mcp23017:15', chips), { chip: { name: 'gpiochip1' }, offset: 15 });
  const find = async (name: string): Promise<{ chip: string; offset: number } | undefined> =>
    name === 'ID_SDA' ? { chip: 'gpiochip0', offset: 0 } : undefined;
  t.match(await resolvePin('ID_SDA', chips, find), { chip: { name: 'gpiochip0' }, offset: 0, title: 'ID_SDA' });
  const refused: [pin: number | string, message: RegExp][] = [
    [54, /GPIO54: pinctrl-rp1 has 54 lines, 0 to 53/],
    ['mcp23017:16', /16 lines/],
    ['gpiochip9:1', /no chip "gpiochip9"; chips are gpiochip0 \[pinctrl-rp1\], gpiochip1/],
    ['DOORBELL', /no line has this name/],
  ];
  for (const [pin, message] of refused) await t.rejects(resolvePin(pin, chips, find), { code: 'unknown-pin', message });
  const strange = [{ ...chips[1]! }, { name: 'gpiochip7', label: 'other', lines: 8 }];
  await t.rejects(resolvePin(4, strange), { code: 'unknown-pin', message: /say which one, as in "mcp23017:4"/ });
  t.match(await resolvePin(4, [strange[0]!]), { offset: 4 }, 'where there is one chip only, it is meant');
  t.throws(() => globalNumber({ chip: chips[0]!, offset: 1, title: 'GPIO1' }), { code: 'gpio-unavailable' });
});

t.test('what gpiodetect and debugfs print', async (t) => {
  t.same(detectedChips('gpiochip0 [pinctrl-bcm2711] (58 lines)\ngpiochip1 [raspberrypi-exp-gpio] (8 lines)\n'), [
    { name: 'gpiochip0', label: 'pinctrl-bcm2711', lines: 58 },
    { name: 'gpiochip1', label: 'raspberrypi-exp-gpio', lines: 8 },
  ]);
  t.same(
    debugChips('gpiochip0: GPIOs 512-565, parent: platform/3f200000.gpio, pinctrl-bcm2835:\n gpio-512 (ID_SDA)\n'),
    [{ name: 'gpiochip0', label: 'pinctrl-bcm2835', lines: 54, base: 512 }],
  );
  t.same(debugChips('gpiochip0: 54 GPIOs, parent: platform/1f000d0000.gpio, pinctrl-rp1:\n'), [
    { name: 'gpiochip0', label: 'pinctrl-rp1', lines: 54 },
  ]);
});
