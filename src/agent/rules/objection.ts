/** Why a rule cannot do what it says with what is declared. */
import { listed } from '../grounding/words.ts';
import type { Compiler } from './compile.ts';
import { comparisons } from './condition.ts';
import type { Rule } from './rules.ts';
import type { Signals } from './signals.ts';

/** Undefined: it can. What may still announce itself is waited for. */
export function objectionTo(rule: Rule, signals: Signals, compiler: Compiler): string | undefined {
  const missing = comparisons(rule.condition)
    .map(({ signal }) => signal)
    .filter((signal) => !signals.mayCome(signal));
  if (missing.length > 0) return `${listed([...new Set(missing)])}: nothing of this name is declared any more`;
  const compiled = compiler.settle({ ...rule.intent, chosen: new Map(rule.intent.chosen) }, rule.then, rule.site);
  return 'problem' in compiled ? compiled.problem.reason : undefined;
}
