// What `npm run bench` is asked for.
import { parseArgs } from 'node:util';

export const MEASURES = ['decode', 'prefill', 'load', 'attention', 'command', 'stop', 'rules', 'things'];
/** Measures of what none of the peers does. */
const OWN = ['command', 'stop', 'rules', 'things'];
export const PEERS = ['node-llama-cpp', 'wllama'];
export const PRECISIONS = ['auto', 'exact', 'fast'];

export const USAGE = `npm run bench -- MEASURE --model FILE [options]

decode      tokens a second one by one, at a context of 32 to 64
prefill     tokens a second of a prompt of 128
load        from the start of a process to its first token, the file in the page cache
attention   decode at a context of 1,024 and at one of 64
command     from a command to its plan, for the model that answers the commands (default: the seedling)
stop        from the publish of a stop to the last actuator's word that it is safe, while the model decodes on all its
            threads and the queue is full (default: the seedling)
rules       sensor messages a second that one process takes with 100 rules; no model
things      a home of 64 things built, and a command among 64 beside one among 8

--model FILE|NAME      what tokonoma and its peers run
--threads 1,2          numbers of threads, one after the other (default: 1)
--peers LIST           ${PEERS.join(',')}: installed on first use
--f16 FILE             16-bit weights of the same shape for node-llama-cpp, as one more engine
--precision LIST       ${PRECISIONS.join(',')}: tokonoma once for each (default: auto, the model's own choice)
--node 24[,20]         the Node that tokonoma runs on, fetched on first use; each further one is one more engine
--rounds N             how often every engine has its turn (default: 5); of stop, how many stops (default: 200)
--wait SECONDS         before each turn, wait up to so long for other processes to be quiet (default: 0)
--json                 one JSON value on stdout
`;

export class UsageError extends Error {}

/** @throws UsageError saying which flag is wrong */
export function parseOptions(argv) {
  const { values, positionals } = parse(argv);
  if (values.help) return { help: true };
  const [measure, ...rest] = positionals;
  if (!MEASURES.includes(measure)) {
    throw new UsageError(
      `say what to measure: ${MEASURES.join(', ')}${measure === undefined ? '' : `, not "${measure}"`}`,
    );
  }
  if (rest.length > 0) throw new UsageError(`one measure at a time, not also "${rest.join(' ')}"`);
  const model = values.model ?? (OWN.includes(measure) ? 'seedling' : undefined);
  if (!model) throw new UsageError('say which --model');
  const options = {
    measure,
    model,
    threads: list('--threads', values.threads ?? '1').map((text) => count('--threads', text, 64)),
    peers: list('--peers', values.peers, PEERS),
    precisions: list('--precision', values.precision ?? 'auto', PRECISIONS),
    nodes: list('--node', values.node),
    rounds: count('--rounds', values.rounds ?? (measure === 'stop' ? '200' : '5'), 1000),
    waitSeconds: values.wait === undefined ? 0 : count('--wait', values.wait, 3600),
    json: values.json ?? false,
    ...(values.f16 !== undefined && { f16: values.f16 }),
  };
  for (const version of options.nodes) {
    if (!/^\d+(\.\d+){0,2}$/.test(version)) throw new UsageError(`--node takes versions such as 24, not "${version}"`);
  }
  if (OWN.includes(measure) && (options.peers.length > 0 || options.f16 !== undefined)) {
    throw new UsageError(`${measure} has no peers: none of them goes from a command to a plan`);
  }
  if (measure === 'stop' && (options.threads.length > 1 || options.precisions.length > 1 || options.nodes.length > 0)) {
    throw new UsageError('stop takes one number of threads, one precision, and the Node it runs on');
  }
  if (measure === 'attention' && options.peers.includes('wllama')) {
    throw new UsageError('attention cannot have wllama as a peer: it would take half an hour to read 1,024 tokens');
  }
  return options;
}

function parse(argv) {
  const text = { type: 'string' };
  const options = {
    model: text,
    threads: text,
    peers: text,
    precision: text,
    node: text,
    rounds: text,
    f16: text,
    wait: text,
  };
  try {
    return parseArgs({
      args: argv,
      allowPositionals: true,
      options: { ...options, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    });
  } catch (error) {
    // Node's own hint about `--` is of no help here.
    throw new UsageError(error.message.split('. ')[0]);
  }
}

/** Comma-separated words, each once, of the known ones if there are any. */
function list(flag, text = '', known) {
  const words = [...new Set(text.split(',').map((word) => word.trim()))].filter(Boolean);
  const unknown = known && words.find((word) => !known.includes(word));
  if (unknown !== undefined) throw new UsageError(`${flag} takes ${known.join(', ')}, not "${unknown}"`);
  if (words.length === 0 && text !== '') throw new UsageError(`${flag} is empty`);
  return words;
}

function count(flag, text, most) {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1 && value <= most) return value;
  throw new UsageError(`${flag} takes whole numbers from 1 to ${most}, not "${text}"`);
}
