// What was asked, what was answered, what was done; and the verdict.

/** Not an end: the agent says that it has not taken the command, and to say it again. */
const AGAIN = new Set(['queue-full', 'journal-failed']);
/** Message expiry counts whole seconds; the rest is the way from the last look at the clock to the device. */
const SLACK_MS = 1500;

export class Ledger {
  #commands = new Map();

  add(id, command, at) {
    const deadline = command.ttlS === undefined ? undefined : at + command.ttlS * 1000;
    const entry = { id, ...command, at, deadline, sentAt: 0, said: 0, responses: new Set(), outcome: undefined };
    this.#commands.set(id, entry);
    return entry;
  }

  /** True for an outcome that is not to be asked for again. */
  answer(id, response) {
    const entry = this.#commands.get(id);
    if (entry === undefined || AGAIN.has(response.code)) return false;
    entry.responses.add(JSON.stringify(response));
    entry.outcome ??= response.outcome;
    entry.code ??= response.code;
    return true;
  }

  get open() {
    return [...this.#commands.values()].filter(({ outcome }) => outcome === undefined);
  }

  /** @param acts `{at, act: [thing, args]}` as observe.mjs wrote them */
  verdict(acts, kills) {
    const done = new Map();
    for (const { at, act } of acts) {
      const key = JSON.stringify(act);
      done.set(key, [...(done.get(key) ?? []), at]);
    }
    const all = [...this.#commands.values()];
    const outcomes = {};
    const faults = { duplicated: [], lost: [], stale: [], unacted: [], unasked: [] };
    for (const entry of all) {
      const times = entry.act === undefined ? [] : (done.get(entry.act) ?? []);
      if (entry.act !== undefined) done.delete(entry.act);
      if (entry.outcome === undefined) faults.lost.push(entry.id);
      else outcomes[entry.outcome] = (outcomes[entry.outcome] ?? 0) + 1;
      if (times.length > 1 || entry.responses.size > 1) faults.duplicated.push(entry.id);
      if (entry.deadline !== undefined && times.some((at) => at > entry.deadline + SLACK_MS))
        faults.stale.push(entry.id);
      if (entry.outcome === 'executed' && entry.act !== undefined && times.length === 0) faults.unacted.push(entry.id);
      // Interrupted or broken off, it may have been done; with any other outcome it must not.
      const mayHaveActed = entry.outcome === undefined || entry.outcome === 'executed' || entry.outcome === 'failed';
      if (times.length > 0 && !mayHaveActed) faults.unasked.push(entry.id);
    }
    // Acts that no command asked for.
    faults.unasked.push(...done.keys());
    return {
      result: {
        commands: all.length,
        outcomes,
        kills,
        duplicated: faults.duplicated.length,
        lost: faults.lost.length,
        stale_executed: faults.stale.length,
        executed_share: Math.round(((outcomes.executed ?? 0) / Math.max(1, all.length)) * 1000) / 1000,
        unacted: faults.unacted.length,
        unasked: faults.unasked.length,
      },
      faults,
    };
  }
}
