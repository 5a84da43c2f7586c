/** Help and completion against each other and against what is accepted: all are made of one description. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { asksForHelp, HELP_OPTION, parse, type CommandSpec, type OptionSpec } from '../../src/cli/command.ts';
import { COMMANDS } from '../../src/cli/commands.ts';
import { completionCommand } from '../../src/cli/completion.ts';
import { helpText } from '../../src/cli/help.ts';
import { tokonoma } from '../support/cli.ts';

const specs: { readonly name: string; readonly spec: CommandSpec }[] = [];
for (const [name, { load }] of Object.entries(COMMANDS)) specs.push({ name, spec: (await load()).spec });

async function script(shell: string): Promise<string> {
  let text = '';
  await completionCommand([shell], { write: (part) => (text += part) });
  return text;
}

/** What a shell is without, and whether that is a failure. */
function without(shell: string): string | false {
  const isThere = spawnSync(shell, ['-c', 'exit 0']).status === 0;
  return isThere || process.env['CI'] === 'true' ? false : `${shell} is not installed (apt install ${shell})`;
}

/** Options of other commands that examples use. */
const mentioned = ['model'];

t.test('every command: its help has its options, and it accepts what its help has', async (t) => {
  for (const { name, spec } of specs) {
    t.equal(spec.name, name);
    const stdout = helpText(spec, COMMANDS[name]!.summary);
    const sections = [...stdout.matchAll(/^([A-Z ]+)$/gm)].map(([title]) => title);
    t.match(sections.join(), /^NAME,SYNOPSIS,DESCRIPTION,OPTIONS,EXIT STATUS,ENVIRONMENT,(FILES,)?EXAMPLES$/, name);
    t.ok(
      stdout.split('\n').every((line) => line.length <= 100),
      `${name}: fits a terminal`,
    );
    const part = /\nOPTIONS\n([^]*?)\n\n/.exec(stdout)![1]!;
    const told = [...part.matchAll(/^ {2}(?:-\w, )?--([a-z-]+)(?: (\S+))?/gm)];
    t.strictSame(told.map(([, option]) => option).sort(), [...Object.keys(spec.options), 'help'].sort(), name);
    for (const [, option, value] of told) {
      if (option === 'help') continue;
      const { type } = (spec.options as Record<string, OptionSpec>)[option!]!;
      t.equal(type === 'string', value !== undefined && value === spec.options[option!]?.value, `${name} --${option}`);
      const { values } = parse(type === 'string' ? [`--${option}`, 'x'] : [`--${option}`], spec);
      t.strictSame({ ...values }, { [option!]: type === 'string' ? 'x' : true });
    }
    // Nothing is spoken of that does not exist.
    const elsewhere = stdout.replaceAll(/`[^`]*`/g, '').matchAll(/(?<![\w-])--([a-z][a-z-]+)/g);
    const known = new Set([...Object.keys(spec.options), 'help', 'log-level', ...mentioned]);
    t.strictSame(
      [...elsewhere].map(([, option]) => option!).filter((option) => !known.has(option)),
      [],
      `${name} speaks of its own options`,
    );
  }
});

t.test('help in every form, and -- ends the options', async (t) => {
  const { stdout } = await tokonoma(['help', 'ask']);
  t.equal((await tokonoma(['ask', '--help'])).stdout, stdout);
  t.equal((await tokonoma(['ask', 'x', '-h'])).stdout, stdout);
  t.match(await tokonoma(['help', 'aks']), { code: 2, stderr: /did you mean "ask"/ });
  t.notOk(asksForHelp(['--', '--help']));
  t.match((await tokonoma(['help'])).stdout, new RegExp(Object.keys(COMMANDS).join('[^]*')));
});

t.test('completion: a wrong shell', async (t) => {
  const out = { write: (text: string) => t.fail(`nothing is printed, but ${text}`) };
  for (const argv of [[], ['csh'], ['bash', 'zsh'], ['toString']]) {
    await t.rejects(completionCommand(argv, out), { code: 'bad-usage', message: /bash, zsh, fish/ });
  }
});

t.test('bash completes', { skip: without('bash') }, async (t) => {
  const folder = t.testdir({ 'model.gguf': '' });
  const file = join(folder, 'complete.bash');
  writeFileSync(file, await script('bash'));
  const complete = (...words: string[]): string[] => {
    const list = words.map((word) => `'${word}'`).join(' ');
    const code = `source '${file}'; COMP_WORDS=(tokonoma ${list}); COMP_CWORD=${words.length}; _tokonoma; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr, status } = spawnSync('bash', ['--norc', '-uc', code], { cwd: folder, encoding: 'utf8' });
    t.match({ status, stderr }, { status: 0, stderr: '' });
    return stdout.split('\n').filter((word) => word !== '');
  };
  t.strictSame(complete('').sort(), [...Object.keys(COMMANDS), 'help', '--help', '--version'].sort());
  t.strictSame(complete('mod'), ['models']);
  for (const { name, spec } of specs) {
    const flags = [...Object.keys(spec.options), ...Object.keys(HELP_OPTION)].map((option) => `--${option}`);
    t.strictSame(complete(name, '--').sort(), flags.sort(), name);
  }
  t.strictSame(complete('help', 'do'), ['doctor']);
  t.strictSame(complete('ask', 'x', '--model', 'bonsai-1'), ['bonsai-1.7b']);
  t.strictSame(complete('run', '--model', 'mod'), ['model.gguf'], 'and files');
  t.strictSame(complete('run', '--log-level', 'de'), ['debug']);
  t.strictSame(complete('run', '--context', ''), [], 'a number is yours to say');
});

