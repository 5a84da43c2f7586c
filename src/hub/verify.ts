/** Whether a model file is what it should be: its hash, its structure, its tensors, its tokenizer, and what it says. */
import { statSync, realpathSync } from 'node:fs';
import { basename } from 'node:path';
import { TokonomaError, codeOf, messageOf } from '../errors.ts';
import { openGguf, type GgufFile } from '../gguf/reader.ts';
import { readConfig } from '../model/config.ts';
import type { EngineOptions } from '../model/engine.ts';
import { planMemory } from '../model/plan.ts';
import type { Engine } from '../model/types.ts';
import { Tokenizer } from '../tokenizer/tokenizer.ts';
import { CATALOG, expectedHash, recognize, type CatalogFile } from './catalog.ts';
import { GOLDEN_ANSWERS, GOLDEN_PROMPTS, type GoldenAnswer, type GoldenPrompt } from './golden.ts';
import type { AvailableMemory } from './machine.ts';
import { hashFile } from './partial.ts';
import { mib } from '../size.ts';

export interface Check {
  readonly check: 'hash' | 'structure' | 'tensors' | 'tokenizer' | 'golden';
  /** Null: could not be checked, for the reason in the message. */
  readonly ok: boolean | null;
  readonly message: string;
}

export interface Verification {
  readonly file: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** Name in the catalog. */
  readonly known: string | null;
  /** Nothing is wrong, as far as it could be checked. */
  readonly ok: boolean;
  readonly checks: readonly Check[];
}

export interface VerifyOptions {
  readonly open: (options: EngineOptions) => Promise<Engine>;
  readonly memory: AvailableMemory | undefined;
  /** `--memory` of the engine. */
  readonly memoryLimit?: string | undefined;
  /** Told how far each check is: bytes of a hash, bytes of weights, nothing of what is done at once. */
  readonly onProgress?: (check: Check['check'], done?: number, total?: number) => void;
  readonly catalog?: readonly CatalogFile[];
  readonly goldenPrompts?: readonly GoldenPrompt[];
  readonly goldenAnswers?: Readonly<Record<string, readonly GoldenAnswer[]>>;
}

/** Positions that the golden prompts and answers take at most, with room. */
const CONTEXT = 64;

/** @throws TokonomaError `gguf-not-found`, `gguf-unreadable`: there is nothing to look at */
export async function verifyModel(path: string, options: VerifyOptions): Promise<Verification> {
  const { catalog = CATALOG } = options;
  const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  const sha256 = await hashFile(path, (done) => options.onProgress?.('hash', done, bytes));
  const recognized = recognize(sha256, catalog);
  const known = recognized?.model.name ?? null;
  const checks: Check[] = [checkHash(path, bytes, sha256, catalog)];
  const file = attempt(checks, 'structure', options, () => openGguf(path), describeStructure);
  if (file !== undefined) {
    try {
      const runs = attempt(
        checks,
        'tensors',
        options,
        () => planMemory(file, readConfig(file), process.memoryUsage.rss(), { context: CONTEXT }).plan.total,
        () => describeTensors(file),
      );
      const prompts = known === null ? [] : (options.goldenPrompts ?? GOLDEN_PROMPTS);
      const reads = attempt(
        checks,
        'tokenizer',
        options,
        () => checkTokenizer(file, prompts),
        (message) => message,
      );
      const answers = known === null ? undefined : (options.goldenAnswers ?? GOLDEN_ANSWERS)[known];
      if (runs !== undefined && reads !== undefined) checks.push(await checkAnswers(path, answers, runs, options));
    } finally {
      file.close();
    }
  }
  return { file: path, bytes, sha256, known, ok: checks.every(({ ok }) => ok !== false), checks };
}

/** Runs one check; what it throws is its result. Undefined when it failed. */
function attempt<T>(
  checks: Check[],
  check: Check['check'],
  { onProgress }: VerifyOptions,
  work: () => T,
  describe: (result: T) => string,
): T | undefined {
  onProgress?.(check);
  try {
    const result = work();
    checks.push({ check, ok: true, message: describe(result) });
    return result;
  } catch (error) {
    if (!(error instanceof TokonomaError)) throw error;
    checks.push({ check, ok: false, message: `${messageOf(error)} [${codeOf(error)}]` });
    return undefined;
  }
}

