import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { configText, initCommand, questions } from '../../src/cli/init.ts';
import { loadConfig, parseConfig } from '../../src/config/load.ts';

const quiet = { write: (): boolean => true };

t.test('what it writes is valid, commented, and nobody else may read it', async (t) => {
  const file = join(t.testdir(), 'tokonoma.yaml');
  await initCommand(
    ['--yes', '--config', file, '--name', 'My House', '--broker', 'mqtt://10.0.0.2', '--username', 'me'],
    quiet,
  );
  const config = loadConfig(file, { MQTT_PASSWORD: 'secret' });
  t.match(config, { node: { name: 'my-house' }, mqtt: { url: 'mqtt://10.0.0.2', username: 'me', password: 'secret' } });
  const text = readFileSync(file, 'utf8');
  t.match(text, /^# yaml-language-server: \$schema=tokonoma\.schema\.json\n/);
  t.notMatch(text, 'secret');
  t.equal(statSync(file).mode & 0o777, 0o600);
  t.ok(existsSync(join(file, '..', 'tokonoma.schema.json')));
  await t.rejects(initCommand(['--yes', '--config', file], quiet), { code: 'config-exists' });
  t.equal(readFileSync(file, 'utf8'), text);
  await initCommand(['--yes', '--config', file, '--force'], quiet);
  t.equal(loadConfig(file, {}).node.name, 'home');
});

t.test('answers that are no configuration are refused before anything is written', async (t) => {
  const file = join(t.testdir(), 'tokonoma.yaml');
  await t.rejects(initCommand(['--yes', '--config', file, '--broker', 'somewhere'], quiet), { code: 'config-invalid' });
  t.notOk(existsSync(file));
});

t.test('only what is not given is asked; an empty answer is the default', async (t) => {
  const asked: string[] = [];
  const answers = await questions({ model: 'auto' }, async (question) => {
    asked.push(question);
    return question.startsWith('Broker') ? 'mqtt://b' : '';
  });
  t.equal(asked.length, 3);
  t.match(answers, { name: 'home', broker: 'mqtt://b', username: undefined, model: 'auto' });
  t.doesNotThrow(() => parseConfig(configText(answers), 'x.yaml', {}));
});
