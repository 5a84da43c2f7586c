import t from 'tap';
import { COLORS } from '../../../devices/helpers/colors.ts';
import {
  colorNamed,
  hsDistance,
  hsToRgb,
  hsToXy,
  nameOfColor,
  rgbToHs,
  xyToHs,
} from '../../../devices/helpers/color-spaces.ts';
import { COLOR_CODECS, mired, percentOf, words } from '../../../devices/mqtt/codecs.ts';

t.test('every named colour survives every way of writing it', async (t) => {
  for (const name of Object.keys(COLORS)) {
    for (const [format, codec] of Object.entries(COLOR_CODECS)) {
      // hsb_text is sent as two numbers and comes back as three.
      const wire = format === 'hsb_text' ? `${String(codec.encode(name))},80` : codec.encode(name);
      const back = codec.decode(JSON.parse(JSON.stringify(wire)));
      t.ok(back !== undefined && codec.same!(name, back), `${name} as ${format}: ${JSON.stringify(wire)}, ${back}`);
    }
  }
});

t.test('colours that are far apart are not the same', async (t) => {
  const { same } = COLOR_CODECS.hex;
  for (const [a, b] of [
    ['red', 'green'],
    ['red', 'orange'],
    ['blue', 'white'],
    ['red', 'pink'],
    ['yellow', 'lime'],
  ] as const) {
    t.notOk(same!(a, b), `${a}, ${b}`);
  }
});

t.test('hue and saturation to rgb and back, to chromaticity and back', async (t) => {
  for (let hue = 0; hue < 360; hue += 15) {
    for (const saturation of [20, 50, 80, 100]) {
      const color = { hue, saturation };
      t.ok(hsDistance(rgbToHs(hsToRgb(color)), color) < 1.5, `${hue}/${saturation} by rgb`);
      t.ok(hsDistance(xyToHs(...hsToXy(color)), color) < 2.5, `${hue}/${saturation} by xy`);
    }
  }
  // D65, IEC 61966-2-1; and the primaries of sRGB.
  const [x, y] = hsToXy({ hue: 0, saturation: 0 });
  t.ok(Math.abs(x - 0.3127) < 1e-3 && Math.abs(y - 0.329) < 1e-3);
  t.strictSame(
    hsToXy({ hue: 0, saturation: 100 }).map((value) => Math.round(value * 100) / 100),
    [0.64, 0.33],
  );
});

t.test('a colour without a name is shown as hex; a near one by its name', async (t) => {
  t.equal(nameOfColor({ hue: 0, saturation: 100 }), 'red');
  t.equal(nameOfColor({ hue: 150, saturation: 60 }), '#66ffb3');
  t.equal(colorNamed('no colour'), undefined);
  t.strictSame(colorNamed('#0000ff'), colorNamed('blue'));
});

t.test('percent and mired round trip within what they are compared by', async (t) => {
  for (const codec of [percentOf(0, 254), percentOf(0, 255), percentOf(100, 0), percentOf(0, 100), percentOf(1, 16)]) {
    for (let percent = 0; percent <= 100; percent++) {
      const back = codec.decode(codec.encode(percent))!;
      t.ok(codec.same!(percent, back), `${percent} → ${back}`);
    }
    t.notOk(codec.same!(50, 60));
  }
  for (let kelvin = 2000; kelvin <= 6500; kelvin += 50)
    t.ok(mired().same!(kelvin, mired().decode(mired().encode(kelvin))!));
  t.equal(mired(153, 500).encode(10_000), 153);
});

t.test('words are met in any case and type', async (t) => {
  const codec = words({ ON: 'true', OFF: 0 });
  t.equal(codec.decode(true), 'ON');
  t.equal(codec.decode('True'), 'ON');
  t.equal(codec.decode('0'), 'OFF');
  for (const strange of ['yes', null, undefined, {}, [], NaN]) t.equal(codec.decode(strange), undefined);
});
