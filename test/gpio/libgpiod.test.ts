import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { systemClock } from '../../src/clock.ts';
import { Gpio } from '../../src/gpio/gpio.ts';
import { dialectOf } from '../../src/gpio/libgpiod.ts';
import { Tools } from '../../src/tools.ts';
import { fakeRoot } from './root.ts';

/**
 * The tools of both versions, as shell scripts that take their arguments and nothing else. A line is a file in STATE,
 * held while `STATE/held-N` is there; `STATE/event-N` is a FIFO through which the test makes edges.
 */
const DETECT = `#!/bin/sh
echo 'gpiochip0 [pinctrl-rp1] (54 lines)'
`;
const V1: Readonly<Record<string, string>> = {
  gpioset: `#!/bin/sh
case "$*" in --version) echo 'gpioset (libgpiod) v1.6.3'; exit 0;; esac
echo "$*" >> $STATE/gpioset.log
[ "$1" = --mode=wait ] && [ "$2" = gpiochip0 ] || { echo "usage" >&2; exit 1; }
[ "$3" = 99=0 ] && { echo 'gpioset: error setting the GPIO line values: Device or resource busy' >&2; exit 1; }
pin=\${3%=*}; echo "\${3#*=}" > $STATE/level-$pin; echo gpioset > $STATE/held-$pin
trap "rm -f $STATE/held-$pin; exit 0" TERM
while :; do sleep 0.02; done
`,
  gpioget: `#!/bin/sh
echo "$*" >> $STATE/gpioget.log
for last; do :; done
cat $STATE/level-$last 2>/dev/null || echo 0
`,
  gpiomon: `#!/bin/sh
echo "$*" >> $STATE/gpiomon.log
for pin; do :; done
echo gpiomon > $STATE/held-$pin
exec cat $STATE/event-$pin
`,
  gpioinfo: `#!/bin/sh
for file in $STATE/held-*; do [ -f "$file" ] && printf '\\tline %3d:\\t"GPIO"\\t"%s"\\toutput\\tactive-high [used]\\n' "\${file##*-}" "$(cat $file)"; done
exit 0
`,
  gpiodetect: DETECT,
};
const V2: Readonly<Record<string, string>> = {
  gpioset: `#!/bin/sh
case "$*" in
  --version) echo 'gpioset (libgpiod) v2.2'; exit 0;;
  --help) echo '  -i, --interactive'; exit 0;;
esac
echo "$*" >> $STATE/gpioset.log
[ "$1 $2 $3" = "--interactive --chip gpiochip0" ] || { echo "usage" >&2; exit 1; }
echo "\${4#*=}" > $STATE/level-\${4%=*}
while printf 'gpioset> ' && read verb set; do
  [ "$verb" = set ] && echo "\${set#*=}" > $STATE/level-\${set%=*} || echo 'unknown command'
done
`,
  gpioget: `#!/bin/sh
echo "$*" >> $STATE/gpioget.log
for last; do :; done
cat $STATE/level-$last 2>/dev/null || echo 0
`,
  gpiomon: `#!/bin/sh
echo "$*" >> $STATE/gpiomon.log
for pin; do :; done
echo "Monitoring line '$pin'..."
exec cat $STATE/event-$pin
`,
  gpioinfo: `#!/bin/sh
[ "$1" = DOORBELL ] && printf 'gpiochip0 5\\t"DOORBELL"       \\tinput\\n'
`,
  gpiodetect: DETECT,
};

function tools(t: Test, scripts: Readonly<Record<string, string>>): { tools: Tools; state: string } {
  const state = mkdtempSync(join(tmpdir(), 'gpiod-'));
  t.teardown(() => rmSync(state, { recursive: true, force: true }));
  mkdirSync(join(state, 'bin'));
  for (const [name, script] of Object.entries(scripts)) {
    const file = join(state, 'bin', name);
    writeFileSync(file, script.replaceAll('$STATE', state));
    chmodSync(file, 0o755);
  }
  return { state, tools: new Tools(`${join(state, 'bin')}:/usr/bin:/bin`) };
}

