// Writes unrolled.ts and loops.ts beside it: the kernels for ARM, with every instruction where an in-order core wants
// it (code.mjs). scripts/build-wasm.mjs runs it before the compiler.
import { writeFileSync } from 'node:fs';
import { Code } from './code.mjs';

const range = (n) => Array.from({ length: n }, (_, i) => i);
const add16 = (code, a, b) => (a ? code.op(`i16x8.add(${a}, ${b})`, [a, b]) : b);
/** One USRA: the odd bytes, widened and added. */
const addOdd = (code, a, b) => code.op(a ? `i16x8.add(${a}, i16x8.shr_u(${b}, 8))` : `i16x8.shr_u(${b}, 8)`, [a, b]);
const swizzle = (code, table, index) => code.op(`v128.swizzle(${table}, ${index})`, [table, index]);
const avgr = (code, a, b) => code.op(`i8x16.avgr_u(${a}, ${b})`, [a, b]);
const add8 = (code, a, b) => (a ? code.op(`i8x16.add(${a}, ${b})`, [a, b]) : b);

/** Indices of vector s of every tile: [low nibbles, high nibbles], a USHR each for the high ones. */
function nibbles(code, tiles, pointer, offset) {
  const bytes = range(tiles).map((m) => code.load(`${pointer}${m}`, offset));
  const low = bytes.map((w) => code.op(`v128.and(${w}, nibble)`, [w]));
  const high = bytes.map((w) => code.op(`i8x16.shr_u(${w}, 4)`, [w]));
  return [low, high];
}

/** Sums of a block in the making: the even bytes plus 256 times the odd ones, and the odd ones. */
class Sums {
  /** @param suffix of the variables that they live in from one iteration to the next; without one they begin here */
  constructor(tiles, suffix) {
    this.suffix = suffix;
    this.all = range(tiles).map((m) => (suffix === undefined ? undefined : `all${m}${suffix}`));
    this.odd = range(tiles).map((m) => (suffix === undefined ? undefined : `odd${m}${suffix}`));
  }

  /** Ends an iteration: the sums go where the next one finds them. */
  keep(code) {
    for (const variable of ['all', 'odd']) {
      this[variable].forEach((name, m) => {
        code.ops.find((op) => op.name === name).name = `=${variable}${m}${this.suffix}`;
      });
    }
  }
}

/** Two vectors of the fast tables: four look-ups of every tile, averaged, and one addition of the average. */
function fastStep(code, tiles, pointer, s, table, sums) {
  const pairs = [0, 1].map((v) => {
    const tables = [0, 1].map((j) => code.load('table', table + 32 * v + 16 * j));
    const index = nibbles(code, tiles, pointer, s + 16 * v);
    const entries = index.map((of, j) => of.map((i) => swizzle(code, tables[j], i)));
    return entries[0].map((entry, m) => avgr(code, entry, entries[1][m]));
  });
  const quads = pairs[0].map((pair, m) => avgr(code, pair, pairs[1][m]));
  sums.all = quads.map((quad, m) => add16(code, sums.all[m], quad));
  sums.odd = quads.map((quad, m) => addOdd(code, sums.odd[m], quad));
}

/** Vectors of the exact tables. Both planes are widened after them. */
function exactStep(code, tiles, pointer, s, table, vectors, sums) {
  let low = [];
  let high = [];
  for (let v = 0; v < vectors; v++) {
    const index = nibbles(code, tiles, pointer, s + 16 * v);
    index.forEach((of, j) => {
      const planes = [0, 16].map((plane) => code.load('table', table + 64 * v + 32 * j + plane));
      const entries = planes.map((plane) => of.map((i) => swizzle(code, plane, i)));
      low = entries[0].map((entry, m) => add8(code, low[m], entry));
      high = entries[1].map((entry, m) => add8(code, high[m], entry));
    });
  }
  widenExact(code, low, high, sums);
}

