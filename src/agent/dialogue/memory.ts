/** What is kept of a command once it was done. */
import type { Deed, Memory } from './context.ts';
import type { Intent, Item } from '../turn/prepare.ts';
import type { Ending } from '../turn/response.ts';

/** The acts of a plan with the states that their things have now: to be asked before anything is done. */
export function deedsOf(items: readonly Item[]): Deed[] {
  return items.flatMap((item) =>
    item.kind !== 'steps'
      ? []
      : item.steps.map(({ thing, action, args }) => ({ thing, action, args, before: { ...thing.driver.state() } })),
  );
}

/** Undefined when nothing came of it: what was spoken of before is then still what is spoken of. */
export function memoryOf(
  intent: Intent,
  items: readonly Item[],
  deeds: readonly Deed[],
  { actions = [] }: Ending,
): Memory | undefined {
  const executed = actions.filter(({ outcome }) => outcome === 'executed');
  if (executed.length === 0) return undefined;
  const done = deeds.filter(({ thing, action }) =>
    executed.some((act) => act.device === thing.description.id && act.action === action),
  );
  const chosen = new Map<number, readonly string[]>();
  for (const [at, item] of items.entries()) {
    if (item.kind === 'steps') chosen.set(at, [...new Set(item.steps.map(({ thing }) => thing.description.id))]);
  }
  const args = intent.plan.map((call) => call.args);
  const isMoved = (action: string): boolean => action.startsWith('robot.');
  const things = items.some(({ kind }) => kind === 'steps')
    ? done.filter(({ action }) => !isMoved(action)).map(({ thing }) => thing.description.id)
    : executed.map(({ device }) => device);
  const areas = new Set(
    done.flatMap(({ thing, action }) => (isMoved(action) ? [] : (thing.description['tk:area'] ?? []))),
  );
  const place = last(args, 'place') ?? last(args, 'area') ?? (areas.size === 1 ? [...areas][0] : undefined);
  return {
    intent: { plan: intent.plan, text: intent.text, chosen },
    deeds: done,
    things: [...new Set(things)],
    place,
    object: last(args, 'object'),
  };
}

function last(args: readonly Readonly<Record<string, unknown>>[], name: string): string | undefined {
  const value = args.findLast((one) => typeof one[name] === 'string')?.[name];
  return typeof value === 'string' ? value : undefined;
}