async function until(what: () => boolean): Promise<void> {
  while (!what()) await sleep(10);
}

for (const [version, scripts, inputArguments] of [
  [1, V1, '--line-buffered --format=%e --bias=pull-up gpiochip0 17'],
  [2, V2, '--banner --edges=both --format=%e --bias=pull-up --chip gpiochip0 17'],
] as const) {
  t.test(`libgpiod ${version}`, async (t) => {
    const { state, tools: found } = tools(t, scripts);
    t.match(await dialectOf(found), { version });
    // No /sys/class/gpio: a Pi 5 with a kernel that has left it out.
    const gpio = new Gpio({ clock: systemClock, sys: fakeRoot(t, { 'class/net/lo': '' }), tools: found });
    const level = (pin: number): string => readFileSync(join(state, `level-${pin}`), 'utf8').trim();

    const relay = await gpio.output(27, { owner: 'relay', activeLow: true });
    t.equal(level(27), '1', 'off is high');
    await relay.set(true);
    t.equal(level(27), '0');
    await relay.set(false);
    t.equal(level(27), '1');
    await t.rejects(gpio.output('GPIO27', { owner: 'buzzer' }), { code: 'pin-taken', message: /taken by the relay/ });

    const { execFileSync } = await import('node:child_process');
    execFileSync('mkfifo', [join(state, 'event-17')]);
    const changes: boolean[] = [];
    const button = await gpio.input(17, {
      owner: 'button',
      pull: 'up',
      activeLow: true,
      onChange: (active) => changes.push(active),
      onLost: () => changes.push(false, false),
    });
    t.equal(readFileSync(join(state, 'gpiomon.log'), 'utf8').trim(), inputArguments);
    t.equal(button.active, true, 'low is pressed');
    const [up, down] = version === 1 ? ['1', '0'] : ['1', '2'];
    writeFileSync(join(state, 'event-17'), `${up}\n${down}\n`);
    await until(() => changes.length >= 2);
    t.same(changes.slice(0, 2), [false, true]);
    if (version === 2) t.match(await gpio.output('DOORBELL', { owner: 'bell' }), { active: false });
    await button.close();
    await relay.close();
    t.equal(level(27), '1', 'safe when it is let go');
    await gpio.close();
    t.notOk(existsSync(join(state, 'held-27')));
  });
}

t.test('a line that is busy, and tools that are not there', async (t) => {
  const { tools: found } = tools(t, {
    ...V1,
    gpiodetect: DETECT.replace('54', '100'),
  });
  const sys = fakeRoot(t, { 'class/net/lo': '' });
  const gpio = new Gpio({ clock: systemClock, sys, tools: found });
  await t.rejects(gpio.output(99, { owner: 'relay' }), {
    code: 'gpio-refused',
    message: /something else has the line/,
  });
  await gpio.close();
  const none = new Gpio({ clock: systemClock, sys, tools: new Tools('/nonexistent') });
  await t.rejects(none.output(17, { owner: 'relay' }), {
    code: 'gpio-unavailable',
    message: /onoff: .*no .*export.*\n.*libgpiod: .*sudo apt install gpiod.*\n.*lgpio: .*npm install lgpio/s,
  });
});

t.test('onoff without its add-on says how to build it; with `backend: onoff` nothing else is tried', async (t) => {
  const sys = fakeRoot(t, {
    'class/gpio/export': '',
    'class/gpio/gpiochip512/label': 'pinctrl-bcm2711',
    'class/gpio/gpiochip512/base': 512,
    'class/gpio/gpiochip512/ngpio': 58,
  });
  for (const [error, message] of [
    ['Could not locate the bindings file. Tried: …', /npm rebuild epoll/],
    ["Cannot find package 'onoff' imported from …", /npm install onoff/],
  ] as const) {
    const onoff = (): Promise<never> => Promise.reject(new Error(error));
    const gpio = new Gpio({ clock: systemClock, sys, onoff, backend: 'onoff' });
    await t.rejects(gpio.output(17, { owner: 'relay' }), { code: 'gpio-unavailable', message });
  }
});
