/** An evaluation as a person reads it in a terminal. */
import type { MacroReport, SetReport } from './report.ts';

/** Of one file, or of all lines of several. */
export interface FileReport extends SetReport {
  /** Milliseconds per command, median and 95th percentile (nearest rank), over all lines; null without any. */
  readonly p50_ms: number | null;
  readonly p95_ms: number | null;
  /** All lines; `n` of them say what was expected. */
  readonly lines: number;
}

export interface EvalReport extends FileReport {
  readonly macro?: MacroReport;
  readonly sets?: readonly (FileReport & { readonly file: string })[];
}

const percent = (share: number | null): string => (share === null ? '-' : `${(100 * share).toFixed(2)} %`);
const ms = (value: number | null): string => (value === null ? '-' : `${value} ms`);

export function evalText(report: EvalReport, model: string): string {
  const { none, confidence, at_threshold: at, macro, sets } = report;
  const lines = [
    `${model}: ${report.lines} commands, ${report.n} with an expected plan`,
    `valid    ${percent(report.valid)}`,
    `action   ${percent(report.action)}`,
    `strict   ${percent(report.strict)}`,
    `lenient  ${percent(report.lenient)}`,
    `p50      ${ms(report.p50_ms)}`,
    `p95      ${ms(report.p95_ms)}`,
  ];
  if (report.n > 0) {
    lines.push(
      `none     ${percent(none.acted)} of ${none.out_of_scope} lines out of scope led to an action, ` +
        `${percent(none.dropped)} of ${none.commands} commands were dropped`,
    );
  }
  if (confidence !== null) {
    const kind = confidence.calibrated ? '' : ' (not calibrated)';
    lines.push(`ece      ${confidence.ece.toFixed(4)}${kind}`, `aurc     ${confidence.aurc.toFixed(4)}`);
    lines.push(...told(confidence.curve).map((p) => `  the surest ${percent(p.coverage)}: ${percent(p.risk)} wrong`));
  }
  if (at !== null) {
    lines.push(
      `at the threshold of ${at.threshold}: ${percent(at.asked)} asked about, ${percent(at.acted)} acted on, ` +
        `${percent(at.wrong)} wrongly (${percent(at.error)} of what acts); ` +
        `${percent(at.out_of_scope_acted)} of lines out of scope led to an action`,
    );
  }
  if (sets !== undefined && macro !== undefined) lines.push('', ...rows(sets, macro));
  return `${lines.join('\n')}\n`;
}

/** Five points of the curve are enough to see it. */
function told<T>(curve: readonly T[]): T[] {
  return curve.filter((_, i) => (i + 1) % Math.max(1, Math.floor(curve.length / 5)) === 0);
}

function rows(sets: NonNullable<EvalReport['sets']>, macro: MacroReport): string[] {
  const name = (file: string): string => file.replace(/^.*[/\\]/, '').replace(/\.jsonl$/, '');
  const width = Math.max('macro'.length, ...sets.map(({ file }) => name(file).length));
  const row = (label: string, cells: readonly string[]): string =>
    [label.padEnd(width), ...cells.map((cell) => cell.padStart(8))].join(' ');
  const shares = (s: Pick<MacroReport, 'valid' | 'action' | 'strict' | 'lenient'>): string[] =>
    [s.valid, s.action, s.strict, s.lenient].map((share) => share.toFixed(4));
  return [
    row('', ['lines', 'valid', 'action', 'strict', 'lenient', 'ece', 'aurc']),
    ...sets.map((set) => {
      const sure =
        set.confidence === null ? ['-', '-'] : [set.confidence.ece.toFixed(4), set.confidence.aurc.toFixed(4)];
      return row(name(set.file), [String(set.n), ...shares(set), ...sure]);
    }),
    row('macro', [String(macro.sets), ...shares(macro)]),
  ];
}
