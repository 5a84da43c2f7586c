/**
 * Threads that share the work of one kernel. One leads: it publishes a job, works on it like the others, and goes on
 * when all of it is done. The others serve: they watch for jobs, first spinning, then asleep.
 *
 * A job is cut into chunks, which threads claim one at a time, so a thread that the system has taken off its core costs
 * nothing until it holds a chunk. If it does, whoever leads does that chunk again: a server works into memory of its
 * own, and its result counts only if the chunk is still nobody's when it is done (jobs of kind `revocable`).
 *
 * The state of a team, (TEAM_BYTES) u8 of zeros at first, each word on a cache line of its own where it is written often:
 */
import { chunkWork, commit, JOB_BYTES, work } from './jobs';

/**
 * i64: number of the job << 32 | next chunk. Claiming is one compare-and-swap, which fails when the job has changed.
 * Between jobs, when the leader writes the next one's words, the next chunk is one that no job has.
 */
const TICKET: usize = 0;
/** i32: chunks that servers have finished. */
const DONE: usize = 64;
/** i32: number of the job that a sleeping leader waits for. */
const LEADER_ASLEEP: usize = 128;
/** i32: servers asleep on TICKET's upper half. */
const ASLEEP: usize = 192;
/** i32: 1 asks the servers to return; 2: one of them has died. */
const STOP: usize = 256;
/** (16) i32: chunks, revocable, then what the kernel wants to know. */
const JOB: usize = 320;
/** (MAX_CHUNKS) i32: the last job in which somebody has made the chunk's result. */
const OWNED: usize = 448;

export const MAX_CHUNKS: i32 = 256;
export const TEAM_BYTES: usize = OWNED + ((<usize>MAX_CHUNKS) << 2);
const CLOSED: i64 = 0x7fffffff;

/** Looks at the ticket before a server goes to sleep: some tens of microseconds. */
const SPINS: i32 = 20000;
/**
 * Looks before the leader does again what a server has not finished: these, and about as long as the chunk takes. Threads
 * that start together end a few hundredths apart; one that is later than that has lost its core.
 */
const PATIENCE: i32 = 6000;
/** Looks before the leader sleeps, and then at most this long at a time, nanoseconds: a server may die. */
const LEADER_SPINS: i32 = 100000;
const NAP: i64 = 20_000_000;

/** Before anything else: makes a team of TEAM_BYTES of memory. Returns where the leader writes a job's words (jobs.ts). */
export function openTeam(team: usize): usize {
  memory.fill(team, 0, TEAM_BYTES);
  atomic.store<i64>(team + TICKET, CLOSED);
  return team + JOB;
}

/** Asks the servers to return; `reason` 2 is said by one that dies. */
export function stopTeam(team: usize, reason: i32): void {
  atomic.store<i32>(team + STOP, reason);
  // A server that has looked for STOP just before and is about to sleep finds the number of another job, and does not.
  atomic.add<i64>(team + TICKET, (<i64>1) << 32);
  atomic.notify(team + TICKET + 4, -1);
}

/** Does the job whose words lie at jobAddress(team). Returns 0, or 1 when a server has died. */
export function lead(team: usize, servers: i32): i32 {
  const job = team + JOB;
  const chunks = load<i32>(job);
  if (servers == 0 || chunks == 1) {
    for (let chunk = 0; chunk < chunks; chunk++) work(job, chunk, 0);
    return 0;
  }
  const number = <i32>(atomic.load<i64>(team + TICKET) >> 32) + 1;
  atomic.store<i32>(team + DONE, 0);
  atomic.store<i64>(team + TICKET, (<i64>number) << 32);
  if (atomic.load<i32>(team + ASLEEP) > 0) atomic.notify(team + TICKET + 4, servers);

  const revocable = load<i32>(job, 4);
  const patience = PATIENCE + (revocable ? chunkWork(job) : 0);
  let mine = 0;
  for (;;) {
    const chunk = <i32>atomic.add<i64>(team + TICKET, 1);
    if (chunk >= chunks) break;
    own(team, chunk, number);
    work(job, chunk, 0);
    mine++;
  }
  for (let looks = 0; mine + atomic.load<i32>(team + DONE) < chunks; looks++) {
    if (atomic.load<i32>(team + STOP) == 2) return 1;
    if (revocable && looks == patience) {
      for (let chunk = 0; chunk < chunks; chunk++) {
        if (own(team, chunk, number)) {
          work(job, chunk, 0);
          mine++;
        }
      }
    }
    if (looks > max(LEADER_SPINS, patience)) {
      atomic.store<i32>(team + LEADER_ASLEEP, number);
      const done = atomic.load<i32>(team + DONE);
      if (mine + done < chunks) atomic.wait<i32>(team + DONE, done, NAP);
    }
  }
  atomic.store<i32>(team + LEADER_ASLEEP, 0);
  atomic.store<i64>(team + TICKET, ((<i64>number) << 32) | CLOSED);
  return 0;
}

/** Works for the team until it is stopped. `room` is the server's own: a copy of the job, then what chunks result in. */
export function serve(team: usize, room: usize): void {
  let seen = <i32>(atomic.load<i64>(team + TICKET) >> 32);
  for (;;) {
    let looks = 0;
    while (<i32>(atomic.load<i64>(team + TICKET) >> 32) == seen) {
      if (atomic.load<i32>(team + STOP)) return;
      if (++looks < SPINS) continue;
      atomic.add<i32>(team + ASLEEP, 1);
      atomic.wait<i32>(team + TICKET + 4, seen, -1);
      atomic.sub<i32>(team + ASLEEP, 1);
    }
    seen = join(team, room);
  }
}

/** Claims chunks of the job at hand until none is left; returns its number. */
function join(team: usize, room: usize): i32 {
  let number: i32;
  for (;;) {
    const ticket = atomic.load<i64>(team + TICKET);
    number = <i32>(ticket >> 32);
    // What is copied may be half of the next job: then the ticket is no longer this one, and the claim fails.
    memory.copy(room, team + JOB, JOB_BYTES);
    const chunk = <i32>ticket;
    if (chunk >= load<i32>(room)) {
      if (atomic.load<i64>(team + TICKET) == ticket) break;
      continue;
    }
    if (atomic.cmpxchg<i64>(team + TICKET, ticket, ticket + 1) != ticket) continue;
    if (load<i32>(room, 4)) {
      work(room, chunk, room);
      if (!own(team, chunk, number)) continue;
      commit(room, chunk);
    } else {
      own(team, chunk, number);
      work(room, chunk, room);
    }
    atomic.add<i32>(team + DONE, 1);
    if (atomic.load<i32>(team + LEADER_ASLEEP) == number) atomic.notify(team + DONE, 1);
  }
  return number;
}

/** Whether the chunk's result is the caller's to give: it is the first to say so in this job or a later one. */
// @ts-ignore: decorator
@inline
function own(team: usize, chunk: i32, number: i32): bool {
  const word = team + OWNED + ((<usize>chunk) << 2);
  const last = atomic.load<i32>(word);
  return last - number < 0 && atomic.cmpxchg<i32>(word, last, number) == last;
}
