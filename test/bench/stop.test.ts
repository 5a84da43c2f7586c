import { spawnSync } from 'node:child_process';
import t from 'tap';
import { benchPath } from './script.ts';

interface Printed {
  readonly samples: readonly number[];
  readonly p50: number;
  readonly max: number;
}

t.test('stops, seen from outside', (t) => {
  const env = { ...process.env, NODE_OPTIONS: '' };
  const args = [benchPath('bench.mjs'), 'stop', '--rounds', '2', '--json'];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
  t.equal(status, 0, stderr);
  const printed = JSON.parse(stdout) as Printed;
  t.match(printed, { measure: 'stop', unit: 'ms', stops: 2, actuators: 12, limit_ms: 20, within: Boolean });
  t.equal(printed.samples.length, 2);
  t.ok(printed.samples.every((ms) => ms > 0) && printed.p50 <= printed.max);
  t.end();
});
