/** What the page knows: messages in, a view out, bounded in everything. */
import t from 'tap';
import type { Response } from '../../src/agent/types.ts';
import { applied, viewOf, withEntry, type View } from '../../src/dashboard/feed/view.ts';
import type { FeedMessage, StateMessage } from '../../src/server/feed/messages.ts';
import { feedHome } from '../support/feed-home.ts';

const SITE = 'this tab';

function response(id: string, text = 'light on'): Response {
  const timing = { queue_ms: 0, prefill_ms: 0, decode_ms: 0, tokens_in: 0, tokens_out: 0, forced: 0 };
  return { id, text, outcome: 'executed', plan: [], actions: [], model: 'none', path: 'fast', timing };
}

const { page } = await feedHome(t);
const state = (await page()).messages[0] as StateMessage;

const outcome = (id: string, site = SITE, at = 1000): FeedMessage => ({
  type: 'outcome',
  response: response(id),
  at,
  source: 'http',
  site,
});

function view(...messages: readonly FeedMessage[]): View {
  return messages.reduce<View>(
    (before, message) => applied(before, message, SITE, 5),
    viewOf(state, SITE, undefined, 1),
  );
}

t.test('a change touches what it is of, and nothing else', async (t) => {
  const before = view();
  const after = applied(before, { type: 'thing', id: 'desk-lamp', state: { state: 'ON' }, online: false }, SITE, 9);
  t.match(
    after.things.find(({ description }) => description.id === 'desk-lamp'),
    { state: { state: 'ON' }, online: false },
  );
  t.equal(after.things[0], before.things[0], 'what has not changed is the same object');
  t.equal(after.heardAt, 9);
  t.equal(applied(before, { type: 'armed', armed: false }, SITE, 9).armed, false);
  const sensor = { name: 'humidity/cellar', kind: 'humidity', value: 70, stale: false };
  const more = applied(before, { type: 'sensor', sensor }, SITE, 9);
  t.equal(more.sensors.length, before.sensors.length + 1);
  t.equal(
    applied(more, { type: 'sensor', sensor: { ...sensor, value: 71 } }, SITE, 9).sensors.length,
    more.sensors.length,
  );
});

t.test('what this page said gets its outcome where it stands', async (t) => {
  const said = { id: '1', text: 'light on', at: 500, mine: true, source: 'http' } as const;
  const waiting = { ...view(), entries: withEntry(view().entries, said) };
  const done = applied(applied(waiting, outcome('other', 'elsewhere'), SITE, 9), outcome('1'), SITE, 9);
  t.match(done.entries, [
    { id: '1', at: 500, mine: true, response: { outcome: 'executed' } },
    { id: 'other', mine: false },
  ]);
});

t.test('control without words is called by the thing', async (t) => {
  const { description } = state.things[0]!;
  const told = (text: string) => ({ response: response('1', text), at: 2000, source: 'http' }) as const;
  const said = (text: string) => applied(view(), { type: 'outcome', ...told(text) }, SITE, 9).entries.at(-1)!.text;
  const title = description.title.charAt(0).toUpperCase() + description.title.slice(1);
  t.equal(said(`${description.id}/set`), `${title}, by hand`);
  t.equal(said('nothing-here/set'), 'nothing-here/set');
  const again = viewOf({ ...state, outcomes: [told(`${description.id}/set`)] }, SITE, undefined, 3000);
  t.equal(again.entries[0]!.text, `${title}, by hand`, 'also after a reload');
});

t.test('after a connection that was lost: what was told meanwhile, and what nobody knows', async (t) => {
  const said = { id: 'gone', text: 'light on', at: 500, mine: true, source: 'http', lost: 'nobody knows' } as const;
  const before = { ...view(outcome('1')), link: 'lost' as const, entries: withEntry(view(outcome('1')).entries, said) };
  const told = { response: response('2'), at: 2000, source: 'mqtt' } as const;
  const again = viewOf({ ...state, outcomes: [told] }, SITE, before, 3000);
  t.equal(again.link, 'live');
  t.same(
    again.entries.map(({ id }) => id),
    ['gone', '1', '2'],
  );
});

t.test('the trail of a robot: its way, not its trembling, and not for ever', async (t) => {
  const at = (x: number, y = 0): FeedMessage => ({ type: 'thing', id: 'robot', state: { x, y }, online: true });
  t.same(view(at(0.01), at(0.5), at(1)).trails['robot'], [
    [0, 0],
    [0.5, 0],
    [1, 0],
  ]);
  t.same(view(at(1), at(9)).trails['robot'], [[9, 0]], 'a leap is a new beginning');
  t.same(view({ type: 'thing', id: 'robot', state: { x: null, y: null }, online: true }).trails['robot'], [[0, 0]]);
  const long = view(...Array.from({ length: 1000 }, (_, i) => at(i / 4)));
  t.ok(long.trails['robot']!.length <= 240);
  t.same(long.trails['robot']!.at(-1), [249.75, 0]);
});

t.test('however much is said, the last of it is kept', async (t) => {
  const many = view(...Array.from({ length: 500 }, (_, i) => outcome(String(i))));
  t.ok(many.entries.length <= 60);
  t.equal(many.entries.at(-1)!.id, '499');
});
