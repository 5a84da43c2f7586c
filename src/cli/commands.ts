/** The commands there are, each in its own file. */
import type { Command } from './command.ts';

export interface Entry {
  /** One line, for the list of commands, its help and what shells show. */
  readonly summary: string;
  /** Loaded when it is asked for: `ask` has no need of a broker. */
  readonly load: () => Promise<Command>;
}

export const COMMANDS: Readonly<Record<string, Entry>> = {
  run: {
    summary: 'run the agent on MQTT, on its own broker or on yours',
    load: async () => (await import('./run.ts')).RUN,
  },
  ask: {
    summary: 'do one command on simulated things and print what became of it',
    load: async () => (await import('./ask.ts')).ASK,
  },
  chat: {
    summary: 'talk with a chat model in the terminal',
    load: async () => (await import('./chat.ts')).CHAT,
  },
  eval: {
    summary: 'how well the model understands a file of commands',
    load: async () => (await import('./eval.ts')).EVAL,
  },
  pull: {
    summary: 'fetch a model, checked and resumable',
    load: async () => (await import('./pull.ts')).PULL,
  },
  models: {
    summary: 'list the models that are here or could be, and what fits this machine',
    load: async () => (await import('./models.ts')).MODELS,
  },
  verify: {
    summary: 'check a model file: hash, structure, tensors, known answers',
    load: async () => (await import('./verify.ts')).VERIFY,
  },
  devices: {
    summary: 'list the things and sensors of a configuration',
    load: async () => (await import('./devices.ts')).DEVICES,
  },
  init: {
    summary: 'ask a few questions and write a configuration',
    load: async () => (await import('./init.ts')).INIT,
  },
  migrate: {
    summary: 'bring an older configuration to the present form',
    load: async () => (await import('./migrate.ts')).MIGRATE,
  },
  schema: {
    summary: 'print the JSON Schema of tokonoma.yaml, for editors',
    load: async () => (await import('./schema.ts')).SCHEMA,
  },
  doctor: {
    summary: 'what this machine has, what is missing, and what to do about it',
    load: async () => (await import('./doctor.ts')).DOCTOR,
  },
  'install-service': {
    summary: 'run it as a service of systemd, from every start of the machine',
    load: async () => (await import('./service.ts')).INSTALL_SERVICE,
  },
  'uninstall-service': {
    summary: 'take that service away',
    load: async () => (await import('./service.ts')).UNINSTALL_SERVICE,
  },
  completion: {
    summary: 'print what makes a shell complete commands and options',
    load: async () => (await import('./completion.ts')).COMPLETION,
  },
};
