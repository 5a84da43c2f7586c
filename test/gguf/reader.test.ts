import { gguf as parseWithHuggingface } from '@huggingface/gguf';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { codeOf, messageOf } from '../../src/errors.ts';
import { openGguf } from '../../src/gguf/reader.ts';
import { F16, F32, PQ2_0, Q1_0, Q2_0, Q8_0 } from '../../src/gguf/types.ts';
import { gguf, writeGguf, type GgufSource } from '../support/gguf-writer.ts';
import { Random } from '../support/random.ts';

const bytes = (length: number, seed = 1): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i * 31 + seed * 7) & 0xff);

/** Metadata of every type, tensors of several. */
const rich: GgufSource = {
  metadata: {
    'general.architecture': gguf.string('qwen3'),
    'a.u8': gguf.u8(200),
    'a.i8': gguf.i8(-100),
    'a.u16': gguf.u16(60_000),
    'a.i16': gguf.i16(-30_000),
    'a.u32': gguf.u32(4_000_000_000),
    'a.i32': gguf.i32(-2_000_000_000),
    'a.f32': gguf.f32(0.5),
    'a.bool': gguf.bool(true),
    'a.string': gguf.string('Führer 🦙 \u0000 end'),
    'a.u64': gguf.u64(2n ** 52n + 1n),
    'a.i64': gguf.i64(-(2n ** 52n)),
    'a.f64': gguf.f64(Math.PI),
    'arr.u8': gguf.u8([1, 2, 255]),
    'arr.i8': gguf.i8([1, -2]),
    'arr.u16': gguf.u16([1, 65_535]),
    'arr.i16': gguf.i16([1, -32_768]),
    'arr.u32': gguf.u32([1, 4_000_000_000]),
    'arr.i32': gguf.i32([1, -2_000_000_000]),
    'arr.f32': gguf.f32([1.5, -0.25]),
    'arr.bool': gguf.bool([true, false, true]),
    'arr.string': gguf.string(['', 'a', 'bücher', '🦙'.repeat(3000)]),
    'arr.u64': gguf.u64([1n, 2n ** 50n]),
    'arr.i64': gguf.i64([-1n, -(2n ** 50n)]),
    'arr.f64': gguf.f64([Math.E]),
    'arr.empty': gguf.string([]),
  },
  tensors: [
    { name: 'token_embd.weight', type: Q1_0, shape: [256, 3], data: bytes(6 * 18) },
    { name: 'output_norm.weight', type: F32, shape: [5], data: bytes(20, 2) },
    { name: 'blk.0.attn_q.weight', type: F16, shape: [7, 2], data: bytes(28, 3) },
    { name: 'blk.0.ffn_up.weight', type: Q8_0, shape: [32, 2, 2], data: bytes(4 * 34, 4) },
  ],
};

const fileOf = (test: Test, content: Uint8Array, name = 'model.gguf'): string => {
  const path = join(test.testdir({}), name);
  writeFileSync(path, content);
  return path;
};

/** Code of the error that opening this content ends in; `opened` when it does not. */
const codeOfOpening = (test: Test, content: Uint8Array): string => {
  try {
    openGguf(fileOf(test, content)).close();
    return 'opened';
  } catch (error) {
    return codeOf(error);
  }
};

/** 64-bit integers as the oracle has them (bigint) and as we have them. */
const plain = (value: unknown): unknown =>
  typeof value === 'bigint' ? Number(value) : Array.isArray(value) ? value.map(plain) : value;

for (const version of [2, 3]) {
  t.test(`metadata and tensors of a version ${version} file are those that @huggingface/gguf reads`, async (t) => {
    const path = fileOf(t, writeGguf({ ...rich, version }));
    const file = openGguf(path);
    t.teardown(() => file.close());
    const oracle = await parseWithHuggingface(path, { allowLocalFile: true });
    t.equal(file.version, oracle.metadata.version);

    const expected = Object.entries(oracle.metadata).filter(([key]) => /^(general|a|arr)\./.test(key));
    t.strictSame([...file.metadata.keys()].sort(), expected.map(([key]) => key).sort());
    for (const [key, value] of expected) {
      t.strictSame(read(key), plain(value), key);
    }
    t.strictSame(
      [...file.tensors.values()].map(({ name, type, shape, offset }) => ({ name, type, shape, offset })),
      oracle.tensorInfos.map(({ name, dtype, shape, offset }) => ({
        name,
        type: dtype,
        shape: shape.map(Number),
        offset: Number(offset) + Number(oracle.tensorDataOffset),
      })),
    );

    function read(key: string): unknown {
      const { metadata } = file;
      const type = metadata.typeOf(key)!;
      if (type === 'array of string') {
        const strings = metadata.strings(key);
        return Array.from({ length: strings.length }, (_, i) => strings.at(i));
      }
      if (type === 'array of bool') return Array.from(metadata.numbers(key), (n) => n === 1);
      if (type.startsWith('array')) return Array.from(metadata.numbers(key));
      if (type === 'string') return metadata.string(key);
      return type === 'bool' ? metadata.boolean(key) : metadata.number(key);
    }
  });
}

