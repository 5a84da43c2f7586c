/** The shipped model in the runtime, against the trainer's own arithmetic: scripts/train/reference.py, in numpy. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { openVocabulary } from '../../src/agent/reading/interpreter.ts';
import { PromptBuilder } from '../../src/agent/reading/prompt.ts';
import { openGguf } from '../../src/gguf/reader.ts';
import { openDecoder } from '../../src/model/decoder.ts';
import { generate, type Decoder } from '../../src/model/generate.ts';
import { textPass } from '../../src/text/passes.ts';
import { ChatTemplate } from '../../src/tokenizer/template.ts';
import { maxRelativeError } from '../assembly/harness.ts';

/** One command: its prompt, the five highest logits after it, and the greedy answer under the grammar, the end included. */
interface Golden {
  readonly command: string;
  readonly ids: readonly number[];
  readonly top: readonly (readonly [token: number, logit: number])[];
  readonly answer: readonly number[];
}

/** Largest difference of a logit, relative to the largest: scripts/train/README.md says where it comes from. */
const TOLERANCE = 0.02;

/** From build/test/model/ up to the repository. */
const root = new URL('../../../', import.meta.url);
const SEEDLING = fileURLToPath(new URL('src/seedling/seedling.gguf', root));
const GOLDEN = JSON.parse(readFileSync(new URL('test/golden/seedling-logits.json', root), 'utf8')) as Golden[];

const open = (path: string): Decoder => openDecoder(path, { precision: 'exact', threads: 1 });

/** Of the logits that the golden file has. */
function errorOf({ model }: Decoder, { ids, top }: Golden): number {
  const logits = model.feed(ids.slice(model.reuse(ids)));
  return maxRelativeError(
    top.map(([token]) => logits[token]!),
    top.map(([, logit]) => logit),
  );
}

t.test('prompts, logits and answers are the trainer’s', async (t) => {
  const decoder = open(SEEDLING);
  t.teardown(() => decoder.model.close());
  const prompts = new PromptBuilder(new ChatTemplate(decoder.info.chatTemplate), 'tags', openVocabulary);
  t.ok(GOLDEN.length > 0);
  for (const golden of GOLDEN) {
    const source = textPass(golden.command).text;
    const prompt = prompts.render(source);
    const ids = decoder.tokenizer.encode(prompt.text, { special: { except: prompt.data } });
    t.same([...ids], golden.ids, golden.command);
    const error = errorOf(decoder, golden);
    t.ok(error < TOLERANCE, `${golden.command}: relative error ${error.toFixed(4)}`);
    const plan = { actions: openVocabulary.actions, names: [], source };
    const { tokens } = generate(decoder, { prompt, plan }, () => false);
    t.same([...tokens, decoder.tokenizer.eosId], golden.answer, `the answer to "${golden.command}"`);
  }
});

t.test('a wrong matrix would be noticed, of every sort and in every layer', async (t) => {
  const file = openGguf(SEEDLING);
  t.teardown(() => file.close());
  const bytes = readFileSync(SEEDLING);
  const changed = join(t.testdir(), 'changed.gguf');
  const worst = new Map<string, number>();
  for (const { name, typeName, offset, byteLength } of file.tensors.values()) {
    if (typeName !== 'Q1_0') continue;
    const wrong = Buffer.from(bytes);
    // Blocks of 18 bytes: a scale of two, then 128 signs, which are all reversed.
    for (let i = 0; i < byteLength; i++) if (i % 18 >= 2) wrong[offset + i]! ^= 0xff;
    writeFileSync(changed, wrong);
    const decoder = open(changed);
    const error = Math.max(...GOLDEN.map((golden) => errorOf(decoder, golden)));
    decoder.model.close();
    // blk.<layer>.<sort>.weight
    const [, layer, sort] = /^blk\.(\d+)\.(.*)\.weight$/.exec(name) ?? [name, 'none', name];
    for (const key of [`layer ${layer}`, sort]) worst.set(key, Math.max(error, worst.get(key) ?? 0));
  }
  t.ok(worst.size > 8);
  for (const [key, error] of worst) t.ok(error > TOLERANCE, `${key}: relative error ${error.toFixed(3)}`);
});
