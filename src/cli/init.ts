/** `tokonoma init`: a few questions, and a commented configuration that can be run. */
import { existsSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parseConfig } from '../config/load.ts';
import { VERSION } from '../config/migrate.ts';
import { slug } from '../config/slug.ts';
import { TokonomaError } from '../errors.ts';
import { parse, type Command, type CommandSpec } from './command.ts';
import { CONFIG_OPTIONS, ENGINE_OPTIONS } from './options.ts';
import { schemaText } from './schema.ts';

const SPEC = {
  name: 'init',
  synopsis: ['init [--config FILE] [--yes] [OPTION…]'],
  description: [
    'Asks a few questions and writes a commented configuration, and tokonoma.schema.json beside it for editors.',
  ],
  options: {
    config: { ...CONFIG_OPTIONS.config, help: 'file to write; default: tokonoma.yaml' },
    name: { type: 'string', value: 'NAME', help: 'of this node: topics are tokonoma/NAME/…; default: home' },
    broker: { type: 'string', value: 'URL', help: 'mqtt://host:1883 and the like; without it, a broker is embedded' },
    username: { type: 'string', value: 'USER', help: 'for the broker; its password stays in the environment' },
    model: { ...ENGINE_OPTIONS.model, help: "a model's name or file, or auto; without it, the embedded seedling" },
    yes: { type: 'boolean', help: 'ask nothing: what is not given has its default' },
    force: { type: 'boolean', help: 'write over a file that is there' },
  },
  environment: { MQTT_PASSWORD: "the broker's password, where the configuration written names it" },
  examples: {
    'tokonoma init': 'with questions',
    'tokonoma init --yes --broker mqtt://192.168.1.10:1883 --username tokonoma': 'without',
  },
} as const satisfies CommandSpec;

export const INIT: Command = { spec: SPEC, run: (argv) => initCommand(argv) };

export interface Answers {
  readonly name: string;
  readonly broker?: string | undefined;
  readonly username?: string | undefined;
  readonly model?: string | undefined;
}

/** Asks one question; the answer is trimmed. */
type Ask = (question: string) => Promise<string>;

/** Returns the exit code. Throws `bad-usage`, `config-exists`, `config-invalid`. */
export async function initCommand(
  argv: readonly string[],
  out: { write(text: string): unknown } = process.stdout,
): Promise<number> {
  const { values } = parse(argv, SPEC);
  const file = values.config ?? 'tokonoma.yaml';
  if (existsSync(file) && values.force !== true) {
    throw new TokonomaError('config-exists', `${file} is there already; name another with --config, or give --force`);
  }
  if (values.yes !== true && !process.stdin.isTTY) {
    throw new TokonomaError('bad-usage', 'there is no terminal to ask in; give --yes and what shall not be default');
  }
  const answers = values.yes === true ? given(values) : await asked(values);
  const text = configText(answers);
  // What was answered is held to the schema before anything is written; the password may be set later.
  parseConfig(text, file, { MQTT_PASSWORD: '-' });
  writeFileSync(file, text, { flag: values.force === true ? 'w' : 'wx', mode: 0o600 });
  writeFileSync(join(dirname(file), 'tokonoma.schema.json'), schemaText());
  out.write(
    `${file} is written. Next:\n  tokonoma devices --discover --config ${file}\n  tokonoma run --config ${file}\n`,
  );
  return 0;
}

type Values = { readonly [Name in 'name' | 'broker' | 'username' | 'model']?: string };

function given({ name, broker, username, model }: Values): Answers {
  return { name: slug(name ?? 'home') || 'home', broker, username, model };
}

async function asked(values: Values): Promise<Answers> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await questions(values, async (question) => (await lines.question(question)).trim());
  } finally {
    lines.close();
  }
}

/** What is given is not asked for; an empty answer is the default. */
export async function questions(values: Values, ask: Ask): Promise<Answers> {
  const or = async (value: string | undefined, question: string): Promise<string | undefined> =>
    value ?? ((await ask(question)) || undefined);
  const name = await or(values.name, 'Name of this node (home): ');
  const broker = await or(values.broker, 'Broker, such as mqtt://192.168.1.10:1883 (embedded): ');
  const username = broker === undefined ? undefined : await or(values.username, 'User at the broker (none): ');
  const model = await or(values.model, 'Model, such as bonsai-1.7b or auto (the embedded seedling): ');
  return given({
    ...(name === undefined ? {} : { name }),
    ...(broker === undefined ? {} : { broker }),
    ...(username === undefined ? {} : { username }),
    ...(model === undefined ? {} : { model }),
  });
}

/** A configuration with everything that is usually wanted, what is not asked for as a comment. */
export function configText({ name, broker, username, model }: Answers): string {
  const quoted = JSON.stringify;
  const user =
    username === undefined
      ? ''
      : `\n  username: ${quoted(username)}\n  password_env: MQTT_PASSWORD # the password itself stays in the environment`;
  const mqtt =
    broker === undefined
      ? '# Without url, a broker is embedded: any MQTT client on this machine can join.\n# mqtt:\n#   url: mqtt://192.168.1.10:1883\n#   username: tokonoma\n#   password_env: MQTT_PASSWORD'
      : `mqtt:\n  url: ${quoted(broker)}${user}`;
  return `# yaml-language-server: $schema=tokonoma.schema.json
# What lives in this home. An unknown key is an error that names the nearest known one.
version: ${VERSION}

node:
  name: ${quoted(name)} # topics begin with tokonoma/${name}

${mqtt}

${model === undefined ? '# model: bonsai-1.7b # a GGUF file, a name, or auto (the largest that fits); default: the embedded seedling' : `model: ${quoted(model)}`}
# memory: 512MiB # what the whole process may have; or auto

# \`tokonoma devices --discover\` lists what announces itself on the broker, \`--adopt all\` adds it here.
# A thing is a name and a kind; without a driver it is simulated.
things:
  - name: kitchen light
    kind: light
    area: kitchen

# Readings arrive at tokonoma/${name}/sensor/<name>, or at the topic given here.
sensors:
  - name: temperature/kitchen
    kind: temperature
    area: kitchen
    unit: °C
`;
}
