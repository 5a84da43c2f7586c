import { Ajv2020 } from 'ajv/dist/2020.js';
import t from 'tap';
import { DEFAULT_DRIVER, DRIVERS, driverOf, driversFor } from '../../devices/drivers.ts';
import { KINDS, kindOf } from '../../devices/kinds.ts';
import { THING_KEYS } from '../../src/config/schema.ts';

t.test('every kind can be simulated, and that is what it is without a driver', (t) => {
  t.equal(DEFAULT_DRIVER, 'simulated');
  for (const kind of KINDS) t.ok(driversFor(kind.name).includes(driverOf('simulated')!), kind.name);
  t.equal(driverOf('smoke-signals'), undefined);
  t.end();
});

t.test('names are there once, and kinds that drivers name exist', (t) => {
  const names = DRIVERS.map((driver) => driver.name);
  t.equal(new Set(names).size, names.length);
  for (const driver of DRIVERS)
    if (driver.kinds !== 'every') for (const kind of driver.kinds) t.ok(kindOf(kind), `${driver.name}: ${kind}`);
  t.end();
});

t.test('keys of a driver are valid schemas and stand beside those of the kind without a clash', (t) => {
  const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
  for (const kind of KINDS) {
    const taken = new Set([...THING_KEYS, ...Object.keys(kind.options)]);
    for (const driver of driversFor(kind.name)) {
      const { properties, required = [] } = driver.options(kind.name);
      for (const key of Object.keys(properties)) t.notOk(taken.has(key), `${kind.name}, ${driver.name}: ${key}`);
      for (const key of required) t.ok(Object.hasOwn(properties, key), `${driver.name} requires its own ${key}`);
      t.ok(ajv.compile({ type: 'object', properties, required }));
    }
  }
  t.end();
});