t.test('tensor data is read into the given view, whole and in parts', (t) => {
  const file = openGguf(fileOf(t, writeGguf(rich)));
  t.teardown(() => file.close());
  for (const source of rich.tensors!) {
    const info = file.tensors.get(source.name)!;
    t.equal(info.byteLength, source.data!.length, source.name);
    t.ok(info.spanBytes >= info.byteLength && info.spanBytes < info.byteLength + 32, 'span is length and padding');
    const whole = new Uint8Array(info.byteLength);
    file.readTensor(info, whole);
    t.strictSame(whole, source.data);
  }
  // As the engine does it: into shared WASM memory, row by row.
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const info = file.tensors.get('token_embd.weight')!;
  file.readTensor(info, new Uint8Array(memory.buffer, 100, 36), 36);
  t.strictSame(new Uint8Array(memory.buffer).slice(100, 136), rich.tensors![0]!.data!.slice(36, 72));
  t.throws(() => file.readTensor(info, new Uint8Array(10), info.byteLength - 9), RangeError);
  t.throws(() => file.readTensor(info, new Uint8Array(10), -1), RangeError);
  t.end();
});

t.test('metadata says which key, what was wanted and what was found', (t) => {
  const file = openGguf(fileOf(t, writeGguf({ metadata: { ...rich.metadata, huge: gguf.u64(2n ** 60n) } })));
  const { metadata } = file;
  t.throws(() => metadata.number('a.string'), {
    code: 'gguf-metadata',
    message: /"a.string" should be number, .* string/,
  });
  t.throws(() => metadata.strings('arr.u8'), { code: 'gguf-metadata', message: /array of string, but is array of u8/ });
  t.throws(() => metadata.numbers('arr.string'), { code: 'gguf-metadata' });
  t.throws(() => metadata.string('arr.string'), { code: 'gguf-metadata' });
  t.throws(() => metadata.number('absent'), { code: 'gguf-metadata', message: /lacks the metadata key "absent"/ });
  t.throws(() => metadata.strings('absent'), { code: 'gguf-metadata' });
  t.throws(() => metadata.number('huge'), { code: 'gguf-metadata', message: /1152921504606846976/ });
  t.equal(metadata.number('absent', 7), 7);
  t.equal(metadata.string('absent', 'x'), 'x');
  t.equal(metadata.boolean('absent', false), false);
  t.notOk(metadata.has('absent'));
  file.close();
  t.throws(() => metadata.strings('arr.string'), { code: 'gguf-closed' });
  t.end();
});

t.test('what is not a GGUF file of a known version', (t) => {
  const good = writeGguf(rich);
  const changed = (at: number, ...values: number[]): Uint8Array => {
    const copy = good.slice();
    copy.set(values, at);
    return copy;
  };
  t.throws(() => openGguf(join(t.testdir({}), 'absent.gguf')), { code: 'gguf-not-found' });
  t.throws(() => openGguf(t.testdir({})), { code: 'gguf-not-found', message: /regular file/ });
  t.equal(codeOfOpening(t, new Uint8Array(0)), 'gguf-bad-magic');
  t.equal(codeOfOpening(t, changed(0, 0x50)), 'gguf-bad-magic');
  t.equal(codeOfOpening(t, changed(4, 1)), 'gguf-version');
  t.equal(codeOfOpening(t, changed(4, 4)), 'gguf-version');
  t.throws(() => openGguf(fileOf(t, changed(4, 0, 0, 0, 3))), { code: 'gguf-version', message: /big-endian/ });
  t.end();
});

