import t from 'tap';
import { Hearing } from '../../src/agent/reading/hearing.ts';

const hearing = new Hearing([
  ...['kitchen light', 'kitchen', 'light', 'lamp', 'living room lamp', 'living room', 'bedroom light', 'bedroom'],
  ...['desk lamp', 'coffee machine', 'fan', 'garage door', 'front door', 'door', 'lock', 'kitchen speaker', 'table'],
]);

t.test('plain: compounds as declared, and off for of', async (t) => {
  for (const [said, plain] of [
    ['turn on the livingroom lamp', 'turn on the living room lamp'],
    ['turn on the bed room light', 'turn on the bedroom light'],
    ['lock the frontdoor', 'lock the front door'],
    ['turn of the fan', 'turn off the fan'],
    ['go to the kitchen and turn of the fan', 'go to the kitchen and turn off the fan'],
    ['the turn of the century', 'the turn of the century'],
    ['Turn On The LIVING ROOM lamp', 'Turn On The LIVING ROOM lamp'],
  ] as const) {
    t.equal(hearing.plain(said), plain, said);
  }
});

t.test('corrected: the one word each may be a slip of', async (t) => {
  for (const [said, meant] of [
    ['turn on the kitchen lite', 'turn on the kitchen light'],
    ['living rum lamp on', 'living room lamp on'],
    ['swich on the dsk lamp', 'switch on the desk lamp'],
    ['open the garaje door, please', 'open the garage door, please'],
    ['turn off livin room lamp', 'turn off living room lamp'],
    ['turn on the coffe mashine', 'turn on the coffee machine'],
  ] as const) {
    t.equal(hearing.corrected(said), meant, said);
  }
});

t.test('corrected: long texts are not guessed at', async (t) => {
  t.equal(hearing.corrected('lite '.repeat(100)), undefined);
});

t.test('corrected: words that are no slips stay, and nothing becomes an unlock', async (t) => {
  for (const said of [
    'turn on the bathroom light',
    'switch on the dining room lamp',
    'go to the moon',
    'open the gate',
    'unlok the front door',
    'set the table',
    'launch the rocket',
  ]) {
    t.equal(hearing.corrected(said), undefined, said);
  }
});
