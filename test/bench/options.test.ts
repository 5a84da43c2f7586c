import t from 'tap';
import { benchModule } from './script.ts';

const { parseOptions, UsageError } = await benchModule<{
  parseOptions: (argv: readonly string[]) => Record<string, unknown>;
  UsageError: typeof Error;
}>('options.mjs');

t.test('what is asked for', (t) => {
  t.same(parseOptions(['decode', '--model', 'b.gguf']), {
    measure: 'decode',
    model: 'b.gguf',
    threads: [1],
    peers: [],
    precisions: ['auto'],
    nodes: [],
    rounds: 5,
    waitSeconds: 0,
    json: false,
  });
  t.match(
    parseOptions([
      ...['prefill', '--model', 'b.gguf', '--threads', '1,2,2', '--peers', 'wllama,node-llama-cpp', '--f16', 'h.gguf'],
      ...['--precision', 'exact,fast', '--node', '24,20.19', '--rounds', '3', '--wait', '20', '--json'],
    ]),
    {
      threads: [1, 2],
      peers: ['wllama', 'node-llama-cpp'],
      f16: 'h.gguf',
      precisions: ['exact', 'fast'],
      nodes: ['24', '20.19'],
      rounds: 3,
      waitSeconds: 20,
      json: true,
    },
  );
  t.match(parseOptions(['command']), { model: 'seedling' }, 'commands go to the seedling');
  t.match(parseOptions(['stop']), { model: 'seedling', rounds: 200, threads: [1] }, 'enough stops for a percentile');
  t.same(parseOptions(['--help']), { help: true });
  t.end();
});

t.test('what is wrong is named', (t) => {
  const wrong: [argv: string[], message: RegExp][] = [
    [[], /say what to measure: decode, prefill, load, attention, command/],
    [['dekode', '--model', 'm'], /not "dekode"/],
    [['decode', 'prefill', '--model', 'm'], /one measure at a time, not also "prefill"/],
    [['decode'], /--model/],
    [['decode', '--model', 'm', '--threads', '0'], /--threads .* not "0"/],
    [['decode', '--model', 'm', '--threads', 'two'], /--threads .* not "two"/],
    [['decode', '--model', 'm', '--threads', ','], /--threads is empty/],
    [['decode', '--model', 'm', '--peers', 'ollama'], /--peers takes node-llama-cpp, wllama, not "ollama"/],
    [['decode', '--model', 'm', '--precision', 'rough'], /--precision takes auto, exact, fast/],
    [['decode', '--model', 'm', '--node', 'lts'], /--node takes versions/],
    [['decode', '--model', 'm', '--node', '24;id'], /--node takes versions/],
    [['decode', '--model', 'm', '--rounds', '-1'], /--rounds/],
    [['decode', '--model', 'm', '--rounds', '1.5'], /--rounds .* not "1.5"/],
    [['decode', '--model', 'm', '--fast'], /--fast/],
    [['command', '--peers', 'wllama'], /command has no peers/],
    [['stop', '--peers', 'wllama'], /stop has no peers/],
    [['stop', '--threads', '1,2'], /stop takes one number of threads/],
    [['attention', '--model', 'm', '--peers', 'wllama'], /attention cannot have wllama/],
  ];
  for (const [argv, message] of wrong) {
    const thrown = t.throws(() => parseOptions(argv), { message }, argv.join(' '));
    t.ok(thrown instanceof UsageError);
  }
  t.end();
});
