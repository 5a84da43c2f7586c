/** The Dockerfile without Docker: what it copies is there and not ignored, and it runs as it should. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const read = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
/** One instruction a line. */
const instructions = read('Dockerfile')
  .replaceAll(/^#.*\n/gm, '')
  .replaceAll(/\\\n\s*/g, '')
  .split('\n')
  .filter((line) => line.trim() !== '');
const allowed = read('.dockerignore')
  .split('\n')
  .flatMap((line) =>
    line.startsWith('!') ? [new RegExp(`^${line.slice(1).replaceAll('.', '\\.').replaceAll('*', '.*')}$`)] : [],
  );

t.test('what is copied from the context is there and let through', async (t) => {
  const copied = instructions
    .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
    .flatMap((line) => line.split(' ').slice(1, -1));
  t.ok(copied.includes('package-lock.json') && copied.includes('.'));
  for (const name of copied.filter((name) => name !== '.')) {
    t.ok(existsSync(join(ROOT, name)), name);
    t.ok(
      allowed.some((pattern) => pattern.test(name)),
      `${name} is not ignored`,
    );
  }
  const packed = (JSON.parse(read('package.json')) as { files: string[] }).files;
  const needed = ['scripts', 'assembly', 'tsconfig.json', ...packed.filter((name) => !/^(!|build\/)/.test(name))];
  for (const name of [...needed, ...readdirSync(ROOT).filter((name) => /^(vite|asconfig)/.test(name))]) {
    t.ok(
      allowed.some((pattern) => pattern.test(name.split('/')[0]!)),
      `the build has ${name}`,
    );
  }
});

t.test('nobody is root, signals come to us, health is asked for', async (t) => {
  const last = instructions.slice(instructions.findLastIndex((line) => line.startsWith('FROM ')));
  const user = last.findIndex((line) => line === 'USER node');
  t.ok(user > 0 && user < last.findIndex((line) => line.startsWith('ENTRYPOINT')));
  const entry = /^ENTRYPOINT (.*)$/.exec(last.find((line) => line.startsWith('ENTRYPOINT'))!)![1]!;
  const [, main] = JSON.parse(entry) as string[];
  t.ok(existsSync(join(ROOT, main!.replace('/app/', ''))), 'in exec form: no shell swallows SIGTERM');
  t.match(last.join('\n'), /HEALTHCHECK .*\/health/);
  t.match(read('src/server/agent-routes.ts'), /'GET \/health'/);
});