function widenExact(code, low, high, sums) {
  sums.all = low.map((sum, m) => add16(code, sums.all[m], sum));
  sums.odd = low.map((sum, m) => addOdd(code, sums.odd[m], sum));
  // One MLA for the even bytes, and another, after a shift, for the odd ones.
  sums.all = high.map((sum, m) => code.op(`i16x8.add(${sums.all[m]}, i16x8.mul(${sum}, step))`, [sum, sums.all[m]]));
  const odd = high.map((sum) => code.op(`i16x8.shr_u(${sum}, 8)`, [sum]));
  sums.odd = odd.map((sum, m) => code.op(`i16x8.add(${sums.odd[m]}, i16x8.mul(${sum}, step))`, [sum, sums.odd[m]]));
}

/** y += S (H D). `scales` are names of vectors of H of each tile. */
function contribute(code, even, odd, scales, d, y) {
  const lanes = ['0, 8, 1, 9, 2, 10, 3, 11', '4, 12, 5, 13, 6, 14, 7, 15'];
  const counts = [even, odd].flatMap((s) =>
    lanes.map((of) => code.op(`v128.shuffle<u16>(${s}, counting, ${of})`, [s])),
  );
  const factors = scales.map((h) => code.op(`f32x4.mul(${h}, ${d})`, [h, d]));
  const s = counts.map((count) => code.op(`f32x4.sub(${count}, zero)`, [count]));
  const parts = s.map((sum, i) => code.op(`f32x4.mul(${sum}, ${factors[i]})`, [sum, factors[i]]));
  parts.forEach((part, i) => code.into(`${y}_${i}`, `f32x4.add(${y}_${i}, ${part})`, [part]));
}

/** Scales of 16 rows, bits of halves moved to where a float keeps its own: a UMULL for four. */
function tileScales(code, pointer) {
  return [0, 16].flatMap((offset) => {
    const halves = code.load(pointer, offset);
    return ['low', 'high'].map((part) => code.op(`i32x4.extmul_${part}_i16x8_u(${halves}, shift13)`, [halves]));
  });
}

function endOfBlock(code, tiles, sums) {
  const scales = range(tiles).map((m) => tileScales(code, `w${m}`));
  const d = code.op('v128.load32_splat(scale)', []);
  contributeAll(code, sums, scales, d, (m) => `y${m}`);
}

function contributeAll(code, sums, scales, d, y) {
  const shifted = sums.odd.map((odd) => code.op(`i16x8.shl(${odd}, 8)`, [odd]));
  const even = shifted.map((odd, m) => code.op(`i16x8.sub(${sums.all[m]}, ${odd})`, [sums.all[m], odd]));
  even.forEach((_, m) => contribute(code, even[m], sums.odd[m], scales[m], d, y(m)));
}

/** Of exact sums: what the high plane counts in, and 2^23 with the biases of 32 entries (../tables.ts). */
const EXACT = { step: 2 ** 5, zero: 2 ** 23 + 32 * 512 };

const decode = {
  fast: { tableBytes: 512, counting: '0x4c00', zero: 33558528 },
  exact: { tableBytes: 1024, counting: '0x4b00', zero: EXACT.zero },
};

/** A block of `tiles` tiles with all its vectors written out. */
function unrolledBlock(precision, tiles) {
  const code = new Code();
  const sums = new Sums(tiles);
  for (let s = 0; s < 16; s += precision === 'fast' ? 2 : 4) {
    if (precision === 'fast') fastStep(code, tiles, 'w', 32 + 16 * s, 32 * s, sums);
    else exactStep(code, tiles, 'w', 32 + 16 * s, 64 * s, 4, sums);
  }
  endOfBlock(code, tiles, sums);
  return [...code.scheduled(), `table += ${decode[precision].tableBytes};`];
}