t.test('a file cut off anywhere is an error that says so', (t) => {
  const good = writeGguf(rich);
  const file = openGguf(fileOf(t, good));
  const last = [...file.tensors.values()].at(-1)!;
  file.close();
  const needed = last.offset + last.byteLength;
  for (let length = 4; length < needed; length += length < 1500 ? 1 : 97) {
    const code = codeOfOpening(t, good.subarray(0, length));
    if (code !== 'gguf-truncated') t.equal(code, 'gguf-truncated', `cut off at ${length} of ${needed}`);
  }
  t.equal(codeOfOpening(t, good.subarray(0, needed)), 'opened', 'padding after the last tensor is not needed');
  t.equal(codeOfOpening(t, good.subarray(0, needed - 1)), 'gguf-truncated');
  t.end();
});

t.test('lying counts and lengths', (t) => {
  const good = writeGguf({ metadata: { key: gguf.string('value'), list: gguf.string(['a']) } });
  const lie = (at: number, value: bigint, source = good): Uint8Array => {
    const copy = source.slice();
    new DataView(copy.buffer).setBigUint64(at, value, true);
    return copy;
  };
  const keyLength = 24;
  const valueLength = keyLength + 8 + 3 + 4;
  const listCount = valueLength + 8 + 5 + 8 + 4 + 4 + 4;
  const places = { tensors: 8, keys: 16, key: keyLength, value: valueLength, count: listCount, element: listCount + 8 };
  for (const [what, at] of Object.entries(places)) {
    for (const value of [2n ** 64n - 1n, 2n ** 63n, 2n ** 53n, 2n ** 40n]) {
      t.equal(codeOfOpening(t, lie(at, value)), 'gguf-corrupt', `${what} ${value}`);
    }
    t.equal(codeOfOpening(t, lie(at, 60_000n)), 'gguf-truncated', `${what} beyond the end of the file`);
  }
  t.throws(() => openGguf(fileOf(t, lie(listCount, 2n ** 40n))), { message: new RegExp(`at byte ${listCount} `) });
  t.end();
});

t.test('headers that no writer makes', (t) => {
  const code = (source: GgufSource): string => codeOfOpening(t, writeGguf(source));
  const tensor = { name: 'x', type: F32, shape: [4] };
  const duplicate = writeGguf({ metadata: { aa: gguf.u8(1), ab: gguf.u8(1) } });
  duplicate[24 + 8 + 2 + 4 + 1 + 8 + 1] = 'a'.charCodeAt(0);
  t.equal(codeOfOpening(t, duplicate), 'gguf-corrupt', 'the same key twice');
  t.equal(code({ tensors: [tensor, tensor] }), 'gguf-corrupt', 'the same tensor twice');
  t.equal(code({ tensors: [{ ...tensor, name: 'n'.repeat(65) }] }), 'gguf-corrupt', 'a name too long');
  t.equal(code({ tensors: [{ ...tensor, shape: [] }] }), 'gguf-corrupt', 'no dimension');
  t.equal(code({ tensors: [{ ...tensor, shape: [1, 1, 1, 1, 1] }] }), 'gguf-corrupt', 'five dimensions');
  t.equal(code({ tensors: [{ ...tensor, shape: [0] }] }), 'gguf-corrupt', 'an empty dimension');
  const short = new Uint8Array(16);
  t.equal(
    code({ tensors: [{ ...tensor, shape: [2 ** 40, 2 ** 40], data: short }] }),
    'gguf-corrupt',
    'an impossible size',
  );
  t.equal(
    code({ tensors: [{ ...tensor, shape: [2 ** 40], data: short }] }),
    'gguf-truncated',
    'a size beyond the file',
  );
  t.equal(
    code({
      tensors: [
        { ...tensor, shape: [64], data: short },
        { ...tensor, name: 'y', data: new Uint8Array(512) },
      ],
    }),
    'gguf-corrupt',
    'a tensor that reaches into the next',
  );
  t.equal(
    code({ tensors: [{ ...tensor, type: Q1_0, shape: [130], data: short }] }),
    'gguf-corrupt',
    'rows of part blocks',
  );
  for (const alignment of [0, 24]) {
    const file = writeGguf({ metadata: { 'general.alignment': gguf.u32(alignment) } });
    t.equal(codeOfOpening(t, file), 'gguf-corrupt', `alignment ${alignment}`);
  }
  const misaligned = writeGguf({ tensors: [tensor, { ...tensor, name: 'y' }] });
  const entryBytes = 8 + 1 + 4 + 8 + 4 + 8;
  misaligned[24 + 2 * entryBytes - 8] = 16;
  t.equal(codeOfOpening(t, misaligned), 'gguf-corrupt', 'an offset that is not aligned');
  const boolean = writeGguf({ metadata: { b: gguf.bool(true) } });
  boolean[24 + 8 + 1 + 4] = 2;
  t.equal(codeOfOpening(t, boolean), 'gguf-corrupt', 'a boolean of 2');
  const nested = writeGguf({ metadata: { n: gguf.u8([1]) } });
  nested[24 + 8 + 1 + 4] = 9;
  t.throws(() => openGguf(fileOf(t, nested)), { code: 'gguf-corrupt', message: /array of arrays/ });
  nested[24 + 8 + 1 + 4] = 13;
  t.throws(() => openGguf(fileOf(t, nested)), { code: 'gguf-corrupt', message: /unknown value type 13/ });
  t.end();
});

