import t from 'tap';
import { parseEvalLines } from '../../src/eval/lines.ts';

t.test('commands with and without an expected plan', async (t) => {
  const lines = parseEvalLines(
    '\ufeff{"text": "stop", "expected": [{"action": "robot.stop", "args": {}}], "src": "x"}\r\n' +
      '{"text": "hm", "expected": null}\n{"text": ""}\n{"text":"go","expected":[{"action":"robot.stop"}]}',
    'x.jsonl',
  );
  const stop = [{ action: 'robot.stop', args: {} }];
  t.same(lines, [{ text: 'stop', expected: stop }, { text: 'hm' }, { text: '' }, { text: 'go', expected: stop }]);
  t.same(parseEvalLines('', 'x.jsonl'), []);
  t.same(
    parseEvalLines(
      '{"text": "on", "acts": [{"device": "lamp", "action": "light.set"}]}\n' +
        '{"text": "on", "outcome": "ambiguous", "candidates": ["a", "b"]}\n{"text": "hm", "outcome": "not-understood"}',
      'x.jsonl',
    ),
    [
      { text: 'on', acts: [{ device: 'lamp', action: 'light.set', args: {} }] },
      { text: 'on', outcome: 'ambiguous', candidates: ['a', 'b'] },
      { text: 'hm', outcome: 'not-understood' },
    ],
  );
});

t.test('a bad line is named', async (t) => {
  const bad = (line: string, message: RegExp): void => {
    t.throws(() => parseEvalLines(`{"text": "ok"}\n${line}\n{"text": "ok"}\n`, 'x.jsonl'), {
      code: 'eval-bad-line',
      message,
    });
  };
  bad('{"text": "half', /^x\.jsonl, line 2: no JSON/);
  bad('', /line 2: the line is empty/);
  bad('["stop"]', /line 2: no JSON object/);
  bad('{"command": "stop"}', /line 2: text is missing/);
  bad('{"text": 5}', /line 2: text is missing or no string/);
  bad('{"text": "stop", "expected": []}', /line 2: expected is no list of calls/);
  bad('{"text": "stop", "expected": [{"action": "robot.stop"}, {"args": {}}]}', /line 2: call 2 of expected/);
  bad('{"text": "stop", "expected": [{"action": "robot.stop", "args": []}]}', /line 2: call 1 of expected/);
  bad('{"text": "on", "acts": [{"action": "light.set"}]}', /line 2: call 1 of acts has no device/);
  bad('{"text": "on", "outcome": "done"}', /line 2: outcome is none of executed, /);
  bad('{"text": "on", "outcome": "ambiguous", "candidates": "lamp"}', /line 2: candidates is no list of names/);
});
