/** What an evaluation says, made of its judged lines: scores, confidence, what would be done, for each set and for all. */
import { calibrationError, equalMassBins, riskCoverage, type Bin, type RiskPoint } from './calibration.ts';
import { round4, Scorer, type Score, type Verdict } from './score.ts';

/** One line that says what was expected of it, and what became of it. */
export interface Judged {
  readonly verdict: Verdict;
  /** 0..1; undefined of predictions that come without, such as a rule parser's. */
  readonly confidence?: number | undefined;
  /** Something would be done. */
  readonly acts: boolean;
  /** And not below the threshold: it is neither a question nor a stop (src/agent/reading/understanding.ts). */
  readonly mustBeSure: boolean;
  /** Read as no command at all. */
  readonly isNone: boolean;
  /** The line is a command: what is not understood here is dropped. Else out of scope. */
  readonly isCommand: boolean;
}

/** How well those that are no commands are told from those that are; shares, null of nothing. */
export interface NonePrecision {
  readonly out_of_scope: number;
  /** Of lines out of scope: an action would follow. */
  readonly acted: number | null;
  readonly commands: number;
  /** Of commands: read as none. */
  readonly dropped: number | null;
}

export interface ConfidenceReport {
  /** The model file carries a calibration; else confidence only orders plans. */
  readonly calibrated: boolean;
  /** Expected calibration error of being strictly right, over bins of equal mass. */
  readonly ece: number;
  readonly bins: readonly Omit<Bin, 'weight'>[];
  readonly aurc: number;
  readonly curve: readonly RiskPoint[];
}

/** What happens at a threshold; shares of all lines but where said otherwise. */
export interface ThresholdReport {
  readonly threshold: number;
  /** Would have acted, and is asked about instead. */
  readonly asked: number;
  readonly acted: number;
  /** Acts, and not as expected. */
  readonly wrong: number;
  /** Of what acts. */
  readonly error: number | null;
  readonly out_of_scope_acted: number | null;
}

export interface SetReport extends Score {
  readonly none: NonePrecision;
  readonly confidence: ConfidenceReport | null;
  /** Null where there is no threshold. */
  readonly at_threshold: ThresholdReport | null;
}

/** Mean over sets, each counting the same. */
export interface MacroReport {
  readonly sets: number;
  readonly valid: number;
  readonly action: number;
  readonly strict: number;
  readonly lenient: number;
}

export interface ReportOptions {
  readonly calibrated?: boolean;
  readonly threshold?: number | undefined;
}

export function reportOf(lines: readonly Judged[], options: ReportOptions = {}): SetReport {
  const scorer = new Scorer();
  for (const { verdict } of lines) scorer.count(verdict);
  const { threshold } = options;
  return {
    ...scorer.score,
    none: nonePrecision(lines),
    confidence: confidenceReport(lines, options.calibrated === true),
    at_threshold: threshold === undefined || lines.length === 0 ? null : atThreshold(lines, threshold),
  };
}

export function macroOf(sets: readonly Score[]): MacroReport {
  const mean = (of: (score: Score) => number): number =>
    round4(sets.reduce((sum, score) => sum + of(score), 0) / Math.max(1, sets.length));
  return {
    sets: sets.length,
    valid: mean((s) => s.valid),
    action: mean((s) => s.action),
    strict: mean((s) => s.strict),
    lenient: mean((s) => s.lenient),
  };
}

function nonePrecision(lines: readonly Judged[]): NonePrecision {
  const commands = lines.filter((line) => line.isCommand);
  const outOfScope = lines.filter((line) => !line.isCommand);
  return {
    out_of_scope: outOfScope.length,
    acted: shareOf(outOfScope, (line) => line.acts),
    commands: commands.length,
    dropped: shareOf(commands, (line) => line.isNone),
  };
}

function confidenceReport(lines: readonly Judged[], calibrated: boolean): ConfidenceReport | null {
  const sure = lines.flatMap(({ confidence, verdict }) =>
    confidence === undefined ? [] : [{ confidence, right: verdict.strict }],
  );
  if (sure.length === 0) return null;
  const bins = equalMassBins(sure);
  const { aurc, curve } = riskCoverage(sure);
  return {
    calibrated,
    ece: round4(calibrationError(bins)),
    bins: bins.map(({ n, confidence, right }) => rounded({ n, confidence, right })),
    aurc: round4(aurc),
    curve: curve.map(rounded),
  };
}

function atThreshold(lines: readonly Judged[], threshold: number): ThresholdReport {
  const isDone = ({ acts, mustBeSure, confidence }: Judged): boolean =>
    acts && (!mustBeSure || (confidence ?? 1) >= threshold);
  const acting = lines.filter(isDone);
  const asked = lines.filter((line) => line.acts && !isDone(line));
  const isWrong = (line: Judged): boolean => !line.verdict.strict;
  return {
    threshold: round4(threshold),
    asked: round4(asked.length / lines.length),
    acted: round4(acting.length / lines.length),
    wrong: round4(acting.filter(isWrong).length / lines.length),
    error: shareOf(acting, isWrong),
    out_of_scope_acted: shareOf(
      lines.filter((line) => !line.isCommand),
      isDone,
    ),
  };
}

function shareOf(lines: readonly Judged[], test: (line: Judged) => boolean): number | null {
  return lines.length === 0 ? null : round4(lines.filter(test).length / lines.length);
}

function rounded<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, round4(value as number)])) as T;
}
