/**
 * The automaton's structure: nodes joined by edges that carry one byte, one control token, or nothing. Where an
 * argument's value stands, a node is a slot: the value is read by values.ts and the graph goes on at `slotNext`.
 */

/** Edge labels: 0..255 a byte; from here on control tokens, see `tokenLabel`. */
export const FIRST_TOKEN = 256;

/** Label of a control token; `opens`: taking it begins another call. */
export function tokenLabel(id: number, opens: boolean): number {
  return FIRST_TOKEN + 2 * id + (opens ? 1 : 0);
}

/** A plan's structure. Edges of node n are [edgeStart[n], edgeStart[n + 1]), its empty ones likewise. */
export interface Graph {
  readonly nodes: number;
  readonly edgeStart: Int32Array;
  readonly labels: Int32Array;
  readonly targets: Int32Array;
  readonly emptyStart: Int32Array;
  readonly emptyTargets: Int32Array;
  /** (nodes) slot of the node, -1: none. */
  readonly slotOf: Int32Array;
  /** Per slot: what its value may be (values.ts), and the node after it. */
  readonly slotProfile: Int32Array;
  readonly slotNext: Int32Array;
  /** Where a plan begins, where a call has ended, the same when no further call may follow, the accepted end. */
  readonly start: number;
  readonly between: number;
  readonly full: number;
  readonly end: number;
}

interface Edge {
  readonly from: number;
  readonly label: number;
  readonly to: number;
}

export class GraphBuilder {
  #nodes = 0;
  readonly #edges: Edge[] = [];
  readonly #empties: Edge[] = [];
  readonly #slots: { node: number; profile: number; next: number }[] = [];

  node(): number {
    return this.#nodes++;
  }

  byte(from: number, byte: number, to: number): void {
    this.#edges.push({ from, label: byte, to });
  }

  token(from: number, id: number, to: number, opens = false): void {
    this.#edges.push({ from, label: tokenLabel(id, opens), to });
  }

  empty(from: number, to: number): void {
    this.#empties.push({ from, label: -1, to });
  }

  /** A chain of the text's bytes; its last edge leads to `to`. */
  literal(from: number, text: string, to = this.node()): number {
    const bytes = new TextEncoder().encode(text);
    let at = from;
    bytes.forEach((byte, i) => {
      const next = i === bytes.length - 1 ? to : this.node();
      this.byte(at, byte, next);
      at = next;
    });
    return to;
  }

  /** A value between two nodes. */
  value(from: number, profile: number, to: number): void {
    const node = this.node();
    this.empty(from, node);
    this.#slots.push({ node, profile, next: to });
  }

  build(points: Pick<Graph, 'start' | 'between' | 'full' | 'end'>): Graph {
    const edges = byNode(this.#nodes, this.#edges);
    const empties = byNode(this.#nodes, this.#empties);
    const slotOf = new Int32Array(this.#nodes).fill(-1);
    this.#slots.forEach(({ node }, slot) => (slotOf[node] = slot));
    return {
      nodes: this.#nodes,
      edgeStart: edges.start,
      labels: edges.labels,
      targets: edges.targets,
      emptyStart: empties.start,
      emptyTargets: empties.targets,
      slotOf,
      slotProfile: Int32Array.from(this.#slots, ({ profile }) => profile),
      slotNext: Int32Array.from(this.#slots, ({ next }) => next),
      ...points,
    };
  }
}

/** Edges in the order of the nodes they leave, and per node where its own begin. */
function byNode(nodes: number, edges: readonly Edge[]): { start: Int32Array; labels: Int32Array; targets: Int32Array } {
  const start = new Int32Array(nodes + 1);
  for (const { from } of edges) start[from + 1]!++;
  for (let n = 0; n < nodes; n++) start[n + 1]! += start[n]!;
  const next = start.slice();
  const labels = new Int32Array(edges.length);
  const targets = new Int32Array(edges.length);
  for (const { from, label, to } of edges) {
    const at = next[from]!++;
    labels[at] = label;
    targets[at] = to;
  }
  return { start, labels, targets };
}