function checkHash(path: string, bytes: number, sha256: string, catalog: readonly CatalogFile[]): Check {
  const check = 'hash';
  const recognized = recognize(sha256, catalog);
  if (recognized !== undefined) {
    const { model, file, current } = recognized;
    return { check, ok: true, message: `${model.name} as published (${file}${current ? '' : ', another upload'})` };
  }
  // The cache names its files by their hash.
  const name = basename(realpathSync(path));
  const expected = /^[0-9a-f]{64}$/.test(name) ? name : expectedHash(basename(path), bytes, catalog);
  if (expected === sha256) return { check, ok: true, message: 'the hash under which the cache keeps it' };
  if (expected === undefined) {
    return { check, ok: null, message: 'nobody has published this hash that we know of: nothing to compare with' };
  }
  return {
    check,
    ok: false,
    message: `SHA-256 is ${sha256}, expected ${expected}: the file is damaged; pull it again`,
  };
}

function describeStructure(file: GgufFile): string {
  return `GGUF version ${file.version}, ${[...file.metadata.keys()].length} metadata keys, ${file.tensors.size} tensors`;
}

function describeTensors(file: GgufFile): string {
  const counts = new Map<string, number>();
  for (const { typeName } of file.tensors.values()) counts.set(typeName, (counts.get(typeName) ?? 0) + 1);
  const types = [...counts].map(([name, count]) => `${count} ${name}`).join(', ');
  return `${readConfig(file).layers} layers complete: ${types}`;
}

function checkTokenizer(file: GgufFile, prompts: readonly GoldenPrompt[]): string {
  const tokenizer = Tokenizer.fromGguf(file.metadata);
  const { vocabSize } = readConfig(file);
  if (tokenizer.size !== vocabSize) {
    throw new TokonomaError(
      'model-config',
      `the tokenizer has ${tokenizer.size} tokens, the embedding ${vocabSize} rows`,
    );
  }
  for (const { text, tokens } of prompts) {
    const got = [...tokenizer.encode(text, { special: true })];
    if (got.join() !== tokens.join()) {
      throw new TokonomaError(
        'verify-mismatch',
        `${JSON.stringify(text)} becomes the tokens ${got.join(' ')}, expected ${tokens.join(' ')}`,
      );
    }
  }
  return `${tokenizer.size} tokens${prompts.length === 0 ? '' : `; ${prompts.length} known texts come out right`}`;
}

/** Asks the model itself, greedily, in the real engine. */
async function checkAnswers(
  path: string,
  answers: readonly GoldenAnswer[] | undefined,
  needs: number,
  { open, memory, memoryLimit, onProgress }: VerifyOptions,
): Promise<Check> {
  const check = 'golden';
  if (answers === undefined) return { check, ok: null, message: 'no answers of this model are known to compare with' };
  if (memory !== undefined && needs > memory.bytes) {
    return {
      check,
      ok: null,
      message: `the model was not asked: it needs ${mib(needs)} of memory, ${mib(memory.bytes)} are available`,
    };
  }
  try {
    const engine = await open({
      model: path,
      context: CONTEXT,
      ...(onProgress && { onLoad: (done: number, total: number) => onProgress(check, done, total) }),
      ...(memoryLimit !== undefined && { memory: memoryLimit }),
    });
    try {
      onProgress?.(check);
      for (const golden of answers) await ask(engine, golden);
    } finally {
      await engine.close();
    }
    return { check, ok: true, message: `${answers.length} known answer${answers.length === 1 ? '' : 's'} given` };
  } catch (error) {
    return { check, ok: false, message: `${messageOf(error)} [${codeOf(error)}]` };
  }
}

async function ask(engine: Engine, { text, answer, answerText }: GoldenAnswer): Promise<void> {
  const maxTokens = answerText === undefined ? answer.length : CONTEXT / 2;
  const result = await engine.generate({ prompt: { text, data: [] }, maxTokens, temperature: 0 });
  const got = result.tokens.slice(0, answer.length);
  const isRight = got.join() === answer.join() && (answerText === undefined || result.text === answerText);
  if (isRight) return;
  const expected = `${answer.join(' ')}${answerText === undefined ? '' : ` ("${answerText}")`}`;
  throw new TokonomaError(
    'verify-mismatch',
    `after ${JSON.stringify(text)} the model says ${JSON.stringify(result.text)}, tokens ${got.join(' ')}, expected ${expected}`,
  );
}
