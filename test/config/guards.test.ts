import t from 'tap';
import { buildThings, parseConfig } from '../../src/config/load.ts';
import { messageOf } from '../../src/errors.ts';
import { FakeClock } from '../devices/fake-clock.ts';

const HOME = `version: 1
things:
  - name: rover
    kind: robot
    groups: [helpers]
    safety: { robot.drive: high }
    confirm: { robot.task: { op: [clean, follow] } }
    cooldown_s: 2
    per_minute: { robot.drive: 4 }
    ack_ms: 30000
    clamp: [distance]
    safe_offline: false
    interlocks:
      - when: lid is OPEN and rover.battery below 10
        actions: [robot.drive]
        reason: the lid is open
      - unless: { of: contact/gate, is: closed }
  - { name: lid, kind: cover, area: cellar }
policy:
  quiet_hours: [{ from: "22:00", to: "7:00", actions: [robot.drive], things: [rover], areas: [cellar] }]
  sources: { kids: { deny: { safety: [high] } }, "*": { allow: { actions: [robot.stop], things: [rover] } } }
safety: { contact_s: 2.5 }
`;

t.test('the keys of a thing reach its description', (t) => {
  const config = parseConfig(HOME, 'home.yaml');
  t.equal(config.safety.contact_s, 2.5);
  t.match(config.policy, { quiet_hours: [{ from: '22:00' }], sources: { kids: {}, '*': {} } });
  const [rover] = buildThings(config, { clock: new FakeClock() });
  t.match(rover!.description, {
    'tk:groups': ['helpers'],
    'tk:safe_offline': false,
    'tk:interlocks': [{ reason: 'the lid is open' }, { unless: { of: 'contact/gate' } }],
    actions: {
      'robot.drive': { 'tk:safety': 'high', 'tk:cooldown_s': 2, 'tk:per_minute': 4, 'tk:ack': 30_000 },
      'robot.task': { 'tk:confirm': { op: ['clean', 'follow'] } },
    },
  });
  t.end();
});

t.test('a slip in what is to protect is an error', (t) => {
  const rows: readonly (readonly [from: string, to: string, message: RegExp])[] = [
    ['robot.task: {', 'robot.tsak: {', /no action "robot\.tsak"; did you mean "robot\.task"/],
    ['when: lid is OPEN', 'when: lit is OPEN', /no thing or sensor "lit"; did you mean "lid"/],
    ['rover.battery below', 'rover.batery below', /no property "batery"; did you mean "battery"/],
    ['rover.battery below 10', 'rover.battery low', /is no condition/],
    ['actions: [robot.drive]\n', 'actions: [robot.fly]\n', /no action "robot\.fly"/],
    ['things: [rover], areas', 'things: [rovr], areas', /"rovr" declared; did you mean "rover"/],
    ['areas: [cellar]', 'areas: [celar]', /did you mean "cellar"/],
    ['to: "7:00"', 'to: "25:00"', /pattern/],
    ['safety: [high]', 'safety: [hihg]', /must be one of low, medium, high/],
    ['deny:', 'denny:', /did you mean "deny"/],
    ['contact_s: 2.5', 'contact_s: -1', /must be >= 0/],
  ];
  for (const [from, to, message] of rows) {
    t.ok(HOME.includes(from), from);
    try {
      parseConfig(HOME.replace(from, to), 'home.yaml');
      t.fail(`accepted: ${to}`);
    } catch (error) {
      t.match(messageOf(error), message, to);
    }
  }
  t.end();
});