/** A block as a loop over pairs of vectors. */
function loopedBlock(precision, tiles) {
  const body = new Code();
  const sums = new Sums(tiles, '');
  if (precision === 'fast') fastStep(body, tiles, 'bits', 0, 0, sums);
  else exactStep(body, tiles, 'bits', 0, 0, 2, sums);
  sums.keep(body);
  const end = new Code();
  endOfBlock(end, tiles, new Sums(tiles, ''));
  const { tableBytes } = decode[precision];
  return [
    ...range(tiles).flatMap((m) => [
      `let bits${m} = w${m} + 32;`,
      `let all${m} = i16x8.splat(0);`,
      `let odd${m} = i16x8.splat(0);`,
    ]),
    `const end = table + ${tableBytes};`,
    'do {',
    ...body.scheduled(),
    ...range(tiles).map((m) => `bits${m} += 32;`),
    `table += ${tableBytes / 8};`,
    '} while (table < end);',
    ...end.scheduled(),
  ];
}

/** `tiles` tiles, `apart` rows of tiles from one to the next, times one row of activations. */
function decodeFunction(precision, tiles, block) {
  const pointers = range(tiles - 1).map((m) => `let w${m + 1} = w${m} + wApart;`);
  const next = range(tiles).map((m) => `w${m} += 288;`);
  return decodeOf(precision, tiles, ['let w0 = w;', ...pointers], 'w0', [...block, ...next]);
}

