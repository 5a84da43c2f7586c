/** What discovery finds: a device, and what of it the configuration could declare. */

/** A thing as it would stand in tokonoma.yaml, without its name being unique yet. */
export type FoundThing = { readonly name: string; readonly kind: string; readonly driver: string } & Record<
  string,
  unknown
>;

/** A sensor as it would stand in tokonoma.yaml; its name is made when it is adopted. */
export type FoundSensor = { readonly kind: string; readonly topic: string; readonly path?: string } & Record<
  string,
  unknown
>;

export interface Found {
  /** What `--adopt` takes: the source and what is unique there. */
  readonly id: string;
  /** Which convention announced it. */
  readonly source: string;
  readonly name: string;
  readonly model?: string | undefined;
  readonly area?: string | undefined;
  readonly things: readonly FoundThing[];
  readonly sensors: readonly FoundSensor[];
  /** What it has and this runtime cannot use, in words. */
  readonly notes: readonly string[];
}

export interface Question {
  readonly topic: string;
  readonly payload: string;
}

/** Listens to what one convention announces. Payloads are foreign: what is not understood is left out. */
export interface Scanner {
  readonly source: string;
  readonly filters: readonly string[];
  /** Bytes of one announcement at most. */
  readonly limit: number;
  /** Takes a message; returns what should be asked because of it. */
  receive(topic: string, json: unknown): readonly Question[];
  found(): Found[];
}
