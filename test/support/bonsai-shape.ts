/**
 * A file of the shape of Bonsai 1.7B with random weights, with Bonsai's own vocabulary and template where they are at
 * hand, made once in build/models: two of its 28 layers, everything else as it is. TOKONOMA_TEST_MODEL names another
 * file, such as all of it: `npm run make-model -- --shape bonsai-1.7b --type q1_0 --out FILE`.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sharedPath } from './shared.ts';

export const LAYERS = 2;

export function bonsaiShape(env: Readonly<Record<string, string | undefined>> = process.env): string {
  const given = env['TOKONOMA_TEST_MODEL'];
  if (given !== undefined) return given;
  const vocabulary = sharedPath('data/qwen/qwen.tiktoken');
  const folder = fileURLToPath(new URL('../../models/', import.meta.url));
  const path = `${folder}bonsai-1.7b-${LAYERS}-layers${vocabulary === undefined ? '-bytes' : ''}.gguf`;
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const script = fileURLToPath(new URL('../../../scripts/model/make-model.mjs', import.meta.url));
  const args = ['--shape', 'bonsai-1.7b', '--layers', String(LAYERS), '--type', 'q1_0', '--out', path];
  execFileSync(process.execPath, [script, ...args, ...(vocabulary === undefined ? [] : ['--vocab', vocabulary])], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return path;
}