/** A decode kernel around the statements of a block: what it begins with, its outputs, and the loop up to the end of the tile at `first`. */
function decodeOf(precision, tiles, pointers, first, block) {
  const { tableBytes, counting, zero } = decode[precision];
  const ys = range(tiles).map((m) => range(4).map((i) => `y${m}_${i}`));
  return `
/** ${tiles === 1 ? 'A tile' : `${tiles} tiles`} times one row of activations. */
export function ${precision}${tiles}(
  out: usize, // (16) f32${tiles === 1 ? '' : ` of each tile, \`outApart\` bytes from one to the next`}
  outApart: usize,
  w: usize, // (blocks, 288) u8${tiles === 1 ? '' : ` of each tile, \`wApart\` bytes from one to the next`}
  wApart: usize,
  blocks: usize,
  table: usize, // (blocks, ${tableBytes}) u8
  scale: usize, // (blocks) f32
): void {
  const nibble = i8x16.splat(0x0f);
  const shift13 = i16x8.splat(8192);
  const counting = i16x8.splat(${counting});
  const zero = f32x4.splat(${zero});
  ${precision === 'exact' ? `const step = i16x8.splat(${EXACT.step});` : ''}
  ${pointers.join('\n')}
  ${ys
    .flat()
    .map((y) => `let ${y} = f32x4.splat(0);`)
    .join('\n')}
  for (const stop = ${first} + blocks * 288; ${first} < stop; ) {
    ${block.join('\n')}
    scale += 4;
  }
  ${ys
    .map(
      (of, m) =>
        `${m > 0 ? 'out += outApart;' : ''}\n${of.map((y, i) => `v128.store(out, ${y}, ${16 * i});`).join('\n')}`,
    )
    .join('\n')}
}
`;
}

/**
 * Tiles of the exact product whose sums are kept in globals. Reading and writing them is checked by no engine, and holds
 * the code in its order where V8 of Node 20 and 22 would compute every tile at the end; so sixteen can share a load of the
 * tables, each of which is two more instructions on Node 20.
 */
const KEPT = 16;

function keptFunction() {
  const sums = range(KEPT).flatMap((m) => [`all${m}`, `odd${m}`]);
  // One pointer for all tiles: there are more of them than registers.
  const eachTile = (statements) =>
    range(KEPT).flatMap((m) => ['{', m > 0 ? 'tile0 += wApart;' : '', ...statements(m), '}']);
  const vectors = (m) => {
    const code = new Code();
    let [low, high] = [[], []];
    for (let v = 0; v < 4; v++) {
      nibbles(code, 1, 'tile', 16 * v).forEach(([index], j) => {
        low = [add8(code, low[0], swizzle(code, `t${4 * v + 2 * j}`, index))];
        high = [add8(code, high[0], swizzle(code, `t${4 * v + 2 * j + 1}`, index))];
      });
    }
    const sums = { all: [`all${m}`], odd: [`odd${m}`] };
    widenExact(code, low, high, sums);
    return [...code.plain(), `all${m} = ${sums.all[0]};`, `odd${m} = ${sums.odd[0]};`];
  };
  const end = (m) => {
    const code = new Code();
    const sums = { all: [code.op(`all${m}`, [])], odd: [code.op(`odd${m}`, [])] };
    contributeAll(code, sums, [tileScales(code, 'tile0')], 'd', () => `y${m}`);
    return code.plain();
  };
  const block = [
    ...sums.map((sum) => `${sum} = i16x8.splat(0);`),
    'let bits = w + 32;',
    `const end = table + ${decode.exact.tableBytes};`,
    'do {',
    ...range(16).map((i) => `const t${i} = v128.load(table + ${16 * i});`),
    'let tile0 = bits;',
    ...eachTile(vectors),
    'bits += 64;',
    'table += 256;',
    '} while (table < end);',
    'const d = v128.load32_splat(scale);',
    'let tile0 = w;',
    ...eachTile(end),
    'w += 288;',
  ];
  const globals = sums.map((sum) => `let ${sum}: v128 = i64x2(0, 0);`);
  return `\n${globals.join('\n')}\n${decodeOf('exact', KEPT, [], 'w', block)}`;
}

/**
 * Prefill: a block of `tiles` tiles times 4 tokens, whose tables lie side by side. Indices are made once for all
 * tokens. UMLAL widens and adds, and scales the high plane on the way.
 */
function prefillStep(code, tiles, pointer, s, table, sums) {
  const widen = (sum, half, value, factor) => {
    const product = `i16x8.extmul_${half}_i8x16_u(${value}, ${factor})`;
    return code.op(sum ? `i16x8.add(${sum}, ${product})` : product, [sum, value]);
  };
  const index = [0, 16].flatMap((v) => nibbles(code, tiles, pointer, s + v));
  for (let t = 0; t < 4; t++) {
    for (const [plane, factor] of ['one', 'step'].entries()) {
      let sum = [];
      index.forEach((of, j) => {
        const entries = code.load('table', table + 128 * j + 32 * t + 16 * plane);
        const found = of.map((i) => swizzle(code, entries, i));
        sum = found.map((entry, m) => add8(code, sum[m], entry));
      });
      sums[t].all = sum.map((value, m) => widen(sums[t].all[m], 'low', value, factor));
      sums[t].odd = sum.map((value, m) => widen(sums[t].odd[m], 'high', value, factor));
    }
  }
}

function endOfPrefill(code, tiles, sums) {
  const scales = range(tiles).map((m) => tileScales(code, `w${m}`));
  for (let t = 0; t < 4; t++) {
    const d = code.op(`v128.load32_splat(scale, ${4 * t})`, []);
    // Lanes 2 r and 2 r + 1 of a tile are its rows r and r + 8.
    const [even, odd] = ['0, 2, 4, 6, 8, 10, 12, 14', '1, 3, 5, 7, 9, 11, 13, 15'].map((lanes) =>
      range(tiles).map((m) => {
        const [low, high] = [sums[t].all[m], sums[t].odd[m]];
        return code.op(`v128.shuffle<u16>(${low}, ${high}, ${lanes})`, [low, high]);
      }),
    );
    even.forEach((_, m) => contribute(code, even[m], odd[m], scales[m], d, `y${m}_${t}`));
  }
}

function unrolledPrefill(tiles) {
  const code = new Code();
  const sums = range(4).map(() => new Sums(tiles));
  for (let s = 0; s < 16; s += 2) prefillStep(code, tiles, 'w', 32 + 16 * s, 256 * s, sums);
  endOfPrefill(code, tiles, sums);
  return [...code.scheduled(), 'table += 4096;'];
}

function loopedPrefill(tiles) {
  const named = () => range(4).map((t) => new Sums(tiles, `_${t}`));
  const body = new Code();
  const sums = named();
  prefillStep(body, tiles, 'bits', 0, 0, sums);
  for (const sum of sums) sum.keep(body);
  const end = new Code();
  endOfPrefill(end, tiles, named());
  return [
    ...range(tiles).map((m) => `let bits${m} = w${m} + 32;`),
    ...named().flatMap(({ all, odd }) => [...all, ...odd].map((name) => `let ${name} = i16x8.splat(0);`)),
    'const end = table + 4096;',
    'do {',
    ...body.scheduled(),
    ...range(tiles).map((m) => `bits${m} += 32;`),
    'table += 512;',
    '} while (table < end);',
    ...end.scheduled(),
  ];
}

function prefillFunction(tiles, block) {
  const ys = range(tiles).flatMap((m) => range(4).flatMap((t) => range(4).map((i) => [m, t, i])));
  return `
