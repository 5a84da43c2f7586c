/**
 * The Qwen3 forward pass once more, from the paper and llama.cpp's graph, in plain double precision arithmetic over
 * ordinary arrays: no cache, no batch, no kernels. It shares nothing with src/model but the names of the tensors.
 */
import { halfToNumber, numberToHalf } from './half.ts';
import { decodeQ1, exactBlocks, matvecBlocks } from './quantized.ts';

export interface ReferenceConfig {
  readonly layers: number;
  readonly dim: number;
  readonly ffn: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly eps: number;
  readonly vocabSize: number;
  readonly ropeBase: number;
  readonly yarn?: { readonly factor: number; readonly originalContext: number };
}

/** Matrices as GGUF Q1_0 bytes, norms as floats, by tensor name. */
export type ReferenceTensors = ReadonlyMap<string, Uint8Array | Float32Array>;

type Row = Float64Array;

/** Logits (vocab) of every position. */
export function referenceLogits(c: ReferenceConfig, tensors: ReferenceTensors, tokens: readonly number[]): Row[] {
  const norm = (name: string): Float32Array => tensors.get(name) as Float32Array;
  const times = (name: string, rows: number, x: Row): Row =>
    matvecBlocks(decodeQ1(tensors.get(name) as Uint8Array), rows, x.length, exactBlocks(Float32Array.from(x)));

  const embedding = decodeQ1(tensors.get('token_embd.weight') as Uint8Array);
  let xs: Row[] = tokens.map((token) => Float64Array.from(embedding.subarray(token * c.dim, (token + 1) * c.dim)));
  for (let layer = 0; layer < c.layers; layer++) {
    const name = (part: string): string => `blk.${layer}.${part}.weight`;
    const hs = xs.map((x) => rmsNorm(x, norm(name('attn_norm')), c.eps));
    const heads = (part: string, count: number, normName?: string): Row[][] =>
      hs.map((h, position) => {
        const all = times(name(part), count * c.headDim, h);
        return Array.from({ length: count }, (_, i) => {
          const head = all.slice(i * c.headDim, (i + 1) * c.headDim);
          return normName === undefined ? head : rope(c, rmsNorm(head, norm(name(normName)), c.eps), position);
        });
      });
    const qs = heads('attn_q', c.heads, 'attn_q_norm');
    const ks = heads('attn_k', c.kvHeads, 'attn_k_norm').map((token) => token.map(toHalves));
    const vs = heads('attn_v', c.kvHeads).map((token) => token.map(toHalves));
    xs = xs.map((x, position) => {
      const attended = qs[position]!.map((q, head) => {
        const kv = Math.floor((head * c.kvHeads) / c.heads);
        const seen = Array.from({ length: position + 1 }, (_, i) => i);
        const weights = softmax(seen.map((i) => dot(q, ks[i]![kv]!) / Math.sqrt(c.headDim)));
        return Float64Array.from(q, (_, j) => seen.reduce((sum, i) => sum + weights[i]! * vs[i]![kv]![j]!, 0));
      });
      const y = add(x, times(name('attn_output'), c.dim, Float64Array.from(attended.flatMap((a) => [...a]))));
      const h = rmsNorm(y, norm(name('ffn_norm')), c.eps);
      const gate = times(name('ffn_gate'), c.ffn, h);
      const up = times(name('ffn_up'), c.ffn, h);
      const a = gate.map((g, i) => (g / (1 + Math.exp(-g))) * up[i]!);
      return add(y, times(name('ffn_down'), c.dim, a));
    });
  }
  const head = tensors.has('output.weight') ? 'output.weight' : 'token_embd.weight';
  return xs.map((x) => times(head, c.vocabSize, rmsNorm(x, norm('output_norm.weight'), c.eps)));
}

/** NEOX pairs (i, i + headDim / 2); with YaRN (factor s, arXiv 2309.00071 section 3) when configured. */
function rope(c: ReferenceConfig, x: Row, position: number): Row {
  const half = c.headDim / 2;
  const out = new Float64Array(c.headDim);
  for (let i = 0; i < half; i++) {
    const frequency = c.ropeBase ** ((-2 * i) / c.headDim);
    let angle = position * frequency;
    let scale = 1;
    if (c.yarn) {
      const pair = (turns: number): number =>
        (c.headDim * Math.log(c.yarn!.originalContext / (turns * 2 * Math.PI))) / (2 * Math.log(c.ropeBase));
      const low = Math.max(0, Math.floor(pair(32)));
      const high = Math.min(c.headDim - 1, Math.ceil(pair(1)));
      const extrapolate = 1 - Math.min(1, Math.max(0, (i - low) / Math.max(0.001, high - low)));
      angle = angle * extrapolate + (angle / c.yarn.factor) * (1 - extrapolate);
      scale = 1 + 0.1 * Math.log(c.yarn.factor);
    }
    const [cos, sin] = [Math.cos(angle) * scale, Math.sin(angle) * scale];
    out[i] = x[i]! * cos - x[i + half]! * sin;
    out[i + half] = x[i]! * sin + x[i + half]! * cos;
  }
  return out;
}

function rmsNorm(x: Row, w: Float32Array, eps: number): Row {
  const scale = 1 / Math.sqrt(dot(x, x) / x.length + eps);
  return x.map((v, i) => v * scale * w[i]!);
}

function softmax(x: number[]): number[] {
  const peak = Math.max(...x);
  const e = x.map((v) => Math.exp(v - peak));
  const total = e.reduce((a, b) => a + b);
  return e.map((v) => v / total);
}

const toHalves = (x: Row): Row => x.map((v) => halfToNumber(numberToHalf(v)));
const dot = (a: Row, b: Row): number => a.reduce((sum, v, i) => sum + v * b[i]!, 0);
const add = (a: Row, b: Row): Row => a.map((v, i) => v + b[i]!);
