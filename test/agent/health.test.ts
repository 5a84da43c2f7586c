import t from 'tap';
import { Health } from '../../src/agent/health.ts';
import { respond } from '../../src/agent/turn/response.ts';
import { Board } from '../../src/board.ts';
import type { MemoryPlan } from '../../src/model/plan.ts';
import { FakeClock } from '../devices/fake-clock.ts';
import { fakeRoot } from '../gpio/root.ts';
import { Home } from '../support/home.ts';

const watched = { armed: true, queued: 3, queueLimit: 64 };

t.test('timings of what the model read, outcomes of everything', async (t) => {
  const clock = new FakeClock();
  const health = new Health(watched, { clock });
  const nothing = { last: null, p50: null };
  t.match(health.report(), {
    uptime_s: 0,
    budget_bytes: null,
    tokens_per_s: null,
    p50_ms: null,
    p95_ms: null,
    prefill_ms: nothing,
    decode_ms: nothing,
    outcomes: {},
    model: null,
    memory: null,
  });
  const command = { id: 'a', text: 'b', receivedAt: 0 };
  health.record(respond(command, { outcome: 'refused' }));
  for (let ms = 1; ms <= 300; ms++) {
    const timing = { prefill_ms: ms, decode_ms: 2, tokens_in: 1, tokens_out: 1, forced: 0 };
    const model = { plan: [], confidence: 1, model: 'm', path: 'model', timing } as const;
    health.record(respond(command, { outcome: 'executed' }, model, 10));
  }
  await clock.advance(61_000);
  t.match(health.report(), {
    uptime_s: 61,
    queue: 3,
    queue_limit: 64,
    armed: true,
    tokens_per_s: 500,
    // of the last 256: 45 … 300, and 12 for queue and decode
    p50_ms: 184,
    p95_ms: 300,
    prefill_ms: { last: 300, p50: 172 },
    decode_ms: { last: 2, p50: 2 },
    outcomes: { refused: 1, executed: 300 },
  });
  t.ok(health.report().rss_bytes > 1e6);
});

t.test('model and memory plan are those of the moment', async (t) => {
  const parts = { runtime: 100, weights: 50, kv: 20, scratch: 10, total: 180 };
  const memory: MemoryPlan = { ...parts, budget: 1000, context: 512, kv_precision: 'f16', threads: 1, paged: false };
  const engine = { info: { name: 'small', memory } };
  const health = new Health(watched, { clock: new FakeClock(), engine });
  t.match(health.report(), { model: 'small', budget_bytes: 1000, memory: parts });
  engine.info = { name: 'large', memory: { ...memory, weights: 500, total: 630 } };
  t.match(health.report(), { model: 'large', memory: { weights: 500, total: 630 } });
});

t.test('temperature and throttling, as far as the board says', async (t) => {
  const clock = new FakeClock();
  const reportOf = (files: Record<string, string>) =>
    new Health(watched, { clock, board: new Board(fakeRoot(t, files)) }).report();
  const zone = (n: number, type: string, temp: string) => ({
    [`sys/class/thermal/thermal_zone${n}/type`]: type,
    [`sys/class/thermal/thermal_zone${n}/temp`]: temp,
  });
  const firmware = (device: string, bits: string) => ({
    [`sys/bus/platform/drivers/raspberrypi-firmware/${device}/get_throttled`]: bits,
  });
  const nothing = reportOf({});
  t.notHas(nothing, { temperature_c: Number });
  t.notOk('temperature_c' in nothing || 'throttled' in nothing, 'left out where nobody knows');
  const pi4 = { ...zone(0, 'cpu-thermal', '61234'), ...firmware('soc:firmware', '0') };
  t.match(reportOf(pi4), { temperature_c: 61.2, throttled: false });
  t.match(reportOf(firmware('soc@107c000000:firmware', '50005')), { throttled: true });
  t.match(reportOf(firmware('soc:firmware', '50000')), { throttled: false }, 'it was, and is no more');
  t.match(reportOf({ ...zone(0, 'acpitz', '27800'), ...zone(2, 'x86_pkg_temp', '44000') }), { temperature_c: 44 });
  t.match(reportOf(zone(1, 'acpitz', '-5000')), { temperature_c: -5 });
  t.notOk('temperature_c' in reportOf(zone(0, 'cpu-thermal', '')), 'a zone that cannot be read');
});

t.test('every response of an agent counts', async (t) => {
  const home = await Home.start();
  t.teardown(() => home.close());
  const health = Health.of(home.agent, { clock: new FakeClock() });
  await home.say('gibberish');
  t.match(health.report(), { outcomes: { 'not-understood': 1 }, decode_ms: { last: 2 } });
});
