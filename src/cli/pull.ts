/** `tokonoma pull`: a model from the hub into the cache. */
import { systemClock } from '../clock.ts';
import { HubCache } from '../hub/cache.ts';
import { CATALOG } from '../hub/catalog.ts';
import { Hub, type HubOptions } from '../hub/pull.ts';
import { misused, parse, type Command, type CommandSpec } from './command.ts';
import { HUB_ENVIRONMENT } from './options.ts';
import { ProgressBar, size, type Terminal } from './progress.ts';

const SPEC = {
  name: 'pull',
  synopsis: ['pull NAME [--mirror URL] [--json]', 'pull hf:OWNER/REPO/FILE.gguf[@REVISION] [--mirror URL] [--json]'],
  description: [
    "Fetches a model into the cache of Hugging Face's tools, where they find it too. What is cut off, by a broken " +
      'connection or by you, goes on where it stopped; a file whose SHA-256 is not the expected one is never kept.',
    `NAME is one of ${CATALOG.map(({ name }) => name).join(', ')}.`,
  ],
  operands: { words: CATALOG.map(({ name }) => name) },
  options: {
    mirror: {
      type: 'string',
      value: 'URL',
      help:
        'root of a mirror in place of https://huggingface.co, or (….gguf) the file itself; the access token is not ' +
        'sent there',
    },
    json: { type: 'boolean', help: 'one JSON value {name, path, bytes, sha256} on stdout' },
  },
  exits: { '130': 'stopped with Ctrl-C; what has come is kept' },
  environment: {
    ...HUB_ENVIRONMENT,
    HF_ENDPOINT: 'another hub',
    HF_TOKEN: 'for private and gated files',
    HF_HUB_OFFLINE: '1: nothing is fetched',
    'HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY': 'the way out',
    NODE_EXTRA_CA_CERTS: 'authorities to trust besides',
  },
  files: { '~/.cache/huggingface/hub': 'where models are kept' },
  examples: {
    'tokonoma pull bonsai-1.7b': 'then: tokonoma run --model bonsai-1.7b',
    'tokonoma pull hf:prism-ml/Bonsai-1.7B-gguf/Bonsai-1.7B.gguf': 'a file by its place on the hub',
  },
} as const satisfies CommandSpec;

export const PULL: Command = { spec: SPEC, run: (argv) => pullCommand(argv) };

/** What a test replaces. */
export interface PullEnvironment {
  readonly out: Terminal;
  readonly err: Terminal;
  readonly hub: Partial<HubOptions>;
}

/** As a shell reports a process that ended on SIGINT. */
const EXIT_INTERRUPTED = 130;

/** Returns the exit code. Throws `bad-usage` and what `Hub.pull` throws. */
export async function pullCommand(
  argv: readonly string[],
  { out = process.stdout, err = process.stderr, hub: replaced = {} }: Partial<PullEnvironment> = {},
): Promise<number> {
  const { values, positionals } = parse(argv, SPEC);
  const [name] = positionals;
  if (name === undefined || positionals.length > 1) {
    throw misused(SPEC, `pull takes one model, not ${positionals.length}`);
  }
  const env = replaced.env ?? process.env;
  const hub = new Hub({ env, cache: HubCache.fromEnvironment(env), clock: systemClock, ...replaced });
  const bar = new ProgressBar(err, systemClock, name);
  const interrupt = new AbortController();
  const onInterrupt = (): void => interrupt.abort();
  process.once('SIGINT', onInterrupt);
  try {
    const pulled = await hub.pull(name, {
      mirror: values.mirror,
      onProgress: (progress) => bar.update(progress),
      onNotice: (message) => bar.notice(message),
      signal: interrupt.signal,
    });
    bar.end();
    out.write(
      values.json === true
        ? `${JSON.stringify(pulled)}\n`
        : `${pulled.name}: ${size(pulled.bytes)}, SHA-256 ${pulled.sha256}\n${pulled.path}\n`,
    );
    return 0;
  } catch (error) {
    bar.end();
    if (!interrupt.signal.aborted) throw error;
    err.write('stopped; what has come is kept, and the same command goes on from there\n');
    return EXIT_INTERRUPTED;
  } finally {
    process.removeListener('SIGINT', onInterrupt);
  }
}
