/** A server thread of a team: it works for the leader until it is stopped, all of it inside WebAssembly. */
import { workerData } from 'node:worker_threads';
import type { Kernels } from './kernels.ts';
import { giveWay } from './priority.ts';
import type { ServerStart } from './team.ts';

giveWay();

const { memory, module, team, room } = workerData as ServerStart;
const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels;
try {
  kernels.serve(team, room);
} catch (error) {
  // The leader may be waiting for a chunk that will never be finished.
  kernels.stopTeam(team, 2);
  throw error;
}
