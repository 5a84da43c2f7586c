/** Frames, byte by byte: however they are cut, and whatever else comes. */
import t from 'tap';
import { codeOf } from '../../../src/errors.ts';
import {
  FrameReader,
  MAX_DATA,
  MAX_LINE,
  MAX_PAYLOAD,
  frameOf,
  type WyomingEvent,
} from '../../../src/server/wyoming/framing.ts';
import { Random } from '../../support/random.ts';

/** Everything that the pieces bring. */
function read(...pieces: (string | Buffer)[]): WyomingEvent[] {
  const reader = new FrameReader();
  return pieces.flatMap((piece) => [...reader.push(Buffer.from(piece as string))]);
}

/** What the pieces are refused with. */
function refusal(...pieces: (string | Buffer)[]): string {
  try {
    read(...pieces);
  } catch (error) {
    return codeOf(error);
  }
  return 'accepted';
}

t.test('a line alone, with data in it, behind it, and both', async (t) => {
  const line = (header: object): string => `${JSON.stringify(header)}\n`;
  t.same(read('{"type":"describe"}\n'), [{ type: 'describe', data: {} }]);
  t.same(read('{ "type" : "ping", "data": {"text":"é"}, "version":"1.9.0" }\n'), [
    { type: 'ping', data: { text: 'é' } },
  ]);
  t.same(read('{"type":"a","data":null,"data_length":null,"payload_length":null}\r\n'), [{ type: 'a', data: {} }]);
  const body = '{"text":"ü","b":2}';
  const header = { type: 'transcript', data: { text: 'old', a: 1 }, data_length: Buffer.byteLength(body) };
  t.same(read(line(header) + body), [{ type: 'transcript', data: { text: 'ü', a: 1, b: 2 } }], 'merged over');
  t.same(read(`${line({ type: 'audio-chunk', payload_length: 4 })}\n\0{x${line({ type: 'b' })}`), [
    { type: 'audio-chunk', data: {} },
    { type: 'b', data: {} },
  ]);
  t.same(read(frameOf({ type: 'handled', data: { text: 'The lamp is on.' } }, '1.9.0')), [
    { type: 'handled', data: { text: 'The lamp is on.' } },
  ]);
  t.equal(
    frameOf({ type: 'pong', data: { text: 'é' } }, '1.9.0').toString(),
    '{"type":"pong","version":"1.9.0","data_length":13}\n{"text":"é"}',
  );
});

t.test('what is no frame is refused', async (t) => {
  for (const bytes of [
    '\n',
    'GET / HTTP/1.1\r\n',
    '{"type":"describe"\n',
    '[]\n',
    'null\n',
    '"describe"\n',
    '{"type":7}\n',
    '{"type":""}\n',
    `{"type":"${'x'.repeat(101)}"}\n`,
    '{"data":{}}\n',
    '{"type":"a","data":[1]}\n',
    '{"type":"a","data":"text"}\n',
    '{"type":"a","data_length":-1}\n',
    '{"type":"a","data_length":1.5}\n',
    '{"type":"a","data_length":"12"}\n',
    '{"type":"a","payload_length":{}}\n',
    '{"type":"a","data_length":2}\n[]',
    '{"type":"a","data_length":4}\nnull',
    '{"type":"a","data_length":3}\n{"a',
    Buffer.from([0x7b, 0xff, 0x7d, 0x0a]),
  ]) {
    t.equal(refusal(bytes), 'bad-frame', JSON.stringify(String(bytes)).slice(0, 60));
  }
});

t.test('what is too large is refused before it has come', async (t) => {
  t.equal(refusal('{'.repeat(MAX_LINE + 1)), 'too-large');
  t.equal(refusal('x'.repeat(MAX_LINE), 'x'), 'too-large');
  t.equal(refusal(`{"type":"a","data_length":${MAX_DATA + 1}}\n`), 'too-large');
  t.equal(refusal(`{"type":"a","payload_length":${MAX_PAYLOAD + 1}}\n`), 'too-large');
  t.equal(refusal(`{"type":"a","data_length":${1e300}}\n`), 'too-large');
  t.equal(
    refusal(`{"type":"a","data_length":${MAX_DATA}}\n`, `"${' '.repeat(MAX_DATA - 2)}"`),
    'bad-frame',
    'just fits',
  );
});

t.test('a name of the prototype is a name', async (t) => {
  const [event] = read('{"type":"a","data":{"__proto__":{"text":"x"}}}\n');
  t.equal(event!.data['text'], undefined);
  t.equal(Object.getPrototypeOf(event!.data), Object.prototype);
});

t.test('events are the same however their bytes are cut', async (t) => {
  const random = new Random(5);
  const below = (most: number): number => random.int(0, most - 1);
  for (let round = 0; round < 300; round++) {
    const events: WyomingEvent[] = [];
    const bytes: Buffer[] = [];
    for (let i = 0; i <= below(6); i++) {
      const event = { type: `type-${below(9)}`, data: below(3) === 0 ? {} : { text: 'ü\n"{'.repeat(below(40)), n: i } };
      events.push(event);
      const payload = Buffer.alloc(below(2) * below(500), below(256));
      const body = Buffer.from(JSON.stringify(event.data));
      const inLine = below(2) === 0;
      const lengths = {
        ...(inLine ? { data: event.data } : { data_length: body.length }),
        payload_length: payload.length,
      };
      bytes.push(
        Buffer.from(`${JSON.stringify({ type: event.type, ...lengths })}\n`),
        ...(inLine ? [] : [body]),
        payload,
      );
    }
    const whole = Buffer.concat(bytes);
    const reader = new FrameReader();
    const got: WyomingEvent[] = [];
    for (let at = 0; at < whole.length;) {
      const next = at + 1 + below(below(3) === 0 ? 3 : 200);
      got.push(...reader.push(whole.subarray(at, next)));
      at = next;
    }
    if (JSON.stringify(got) !== JSON.stringify(events)) t.same(got, events, `round ${round}`);
    if (reader.isWithin) t.fail(`round ${round}: something is left`);
  }
});

t.test('noise never gets further than an error, and holds no more than a frame', async (t) => {
  const random = new Random(6);
  const alphabet = [...'{}[]":,\\ntypedatlgh_0123456789 \n\r\0\xff'];
  for (let round = 0; round < 2000; round++) {
    const reader = new FrameReader();
    try {
      for (let i = 0; i < 20; i++) {
        const noise = Buffer.from(
          Array.from({ length: random.int(1, 200) }, () => random.pick(alphabet)).join(''),
          'latin1',
        );
        for (const { type } of reader.push(noise)) if (type === '') t.fail('an event without a type');
      }
    } catch (error) {
      if (!['bad-frame', 'too-large'].includes(codeOf(error))) t.fail(String(error));
    }
  }
  t.pass('no other error');
});
