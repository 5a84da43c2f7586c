import t from 'tap';
import { parseCommand } from '../../src/agent/inbox/command.ts';

const at = { receivedAt: 1000 };

t.test('text and JSON', async (t) => {
  t.match(parseCommand('  lights on ', at), {
    command: { text: 'lights on', receivedAt: 1000, id: /^[0-9a-f-]{36}$/ },
  });
  t.strictSame(parseCommand('{"text":"lights on","id":"a","ttl_s":1.5,"site":"hall"}', at), {
    command: { id: 'a', text: 'lights on', receivedAt: 1000, expiresAt: 2500, site: 'hall' },
  });
  t.match(parseCommand('[not json]', at), { command: { text: '[not json]' } });
});

t.test('what the packet says counts too', async (t) => {
  const arrival = { ...at, id: 'packet', expiresAt: 1800, reply: { topic: 'me' } };
  t.match(parseCommand('x', arrival), { command: { id: 'packet', expiresAt: 1800, reply: { topic: 'me' } } });
  t.match(parseCommand('{"text":"x","id":"own","ttl_s":5}', arrival), { command: { id: 'own', expiresAt: 1800 } });
  t.match(parseCommand('{"text":"x","ttl_s":0.5}', arrival), { command: { expiresAt: 1500 } }, 'the shorter one');
  t.match(parseCommand('{"text":"x","ttl_s":5,"expires_at":1200}', arrival), { command: { expiresAt: 1200 } });
});

t.test('a refusal keeps id and reply address, and quotes little', async (t) => {
  const refused = parseCommand(`{"text":"${'y'.repeat(5000)}","id":"long"}`, { ...at, reply: { topic: 'me' } });
  t.match(refused, { refused: { code: 'too-large', command: { id: 'long', reply: { topic: 'me' } } } });
  t.equal('refused' in refused && refused.refused.command.text.length, 200);
});