t.test('zsh reads its script and knows every option', { skip: without('zsh') }, async (t) => {
  const file = join(t.testdir(), '_tokonoma');
  const text = await script('zsh');
  writeFileSync(file, text);
  const { status, stderr } = spawnSync('zsh', ['-n', file], { encoding: 'utf8' });
  t.match({ status, stderr }, { status: 0, stderr: '' });
  // _arguments itself says what is wrong with a specification.
  const stub = `compdef() { :; }; _describe() { :; }; _files() { :; }; _arguments() { print -rl -- "$@"; }; source '${file}'`;
  for (const { name, spec } of specs) {
    const code = `${stub}; words=(tokonoma ${name} ''); CURRENT=3; _tokonoma`;
    const { stdout } = spawnSync('zsh', ['-fc', code], { encoding: 'utf8' });
    const told = [...stdout.matchAll(/^--([a-z-]+)\[/gm)].map(([, option]) => option);
    t.strictSame(told.sort(), [...Object.keys(spec.options), 'help'].sort(), name);
  }
  t.match(text, /'--model\[[^\n]*:FILE\|NAME: _tokonoma_or_file auto seedling/);
  const offer = `_alternative() { print -rl -- "$@"; }; ${stub}; _tokonoma_or_file auto seedling`;
  const { stdout } = spawnSync('zsh', ['-fc', offer], { encoding: 'utf8' });
  t.equal(stdout, 'words:word:(auto seedling)\nfiles:file:_files\n');
});

t.test('fish completes', { skip: without('fish') }, async (t) => {
  const folder = t.testdir({ 'model.gguf': '' });
  const file = join(folder, 'tokonoma.fish');
  writeFileSync(file, await script('fish'));
  const complete = (line: string): string[] => {
    const code = `source '${file}'; complete -C '${line}'`;
    const env = { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder, XDG_DATA_HOME: folder };
    const { stdout, stderr, status } = spawnSync('fish', ['-N', '-c', code], { cwd: folder, encoding: 'utf8', env });
    t.match({ status, stderr }, { status: 0, stderr: '' }, line);
    return stdout.split('\n').flatMap((told) => (told === '' ? [] : [told.split('\t')[0]!]));
  };
  t.strictSame(complete('tokonoma ').sort(), [...Object.keys(COMMANDS), 'help'].sort());
  for (const { name, spec } of specs) {
    const flags = [...Object.keys(spec.options), 'help'].map((option) => `--${option}`);
    t.strictSame(complete(`tokonoma ${name} --`).sort(), flags.sort(), name);
  }
  t.strictSame(complete('tokonoma run --log-level de'), ['debug']);
  t.ok(complete('tokonoma run --model ').includes('model.gguf'));
});
