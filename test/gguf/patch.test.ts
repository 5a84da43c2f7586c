/** Metadata changes, tensors do not. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { patchMetadata } from '../../src/gguf/patch.ts';
import { openGguf } from '../../src/gguf/reader.ts';
import { gguf, writeGguf, type GgufSource } from '../support/gguf-writer.ts';

const F32 = 0;
const tensor = (name: string, length: number, first: number): NonNullable<GgufSource['tensors']>[number] => {
  const data = new Uint8Array(Float32Array.from({ length }, (_, i) => first + i).buffer);
  return { name, type: F32, shape: [length], data };
};
const SOURCE: GgufSource = {
  metadata: {
    'general.name': gguf.string('toy'),
    'tokenizer.ggml.tokens': gguf.string(['a', 'bc', 'ü']),
    'tokonoma.confidence.signal': gguf.string('product'),
    'general.count': gguf.u64(7),
  },
  tensors: [tensor('one', 5, 1), tensor('two', 33, 100)],
};

function contents(path: string): { metadata: unknown; tensors: unknown; tokens: string[] } {
  const file = openGguf(path);
  try {
    const { metadata } = file;
    const scalar = (key: string): unknown =>
      metadata.typeOf(key) === 'string' ? metadata.string(key) : metadata.number(key);
    const keys = [...metadata.keys()].filter((key) => key !== 'tokenizer.ggml.tokens');
    const tensors = [...file.tensors.values()].map((info) => {
      const bytes = new Uint8Array(info.byteLength);
      file.readTensor(info, bytes);
      return [info.name, info.shape, info.offset % file.alignment, [...new Float32Array(bytes.buffer)]];
    });
    const strings = metadata.strings('tokenizer.ggml.tokens');
    return {
      metadata: Object.fromEntries(keys.map((key) => [key, scalar(key)])),
      tensors,
      tokens: Array.from({ length: strings.length }, (_, i) => strings.at(i)),
    };
  } finally {
    file.close();
  }
}

for (const alignment of [undefined, 64]) {
  t.test(`keys are replaced and added (alignment ${alignment ?? 'of the format'})`, async (t) => {
    const folder = t.testdir();
    const path = join(folder, 'toy.gguf');
    writeFileSync(path, writeGguf({ ...SOURCE, ...(alignment === undefined ? {} : { alignment }) }));
    const before = contents(path);
    patchMetadata(path, {
      'tokonoma.confidence.signal': 'minimum, which is a longer text',
      'tokonoma.confidence.slope': 0.5,
    });
    const after = contents(path);
    t.same(after.tensors, before.tensors);
    t.same(after.tokens, before.tokens);
    t.same(after.metadata, {
      ...(before.metadata as object),
      'tokonoma.confidence.signal': 'minimum, which is a longer text',
      'tokonoma.confidence.slope': 0.5,
    });
    t.same(readdirSync(folder), ['toy.gguf'], 'no draft is left');
    const once = readFileSync(path);
    patchMetadata(path, { 'tokonoma.confidence.signal': 'x' });
    patchMetadata(path, {
      'tokonoma.confidence.slope': 0.5,
      'tokonoma.confidence.signal': 'minimum, which is a longer text',
    });
    t.same(contents(path), after);
    t.equal(readFileSync(path).length, once.length);
  });
}

t.test('what is no GGUF file stays as it is', async (t) => {
  const folder = t.testdir({ 'x.gguf': 'no model' });
  t.throws(() => patchMetadata(join(folder, 'x.gguf'), { a: 1 }), { code: 'gguf-bad-magic' });
  t.equal(readFileSync(join(folder, 'x.gguf'), 'utf8'), 'no model');
  t.throws(() => patchMetadata(join(folder, 'none.gguf'), { a: 1 }), { code: 'gguf-not-found' });
  t.same(readdirSync(folder), ['x.gguf']);
});
