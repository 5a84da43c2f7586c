// Who takes part in a run: tokonoma in each precision and on each Node asked for, then its peers.
import { nodeBinary } from './nodes.mjs';
import { EngineProcess } from './process.mjs';

/**
 * The engines of a run; the first is the one that the others are compared with.
 * @returns {{ name: string, own: boolean, start(): EngineProcess, settings: object }[]}
 */
export function enginesOf({ model, f16, peers, precisions, nodes, measure }) {
  const module = measure === 'command' ? 'tokonoma-command' : 'tokonoma';
  const [first, ...others] = nodes.length === 0 ? [undefined] : nodes;
  const tokonoma = (precision, version, suffix) => {
    const node = version === undefined ? process.execPath : nodeBinary(version);
    return {
      name: `tokonoma${precision === 'auto' ? '' : `-${precision}`}${suffix}`,
      own: true,
      start: () => EngineProcess.engine(module, node),
      settings: { file: model, precision },
    };
  };
  const peer = (name, file, as = name) => ({
    name: as,
    own: false,
    start: () => EngineProcess.engine(name),
    settings: { file },
  });
  return [
    ...precisions.map((precision) => tokonoma(precision, first, '')),
    ...others.flatMap((version) => precisions.map((precision) => tokonoma(precision, version, `-node${version}`))),
    ...peers.map((name) => peer(name, model)),
    ...(f16 === undefined ? [] : [peer('node-llama-cpp', f16, 'node-llama-cpp-f16')]),
  ];
}
