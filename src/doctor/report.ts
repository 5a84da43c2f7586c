/** What a check has found. */
export interface Finding {
  /** Stable kebab-case name of the check: `board`, `gpio`, `broker`. */
  readonly check: string;
  /** `note`: works, but something is left out; `problem`: something that was asked for will not work. */
  readonly status: 'ok' | 'note' | 'problem';
  /** What is there. */
  readonly found: string;
  /** What to do about it; with every problem and most notes. */
  readonly advice?: string;
}

/** The machine as the checks see it, so that tests can put another in its place. */
export interface Machine {
  /** `/`, or the folder that stands for it. */
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `v22.12.0` */
  readonly nodeVersion: string;
  readonly arch: string;
}

export const ok = (check: string, found: string): Finding => ({ check, status: 'ok', found });

export const note = (check: string, found: string, advice?: string): Finding => ({
  check,
  status: 'note',
  found,
  ...(advice === undefined ? {} : { advice }),
});

export const problem = (check: string, found: string, advice: string): Finding => ({
  check,
  status: 'problem',
  found,
  advice,
});
