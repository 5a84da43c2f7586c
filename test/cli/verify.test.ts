import { readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { verifyCommand, type VerifyEnvironment } from '../../src/cli/verify.ts';
import type { CatalogFile } from '../../src/hub/catalog.ts';
import type { GoldenAnswer } from '../../src/hub/golden.ts';
import type { Verification } from '../../src/hub/verify.ts';
import { openEngine } from '../../src/model/engine.ts';
import { sha256 } from '../hub/server.ts';
import { layoutOf } from '../support/gguf-fields.ts';
import { writeToyModel } from '../support/toy-model.ts';

const sink = { write: () => true };

async function verify(
  t: Test,
  argv: string[],
  environment: Partial<VerifyEnvironment>,
  exitCode: number,
): Promise<{ report: Verification; checks: Record<string, boolean | null>; messages: string }> {
  let text = '';
  const out = { write: (part: string) => (text += part) };
  t.equal(await verifyCommand([...argv, '--json'], { out, err: sink, ...environment }), exitCode);
  const report = JSON.parse(text) as Verification;
  t.same(Object.keys(report), ['file', 'bytes', 'sha256', 'known', 'ok', 'checks']);
  const checks = Object.fromEntries(report.checks.map(({ check, ok }) => [check, ok]));
  return { report, checks, messages: report.checks.map(({ message }) => message).join('\n') };
}

function knownAs(path: string): CatalogFile {
  const content = readFileSync(path);
  return {
    name: 'toy-1b',
    title: 'Toy',
    repo: 'o/r',
    file: 'Toy-1B.gguf',
    bytes: content.length,
    sha256: sha256(content),
    weightBytes: 1,
    kvBytesPerToken: 1,
    others: [],
  };
}

const PROMPT = { text: 'light<|user|>', tokens: [...Buffer.from('light'), 257] };

/** What the toy says after the prompt, from the engine itself. */
async function goldenOf(path: string): Promise<GoldenAnswer> {
  const engine = await openEngine({ model: path });
  const { tokens, text } = await engine.generate({ prompt: { text: PROMPT.text, data: [] }, maxTokens: 8 });
  await engine.close();
  return { ...PROMPT, answer: tokens, ...(tokens.length < 8 && { answerText: text }) };
}

t.test('a known model: hash, structure, tensors, tokenizer, answers', async (t) => {
  const path = writeToyModel(t.testdir());
  const catalog = [knownAs(path)];
  const golden = await goldenOf(path);
  t.ok(golden.answer.length > 0, 'the toy says something');
  const goldenPrompts = [PROMPT];
  const known = { catalog, goldenPrompts };
  const right = { ...known, goldenAnswers: { 'toy-1b': [golden] } };
  const good = await verify(t, [path], right, 0);
  t.same(good.checks, { hash: true, structure: true, tensors: true, tokenizer: true, golden: true });
  t.match(good.report, { known: 'toy-1b', ok: true, sha256: catalog[0]!.sha256, file: path });
  t.match(
    good.messages,
    /as published.*24 tensors.*2 layers complete: \d+ Q1_0, \d+ F32.*1 known texts.*1 known answer/s,
  );

  await t.test('another answer', async (t) => {
    const answer = golden.answer.map((token, i) => (i === 0 ? token ^ 1 : token));
    const { checks, messages } = await verify(
      t,
      [path],
      { ...known, goldenAnswers: { 'toy-1b': [{ ...golden, answer }] } },
      1,
    );
    t.match(checks, { tokenizer: true, golden: false });
    t.match(messages, /after "light<\|user\|>" the model says .* expected .*\[verify-mismatch\]/);
  });

  await t.test('another text', async (t) => {
    const goldenAnswers = { 'toy-1b': [{ ...golden, answerText: 'Paris' }] };
    t.match((await verify(t, [path], { ...known, goldenAnswers }, 1)).checks, { golden: false });
  });

  await t.test('other tokens', async (t) => {
    const goldenPrompts = [{ ...PROMPT, tokens: [1, 2] }];
    const { checks, messages } = await verify(t, [path], { ...right, goldenPrompts }, 1);
    t.same(checks, { hash: true, structure: true, tensors: true, tokenizer: false });
    t.match(messages, /becomes the tokens 108 105 .* expected 1 2 \[verify-mismatch\]/);
  });

  await t.test('too little memory for an answer is not wrong', async (t) => {
    const { checks, messages } = await verify(t, [path], { ...right, memory: { bytes: 1000, by: 'cgroup' } }, 0);
    t.match(checks, { golden: null });
    t.match(messages, /was not asked: it needs \d+ MiB/);
    const limited = await verify(t, [path, '--memory', '1M'], right, 1);
    t.match(limited.messages, /\[memory-budget\]/, 'but what was asked for with --memory counts');
  });
});

t.test('a model nobody knows', async (t) => {
  const { checks, report } = await verify(t, ['seedling'], {}, 0);
  t.same(checks, { hash: null, structure: true, tensors: true, tokenizer: true, golden: null });
  t.match(report, { known: null, file: /seedling\.gguf$/ });
});

t.test('a damaged file, by the name it has and by the name the cache gave it', async (t) => {
  const folder = t.testdir();
  const path = writeToyModel(folder);
  const catalog = [knownAs(path)];
  const bytes = readFileSync(path);
  bytes[bytes.length - 100]! ^= 1;
  const published = join(folder, 'Toy-1B.gguf');
  writeFileSync(published, bytes);
  const damaged = await verify(t, [published], { catalog }, 1);
  t.match(damaged.checks, { hash: false, structure: true, tensors: true });
  t.match(damaged.messages, /SHA-256 is .* expected .*pull it again/);
  const blob = join(folder, catalog[0]!.sha256);
  renameSync(published, blob);
  const link = join(folder, 'link.gguf');
  symlinkSync(blob, link);
  t.match((await verify(t, [link], { catalog: [] }, 1)).checks, { hash: false });
  writeFileSync(blob, readFileSync(path));
  t.match((await verify(t, [link], { catalog: [] }, 0)).checks, { hash: true });
});

t.test('a file that is cut off, and one that lacks a tensor', async (t) => {
  const folder = t.testdir();
  const content = readFileSync(writeToyModel(folder));
  const cut = join(folder, 'cut.gguf');
  writeFileSync(cut, content.subarray(0, content.length - 5000));
  const { checks, messages } = await verify(t, [cut], {}, 1);
  t.same(checks, { hash: null, structure: false });
  t.match(messages, /\[gguf-truncated\]/);
  const at = Buffer.from(content).indexOf('blk.1.attn_k.weight');
  t.ok(at > 0 && at < layoutOf(content).end);
  const renamed = Buffer.from(content);
  renamed.write('blk.9', at);
  const lacking = join(folder, 'lacking.gguf');
  writeFileSync(lacking, renamed);
  const report = await verify(t, [lacking], {}, 1);
  t.same(report.checks, { hash: null, structure: true, tensors: false, tokenizer: true });
  t.match(report.messages, /blk\.1\.attn_k\.weight is missing \[model-tensor\]/);
});

t.test('for people, and for nobody', async (t) => {
  let text = '';
  const out = { write: (part: string) => (text += part) };
  const path = writeToyModel(t.testdir());
  t.equal(await verifyCommand([path], { out, err: sink }), 0);
  t.match(text, /toy\.gguf: nothing is wrong\n {2}unknown model, .*\n {2}- {4}hash .*\n {2}ok {3}structure /);
  await t.rejects(verifyCommand([], { out, err: sink }), { code: 'bad-usage' });
  await t.rejects(verifyCommand(['./absent.gguf'], { out, err: sink }), { code: 'gguf-not-found' });
  await t.rejects(verifyCommand([t.testdir({ y: '' })], { out, err: sink }), { code: /^gguf-/ });
});
