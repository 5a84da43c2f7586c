/** The command line as a user has it: child processes of the compiled program. */
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/cli/main.js', import.meta.url));

/** The environment without what the test runner puts there for its own processes. */
function environment(): NodeJS.ProcessEnv {
  return { ...process.env, NODE_OPTIONS: '' };
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `tokonoma …` to its end. */
export async function tokonoma(args: readonly string[]): Promise<Finished> {
  return finished(spawn(process.execPath, [MAIN, ...args], { env: environment() }));
}

/** Everything a child said, and how it ended. Its input ends at once, unless it is left open. */
export async function finished(child: ChildProcessWithoutNullStreams, { leaveOpen = false } = {}): Promise<Finished> {
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  if (!leaveOpen) child.stdin.end();
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout: stdout.text, stderr: stderr.text };
}

function collect(stream: NodeJS.ReadableStream): { text: string } {
  const collected = { text: '' };
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => (collected.text += chunk));
  return collected;
}

export interface RunningDemo {
  /** Where its broker listens. */
  readonly url: string;
  /** Where its dashboard is, with a slash at the end. */
  readonly dashboard: string;
  readonly greeting: string;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Ends it with a signal; resolves to its exit code. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts `tokonoma run` and waits until it says that it is ready. */
export async function startDemo(
  args: readonly string[] = ['--demo'],
  env: Readonly<Record<string, string>> = {},
): Promise<RunningDemo> {
  const child = spawn(process.execPath, [MAIN, 'run', ...args], { env: { ...environment(), ...env } });
  const [stdout, stderr] = [collect(child.stdout), collect(child.stderr)];
  const closed = once(child, 'close') as Promise<[number | null]>;
  while (!stdout.text.includes('Try one of these')) {
    const next = await Promise.race([once(child.stdout, 'data'), closed.then(() => undefined)]);
    if (next === undefined) throw new Error(`the demo ended: ${stdout.text}${stderr.text}`);
  }
  return {
    url: /mqtt:\/\/\S+/.exec(stdout.text)![0],
    dashboard: /http:\/\/\S+\//.exec(stdout.text)![0],
    greeting: stdout.text,
    signal: (signal) => child.kill(signal),
    end: async (signal) => {
      child.kill(signal);
      return (await closed)[0];
    },
  };
}
