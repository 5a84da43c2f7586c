/** From the probabilities of choices to a share of right plans, and the metadata that says how. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { openGguf } from '../../src/gguf/reader.ts';
import { confidenceOf, logOdds, readCalibration, signalOf, type Calibration } from '../../src/model/confidence.ts';
import { gguf, writeGguf, type TypedValue } from '../support/gguf-writer.ts';

t.test('signals of the same choices', async (t) => {
  const choices = [0.9, 0.5, 0.8];
  t.equal(signalOf('product', choices).toFixed(6), '0.360000');
  t.equal(signalOf('minimum', choices), 0.5);
  t.equal(signalOf('mean', choices).toFixed(6), (0.36 ** (1 / 3)).toFixed(6));
  for (const signal of ['product', 'minimum', 'mean'] as const) t.equal(signalOf(signal, []), 1);
});

t.test('without a calibration the product, with one a curve over its log-odds', async (t) => {
  t.equal(confidenceOf([0.5, 0.5]), 0.25);
  const even: Calibration = { signal: 'product', slope: 1, offset: 0, threshold: 0 };
  t.equal(confidenceOf([0.5, 0.5], even).toFixed(9), '0.250000000', 'slope 1 and offset 0 change nothing');
  const wary = { ...even, slope: 0.5, offset: -1 };
  const at = [0.01, 0.3, 0.9, 0.999, 1].map((p) => confidenceOf([p], wary));
  t.same(
    [...at].sort((a, b) => a - b),
    at,
    'it keeps the order',
  );
  t.ok(
    at.every((confidence) => confidence > 0 && confidence < 1),
    'and never claims certainty',
  );
  t.equal(logOdds(1), 16);
  t.equal(logOdds(0), -16);
});

t.test('what a file says of it', async (t) => {
  const folder = t.testdir();
  const read = (values: Record<string, TypedValue>): Calibration | undefined => {
    const path = join(folder, 'x.gguf');
    const metadata = Object.entries(values).map(([key, value]) => [`tokonoma.confidence.${key}`, value]);
    writeFileSync(path, writeGguf({ metadata: Object.fromEntries(metadata) as Record<string, TypedValue> }));
    const file = openGguf(path);
    try {
      return readCalibration(file.metadata, path);
    } finally {
      file.close();
    }
  };
  const good = {
    signal: gguf.string('minimum'),
    slope: gguf.f32(0.5),
    offset: gguf.f32(-0.25),
    threshold: gguf.f32(0.75),
  };
  t.equal(read({}), undefined);
  t.same(read(good), { signal: 'minimum', slope: 0.5, offset: -0.25, threshold: 0.75 });
  const refused = (change: Record<string, TypedValue>, message: RegExp): void => {
    t.throws(() => read({ ...good, ...change }), { code: 'model-config', message });
  };
  refused({ signal: gguf.string('hunch') }, /confidence\.signal is "hunch"; this version knows product, minimum, mean/);
  refused({ slope: gguf.f32(-1) }, /slope is -1/);
  refused({ offset: gguf.f32(NaN) }, /offset is NaN/);
  refused({ threshold: gguf.f32(1.5) }, /threshold is 1.5/);
  const { signal, slope, offset } = good;
  t.throws(() => read({ signal, slope, offset }), { code: 'gguf-metadata', message: /lacks.*confidence\.threshold/ });
});
