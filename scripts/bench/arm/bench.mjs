// npm run bench:arm -- [--node 24] [--variant arm] [--code KERNEL] [--json]
// How many arm64 instructions the kernels take, counted under qemu. Counts, not times: an emulator has no cycles.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { armMachine, NoArmMachine } from './machine.mjs';

// One thread, and from the start the code that hot functions end up with.
const V8_FLAGS = ['--no-liftoff', '--no-wasm-tier-up', '--no-wasm-lazy-compilation', '--single-threaded'];
const REPETITIONS = 3;

const { values: options } = parseArgs({
  options: {
    node: { type: 'string', multiple: true, default: ['24', '22', '20'] },
    variant: { type: 'string' },
    code: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

try {
  const rows = [];
  for (const node of options.node) rows.push(...(await count(node)));
  if (options.json) console.log(JSON.stringify(rows, undefined, 1));
  else print(rows);
} catch (error) {
  if (!(error instanceof NoArmMachine)) throw error;
  console.error(`bench:arm: no arm64 machine can be emulated here: ${error.message}`);
  process.exitCode = 1;
}

/** One row per kernel. */
async function count(node) {
  const machine = armMachine({ node, plugin: true });
  const variant = options.variant ?? (Number(node) >= 24 ? 'arm' : 'armloop');
  const kernels = fileURLToPath(new URL(`../../../build/kernels/kernels.${variant}.wasm`, import.meta.url));
  const folder = mkdtempSync(join(tmpdir(), 'tokonoma-arm-'));
  try {
    console.error(`counting ${variant} on arm64 Node ${machine.node}`);
    const out = join(folder, 'counts');
    const guest = fileURLToPath(new URL('guest.mjs', import.meta.url));
    const child = machine.spawn([...V8_FLAGS, guest, kernels, String(REPETITIONS)], { out, code: 'code' in options });
    const { regions, windows } = JSON.parse(await output(child));
    const blocks = readBlocks(readFileSync(out, 'utf8'), regions);
    return windows.map(({ kernel, per64 }, window) => {
      const own = blocks.filter((block) => block.window === window);
      if (options.code === kernel) listing(own, per64);
      const instructions = own.reduce((sum, block) => sum + block.instructions * block.executions, 0);
      return { node: machine.node, variant, kernel, instructions_per_64: Number((instructions / per64).toFixed(3)) };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function output(child) {
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => (text += chunk));
  const code = await new Promise((resolve) => child.on('close', resolve));
  if (code !== 0) throw new Error(`the emulated Node ended with ${code}`);
  return text;
}

/** The blocks of count.c's output that lie in code made at run time: kernels and their callers, not Node itself. */
function readBlocks(text, regions) {
  const spans = regions.map(([from, to]) => [BigInt(`0x${from}`), BigInt(`0x${to}`)]);
  const blocks = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('\t')) {
      blocks.at(-1)?.code.push(line);
    } else if (line) {
      const [window, address, instructions, executions] = line.split(' ');
      blocks.push({
        window: Number(window),
        address: BigInt(`0x${address}`),
        instructions: Number(instructions),
        executions: Number(executions),
        code: [],
      });
    }
  }
  return blocks.filter(({ address }) => spans.some(([from, to]) => address >= from && address < to));
}

/** The hot blocks in the order of their addresses, on stderr. */
function listing(blocks, per64) {
  const hot = blocks.filter((block) => block.instructions * block.executions > 0.001 * per64);
  for (const block of hot.sort((a, b) => Number(a.address - b.address))) {
    const share = ((block.instructions * block.executions) / per64).toFixed(3);
    console.error(`${block.address.toString(16)}: ${block.executions} x ${block.instructions} = ${share} per 64`);
    console.error(block.code.join('\n'));
  }
}

function print(rows) {
  const nodes = [...new Set(rows.map((row) => row.node))];
  const title = 'arm64 instructions per 64'.padEnd(28);
  console.log(title + nodes.map((node) => `Node ${node}`.padStart(14)).join(''));
  for (const kernel of new Set(rows.map((row) => row.kernel))) {
    const figures = nodes.map((node) => rows.find((row) => row.node === node && row.kernel === kernel));
    console.log(kernel.padEnd(28) + figures.map((row) => row.instructions_per_64.toFixed(2).padStart(14)).join(''));
  }
  console.log('decode: per 64 weights; prefill, attention: per 64 multiply-adds; tables, columns: per 64 activations');
}
