/** `tokonoma verify`: whether a model file is what it should be. */
import { systemClock } from '../clock.ts';
import { availableMemory } from '../hub/machine.ts';
import { resolveModel } from '../hub/resolve.ts';
import { verifyModel, type Verification, type VerifyOptions } from '../hub/verify.ts';
import { openEngine } from '../model/engine.ts';
import { misused, parse, type Command, type CommandSpec } from './command.ts';
import { ENGINE_OPTIONS, HUB_ENVIRONMENT } from './options.ts';
import { ProgressBar, size, type Terminal } from './progress.ts';

const SPEC = {
  name: 'verify',
  synopsis: ['verify FILE|NAME [--memory SIZE] [--json]'],
  description: [
    'Checks a model file: its SHA-256 against the published ones, its structure, that every tensor is there and of a ' +
      'kind that runs, its tokenizer, and for Bonsai models, when there is memory for it, answers that are known token ' +
      'by token.',
  ],
  operands: ENGINE_OPTIONS.model.offers,
  options: {
    memory: { type: 'string', value: 'SIZE', help: "upper bound of the model's memory, such as 400M" },
    json: {
      type: 'boolean',
      help:
        'one JSON value {file, bytes, sha256, known, ok, checks: [{check, ok, message}]}; ok is null where nothing ' +
        'could be checked',
    },
  },
  exits: { '1': 'something is wrong with the file, or it could not be checked' },
  environment: HUB_ENVIRONMENT,
  examples: { 'tokonoma verify bonsai-1.7b': 'an installed model', 'tokonoma verify ./model.gguf --json': 'any file' },
} as const satisfies CommandSpec;

export const VERIFY: Command = { spec: SPEC, run: (argv) => verifyCommand(argv) };

/** What a bar calls the checks. */
const STAGES = {
  hash: 'SHA-256',
  structure: 'structure',
  tensors: 'tensors',
  tokenizer: 'tokenizer',
  golden: 'known answers',
} as const;

/** What a test replaces. */
export interface VerifyEnvironment extends VerifyOptions {
  readonly out: Terminal;
  readonly err: Terminal;
}

/** Returns the exit code. Throws `bad-usage`, `gguf-not-found` and what `resolveModel` throws. */
export async function verifyCommand(
  argv: readonly string[],
  environment: Partial<VerifyEnvironment> = {},
): Promise<number> {
  const { values, positionals } = parse(argv, SPEC);
  const { out = process.stdout, err = process.stderr, ...replaced } = environment;
  const [model] = positionals;
  if (model === undefined || positionals.length > 1) {
    throw misused(SPEC, `verify takes one file, not ${positionals.length}`);
  }
  const bar = new ProgressBar(err, systemClock, 'verify');
  const verification = await bar.during(() =>
    verifyModel(resolveModel(model), {
      open: openEngine,
      memory: availableMemory(),
      memoryLimit: values.memory,
      onProgress: (check, done, total) =>
        bar.update({ stage: STAGES[check], ...(done !== undefined && { done }), total }),
      ...replaced,
    }),
  );
  out.write(values.json === true ? `${JSON.stringify(verification)}\n` : report(verification));
  return verification.ok ? 0 : 1;
}

function report({ file, bytes, sha256, known, ok, checks }: Verification): string {
  const mark = (result: boolean | null): string => (result === null ? '-' : result ? 'ok' : 'BAD');
  const lines = checks.map(
    ({ check, ok: result, message }) => `  ${mark(result).padEnd(3)}  ${check.padEnd(9)}  ${message}`,
  );
  const verdict = ok ? 'nothing is wrong' : 'NOT GOOD';
  return [`${file}: ${verdict}`, `  ${known ?? 'unknown model'}, ${size(bytes)}, SHA-256 ${sha256}`, ...lines, ''].join(
    '\n',
  );
}
