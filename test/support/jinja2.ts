/** Templates rendered by Jinja2 itself, which is what Home Assistant has. */
import { spawnSync } from 'node:child_process';

export interface Rendering {
  readonly template: string;
  readonly context: Readonly<Record<string, unknown>>;
}

/** Debian's package serves Debian's Python, which another one may stand before in PATH. */
const python = ['python3', '/usr/bin/python3'].find((one) => spawnSync(one, ['-c', 'import jinja2']).status === 0);

/** What a test without Jinja2 skips with; on CI it fails instead. */
export const skipWithoutJinja2 =
  python !== undefined || process.env['CI'] === 'true' ? false : 'Jinja2 is not installed (apt install python3-jinja2)';

/** As Home Assistant's templates are: in a sandbox, an unknown name is nothing. */
const SCRIPT = `
import json, sys
from jinja2.sandbox import ImmutableSandboxedEnvironment
environment = ImmutableSandboxedEnvironment()
done = [environment.from_string(one["template"]).render(one["context"]) for one in json.load(sys.stdin)]
json.dump(done, sys.stdout)
`;

export function renderedByJinja2(renderings: readonly Rendering[]): string[] {
  const { status, stdout, stderr } = spawnSync(python ?? 'python3', ['-c', SCRIPT], {
    input: JSON.stringify(renderings),
    encoding: 'utf8',
    maxBuffer: 64 << 20,
  });
  if (status !== 0) throw new Error(`python3: ${stderr}`);
  return JSON.parse(stdout) as string[];
}
