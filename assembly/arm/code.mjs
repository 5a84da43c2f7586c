// Operations put into the order in which an in-order core could issue them, one at a time.
//
// A Cortex-A53 issues in order: an instruction whose operand is not ready holds up all that follow, and V8 emits SIMD
// code in the order of the source. So a kernel is described as what it computes (schedule.mjs), and a list scheduler orders
// its statements for these latencies.
const LATENCY = { load: 5, simd: 4 };
/** Operations ahead of the oldest waiting one that may go before it: more fills more gaps, and takes more registers. */
const WINDOW = 8;
/** A load's address is computed that many operations before it. */
const AHEAD = 4;

/** Operations in the order of their description; each gives a value with a name. */
export class Code {
  ops = [];

  /** @param from names of the operations' values that it waits for */
  op(text, from, { kind = 'simd', name = `r${this.ops.length}` } = {}) {
    this.ops.push({ name, text, from, kind });
    return name;
  }

  load(pointer, offset) {
    return this.op(`${pointer} + ${offset}`, [], { kind: 'load' });
  }

  /** The last operation on a variable that lives on: it gets the result. */
  into(variable, text, from) {
    return this.op(text, from, { name: `=${variable}` });
  }

  /** Statements as they were described. */
  plain() {
    return this.ops.flatMap((op) => [
      ...(op.kind === 'load' ? [`const at_${op.name} = ${op.text};`] : []),
      statement(op),
    ]);
  }

  /** Statements in the order of issue. */
  scheduled() {
    const known = new Set(this.ops.map((op) => op.name));
    const ready = new Map();
    const waiting = [...this.ops];
    const order = [];
    for (let cycle = 0; waiting.length > 0; cycle++) {
      const next = waiting
        .slice(0, WINDOW)
        .findIndex(({ from }) => from.every((name) => !known.has(name) || ready.get(name) <= cycle));
      if (next < 0) continue;
      const [op] = waiting.splice(next, 1);
      ready.set(op.name, cycle + LATENCY[op.kind]);
      order.push(op);
    }
    return order.flatMap((op, i) => [...addressesAt(order, i), statement(op)]);
  }
}

/** Addresses of the loads that come AHEAD operations later. */
function addressesAt(order, i) {
  const soon = i === 0 ? order.slice(0, AHEAD + 1) : order.slice(i + AHEAD, i + AHEAD + 1);
  return soon.filter(({ kind }) => kind === 'load').map(({ name, text }) => `const at_${name} = ${text};`);
}

function statement({ name, text, kind }) {
  if (kind === 'load') return `const ${name} = v128.load(at_${name});`;
  return name.startsWith('=') ? `${name.slice(1)} = ${text};` : `const ${name} = ${text};`;
}
