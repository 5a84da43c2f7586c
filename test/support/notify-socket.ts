/** The socket that a service manager listens on: Node has no datagram sockets of AF_UNIX, so Python holds it. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Test } from 'tap';

const LISTENER = `
import json, socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
path = sys.argv[1]
s.bind('\\0' + path[1:] if path.startswith('@') else path)
print('"bound"', flush=True)
while True:
    # A message may bring file descriptors (BARRIER=1): they are closed unread.
    print(json.dumps(s.recv(65536).decode()), flush=True)
`;

const missing = [
  ['python3', '-c', 'pass'],
  ['systemd-notify', '--version'],
].filter(([program, ...args]) => spawnSync(program!, args).status !== 0);

/** What a test skips with; on CI it fails instead. */
export const skipWithoutNotify =
  missing.length === 0 || process.env['CI'] === 'true'
    ? false
    : `not installed: ${missing.map(([name]) => name).join()}`;

export interface NotifySocket {
  /** Every variable that came, in order, as `NAME=value`. */
  readonly told: readonly string[];
  /** Resolves when something matches. */
  hear(pattern: RegExp): Promise<void>;
}

/** @param address a path, or `@name` in the abstract namespace */
export async function notifySocket(t: Pick<Test, 'teardown'>, address: string): Promise<NotifySocket> {
  const child = spawn('python3', ['-c', LISTENER, address], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.teardown(() => child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout });
  const ended = once(child, 'close').then(() => Promise.reject(new Error('the listener ended')));
  await Promise.race([once(lines, 'line'), ended]);
  ended.catch(() => undefined);
  const told: string[] = [];
  const waiting = new Set<() => void>();
  lines.on('line', (line) => {
    // The barrier is systemd-notify's own: it waits until what was said before has been heard.
    told.push(...(JSON.parse(line) as string).split('\n').filter((said) => said !== '' && said !== 'BARRIER=1'));
    for (const look of waiting) look();
  });
  return {
    told,
    hear: (pattern) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!told.some((said) => pattern.test(said))) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}