/** ${tiles === 1 ? 'A tile' : `${tiles} tiles`} times 4 tokens, added to what there is. */
export function prefill${tiles}(
  out0: usize, // (16 ${tiles === 1 ? '' : `* ${tiles}`}) f32 of the first token
  out1: usize,
  out2: usize,
  out3: usize,
  w: usize, // (blocks of the matrix, 288) u8 of each tile, \`tileBytes\` from one to the next
  tileBytes: usize,
  blocks: usize,
  table: usize, // (blocks, 32, 4 tokens, 2 planes, 16) u8
  scale: usize, // (blocks, 4 of 16 tokens) f32
): void {
  const nibble = i8x16.splat(0x0f);
  const shift13 = i16x8.splat(8192);
  const counting = i16x8.splat(0x4b00);
  const zero = f32x4.splat(${EXACT.zero});
  const one = i8x16.splat(1);
  const step = i8x16.splat(${EXACT.step});
  let w0 = w;
  ${range(tiles - 1)
    .map((m) => `let w${m + 1} = w${m} + tileBytes;`)
    .join('\n')}
  ${ys.map(([m, t, i]) => `let y${m}_${t}_${i} = v128.load(out${t}, ${64 * m + 16 * i});`).join('\n')}
  for (const stop = w0 + blocks * 288; w0 < stop; ) {
    ${block.join('\n')}
    ${range(tiles)
      .map((m) => `w${m} += 288;`)
      .join('\n')}
    scale += 64;
  }
  ${ys.map(([m, t, i]) => `v128.store(out${t}, y${m}_${t}_${i}, ${64 * m + 16 * i});`).join('\n')}
}
`;
}

const FILES = {
  'unrolled.ts': [
    'All vectors of a block written out: for engines that keep the order, as V8 of Node 24 does.',
    unrolledBlock,
    unrolledPrefill,
  ],
  'loops.ts': [
    'Loops over pairs of vectors: V8 of Node 20 and 22 orders longer code anew, and runs out of registers.',
    loopedBlock,
    loopedPrefill,
    keptFunction,
  ],
};

/** Writes the files, which are not kept in the repository: some thousand lines of one operation each. */
export function writeSchedules() {
  for (const [file, [about, block, prefill, ...others]] of Object.entries(FILES)) {
    const text = [
      `/** ${about} The arithmetic is that of ../matvec-q1.ts. Written by schedule.mjs. */`,
      ...['fast', 'exact'].flatMap((precision) =>
        [4, 1].map((tiles) => decodeFunction(precision, tiles, block(precision, tiles))),
      ),
      ...[2, 1].map((tiles) => prefillFunction(tiles, prefill(tiles))),
      ...others.map((written) => written()),
    ];
    writeFileSync(new URL(file, import.meta.url), text.join(''));
  }
}
