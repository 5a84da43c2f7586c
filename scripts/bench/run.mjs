// A run: for each number of threads all engines are started, then have their turns one after the other (A B C A B C …),
// so that what slows the machine for a while slows all of them.
import { openGguf } from '../../build/src/gguf/reader.js';
import { readLoops } from './bandwidth.mjs';
import { enginesOf } from './engines.mjs';
import { describeMachine } from './machine.mjs';
import { doubts, loadNow, watchOthers } from './others.mjs';
import { result } from './result.mjs';

/**
 * @param options of options.mjs, `model` being a file
 * @param say told what happens, a line at a time
 */
export async function run(options, say) {
  const machine = describeMachine();
  const loadBefore = loadNow();
  const measure = await import(`./measures/${options.measure}.mjs`);
  const model = describeFile(options.model);
  // A token must be one of the vocabulary of all of them.
  const vocabSize = Math.min(
    model.vocabSize,
    options.f16 === undefined ? Infinity : describeFile(options.f16).vocabSize,
  );
  const engines = enginesOf(options);
  const record = { runs: [], loops: [], others: [], skipped: [], info: undefined };
  for (const threads of options.threads) {
    const participants = [];
    const loops = [];
    try {
      for (const engine of engines) {
        say(`starting ${engine.name}, ${threadsInWords(threads)}`);
        try {
          const participant = await measure.join(engine, { threads, vocabSize });
          record.info ??= participant.info;
          participants.push({ ...participant, name: engine.name, own: engine.own });
        } catch (error) {
          if (engine.own) throw error;
          say(`${engine.name} does not take part: ${error.message}`);
          record.skipped.push({ engine: engine.name, threads, reason: error.message });
        }
      }
      loops.push(...(await readLoops(threads)));
      for (let round = 1; round <= options.rounds; round++) {
        const told = [];
        for (const participant of [...participants, ...loops]) {
          const others = watchOthers(participant.pids);
          const values = await participant.turn();
          const cores = others();
          if (participant.pids.length > 0 && cores !== undefined) record.others.push(cores);
          const kept = loops.includes(participant) ? record.loops : record.runs;
          kept.push({ engine: participant.name, own: participant.own, threads, round, values });
          told.push(`${participant.name} ${Object.values(values)[0].toPrecision(4)}`);
        }
        say(`${threadsInWords(threads)}, round ${round} of ${options.rounds}: ${told.join(', ')}`);
      }
    } finally {
      for (const participant of [...participants, ...loops]) await participant.close();
    }
  }
  return result({ machine, model, metrics: measure.metrics, record, doubts: doubts(loadBefore, record.others) });
}

/** Bytes of weights that one token reads, and the size of the vocabulary. */
function describeFile(path) {
  const file = openGguf(path);
  try {
    let bytes = 0;
    for (const { name, byteLength } of file.tensors.values()) {
      // Of the embedding a token reads one row, unless it is the head as well.
      if (name !== 'token_embd.weight' || !file.tensors.has('output.weight')) bytes += byteLength;
    }
    return { path, weightBytes: bytes, vocabSize: file.tensors.get('token_embd.weight').shape[1] };
  } finally {
    file.close();
  }
}

function threadsInWords(threads) {
  return threads === 1 ? '1 thread' : `${threads} threads`;
}
