// A run: for each number of threads all engines are started, then have their turns one after the other (A B C A B C …),
// so that what slows the machine for a while slows all of them.
import { openGguf } from '../../build/src/gguf/reader.js';
import { readLoops } from './bandwidth.mjs';
import { enginesOf } from './engines.mjs';
import { describeMachine } from './machine.mjs';
import { doubts, loadNow, quiet, watchOthers } from './others.mjs';
import { result } from './result.mjs';

/**
 * @param options of options.mjs, `model` being a file
 * @param say told what happens, a line at a time
 * @returns the value that --json prints
 * @throws what an engine of ours throws; a peer that fails is left out
 */
export async function run(options, say) {
  const machine = describeMachine();
  const loadBefore = loadNow();
  const measure = await import(`./measures/${options.measure}.mjs`);
  const model = describeFile(options.model);
  // A token must be one of the vocabulary of all of them.
  const vocabSizes = [model, ...(options.f16 === undefined ? [] : [describeFile(options.f16)])].map((x) => x.vocabSize);
  const vocabSize = Math.min(...vocabSizes);
  const engines = enginesOf(options);
  const record = { runs: [], loops: [], others: [], skipped: [], info: undefined };

  for (const threads of options.threads) {
    const inWords = threads === 1 ? '1 thread' : `${threads} threads`;
    const leaveOut = (engine, error) => {
      if (engine.own) throw error;
      say(`${engine.name} does not take part: ${error.message}`);
      record.skipped.push({ engine: engine.name, threads, reason: error.message });
    };
    const participants = [];
    try {
      for (const engine of engines) {
        say(`starting ${engine.name}, ${inWords}`);
        try {
          const participant = await measure.join(engine, { threads, vocabSize });
          record.info ??= participant.info;
          participants.push({ ...participant, name: engine.name, own: engine.own, record: record.runs });
        } catch (error) {
          leaveOut(engine, error);
        }
      }
      const loops = await readLoops(threads);
      participants.push(...loops.map((loop) => ({ ...loop, own: true, record: record.loops })));

      for (let round = 1; round <= options.rounds; round++) {
        const told = [];
        for (const participant of [...participants]) {
          const { name, own, pids } = participant;
          await quiet(options.waitSeconds);
          const others = watchOthers(pids);
          try {
            const values = await participant.turn();
            participant.record.push({ engine: name, own, threads, round, values });
            told.push(`${name} ${Object.values(values)[0].toPrecision(4)}`);
          } catch (error) {
            leaveOut(participant, error);
            participants.splice(participants.indexOf(participant), 1);
            await participant.close();
            continue;
          }
          const cores = others();
          if (pids.length > 0 && cores !== undefined) record.others.push(cores);
        }
        say(`${inWords}, round ${round} of ${options.rounds}: ${told.join(', ')}`);
      }
    } finally {
      for (const participant of participants) await participant.close();
    }
  }
  return result({ machine, model, metrics: measure.metrics, record, doubts: doubts(loadBefore, record.others) });
}

/** Bytes of weights that one token reads, and the size of the vocabulary. */
function describeFile(path) {
  const file = openGguf(path);
  try {
    let weightBytes = 0;
    for (const { name, byteLength } of file.tensors.values()) {
      // Of the embedding a token reads one row, unless it is the head as well.
      if (name !== 'token_embd.weight' || !file.tensors.has('output.weight')) weightBytes += byteLength;
    }
    return { path, weightBytes, vocabSize: file.tensors.get('token_embd.weight').shape[1] };
  } finally {
    file.close();
  }
}
