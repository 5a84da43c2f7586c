import t from 'tap';
import { isSayable } from '../../src/eval/sayable.ts';

t.test('labels that the words of the command can say', async (t) => {
  const light = (args: Record<string, string | number>) => [{ action: 'light.set', args }];
  t.ok(isSayable('Turn off the Kitchen Lights, please', light({ device: 'kitchen light', power: 'off' })));
  t.ok(isSayable('set it to fifty', light({ brightness: 50 })));
  t.ok(isSayable('wake me at seven a.m.', [{ action: 'alarm.do', args: { op: 'set', time: '7 a.m.' } }]));
  t.notOk(isSayable('turn off the garden light', light({ device: 'garden 1', power: 'off' })));
  t.notOk(isSayable('turn on the light in the bedroom', light({ device: 'bedroom light' })), 'no run of words');
  t.notOk(isSayable('turn on the lamp', light({ device: 'amp' })), 'no whole word');
  t.ok(isSayable('hello', [{ action: 'none', args: {} }]));
});