t.test('a tensor type without a known layout is named, with those that have one', (t) => {
  const data = new Uint8Array(64);
  const open = (type: number): unknown =>
    openGguf(fileOf(t, writeGguf({ tensors: [{ name: 'blk.0.ffn_up.weight', type, shape: [128], data }] })));
  t.throws(() => open(99), {
    code: 'gguf-tensor-type',
    message: /blk\.0\.ffn_up\.weight.* type 99 .*known are .*Q1_0/,
  });
  t.throws(() => open(143), { code: 'gguf-tensor-type', message: /PTQ1_0/ });
  t.throws(() => open(4), { code: 'gguf-tensor-type' });
  t.end();
});

t.test('groups of 128 under the id of groups of 64 are told apart by the span', (t) => {
  const norm = { name: 'norm', type: F32, shape: [8] };
  const shape = [1024, 2];
  const old = writeGguf({
    tensors: [
      { name: 'a', type: Q2_0, shape, data: bytes((2048 / 128) * 34) },
      norm,
      { name: 'b', type: Q2_0, shape, data: bytes((2048 / 128) * 34) },
    ],
  });
  const legacy = openGguf(fileOf(t, old));
  t.strictSame(
    [...legacy.tensors.values()].map(({ type, byteLength }) => [type, byteLength]),
    [
      [PQ2_0, 544],
      [F32, 32],
      [PQ2_0, 544],
    ],
  );
  legacy.close();
  const upstream = openGguf(fileOf(t, writeGguf({ tensors: [{ name: 'a', type: Q2_0, shape }, norm] })));
  t.strictSame([upstream.tensors.get('a')!.type, upstream.tensors.get('a')!.byteLength], [Q2_0, 576]);
  upstream.close();
  const cut = writeGguf({ tensors: [norm, { name: 'a', type: Q2_0, shape }, { name: 'b', type: Q2_0, shape }] });
  t.equal(codeOfOpening(t, cut.subarray(0, cut.length - 30)), 'gguf-truncated', 'a cut-off file is not an old one');
  t.end();
});

t.test('random damage never does worse than a typed error', (t) => {
  const good = writeGguf({ ...rich, metadata: { ...rich.metadata, 'arr.string': gguf.string(['', 'a', 'bücher']) } });
  const random = new Random(12345);
  const path = join(t.testdir({}), 'damaged.gguf');
  const seen = new Map<string, number>();
  for (let round = 0; round < 3000; round++) {
    const copy = good.slice(0, random.int(0, 9) === 0 ? random.int(0, good.length) : good.length);
    for (let i = random.int(1, 4); i > 0; i--) {
      if (copy.length > 0)
        copy[random.int(0, copy.length - 1)] = random.pick([0, 1, 0x7f, 0x80, 0xff, random.int(0, 255)]);
    }
    writeFileSync(path, copy);
    const outcome = readAll(path);
    seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
    if (!/^(opened|gguf-[a-z-]+)$/.test(outcome)) t.fail(`round ${round}: ${outcome}`);
  }
  for (const code of ['opened', 'gguf-truncated', 'gguf-corrupt', 'gguf-tensor-type']) {
    t.ok((seen.get(code) ?? 0) > 0, `${code} is among the outcomes`);
  }
  t.end();

  /** Opens the file and reads everything in it. */
  function readAll(path: string): string {
    try {
      const file = openGguf(path);
      try {
        for (const key of file.metadata.keys()) {
          const type = file.metadata.typeOf(key)!;
          if (type === 'array of string') file.metadata.strings(key);
          else if (type.startsWith('array')) file.metadata.numbers(key);
        }
        for (const info of file.tensors.values()) file.readTensor(info, new Uint8Array(info.byteLength));
        return 'opened';
      } finally {
        file.close();
      }
    } catch (error) {
      return codeOf(error) === 'internal' ? messageOf(error) : codeOf(error);
    }
  }
});
