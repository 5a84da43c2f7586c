/** `tokonoma pull`: a model from the hub into the cache. */
import { systemClock } from '../clock.ts';
import { TokonomaError } from '../errors.ts';
import { HubCache } from '../hub/cache.ts';
import { CATALOG } from '../hub/catalog.ts';
import { Hub, type HubOptions } from '../hub/pull.ts';
import { parse } from './options.ts';
import { ProgressBar, size, type Terminal } from './progress.ts';

export const PULL_USAGE = `tokonoma pull NAME|hf:OWNER/REPO/FILE.gguf[@REVISION] [--mirror URL] [--json]

Fetches a model into the cache of Hugging Face's tools, where they find it too. What is cut off, by a broken connection
or by you, goes on where it stopped; a file whose SHA-256 is not the expected one is never kept.

  NAME               ${CATALOG.map(({ name }) => name).join(', ')}
  --mirror URL       root of a mirror in place of https://huggingface.co, or (….gguf) the file itself;
                     the access token is not sent there
  --json             one JSON value {name, path, bytes, sha256} on stdout
  --help             this text

Environment: HF_ENDPOINT (another hub), HF_TOKEN (for private and gated files), HF_HOME, HF_HUB_CACHE (where to),
HF_HUB_OFFLINE, HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, NO_PROXY, NODE_EXTRA_CA_CERTS.
`;

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
  const { values, positionals } = parse(argv, { mirror: { type: 'string' }, json: { type: 'boolean' } }, PULL_USAGE);
  if (values.help === true) {
    out.write(PULL_USAGE);
    return 0;
  }
  const [name] = positionals;
  if (name === undefined || positionals.length > 1) {
    throw new TokonomaError('bad-usage', `pull takes one model, not ${positionals.length}\n\n${PULL_USAGE}`);
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
