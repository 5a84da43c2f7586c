import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type * as Ajv from 'ajv/dist/2020.js';
import t from 'tap';
import { parse } from 'yaml';
import { schemaText } from '../../src/cli/schema.ts';
import { DEMO_YAML } from '../../src/config/demo.ts';
import { published } from '../../src/config/published.ts';
import { CONFIG_SCHEMA } from '../../src/config/schema.ts';

t.test('the committed schema is the one that the program prints', async (t) => {
  const file = fileURLToPath(new URL('../../../docs/tokonoma.schema.json', import.meta.url));
  t.equal(readFileSync(file, 'utf8'), schemaText(), 'tokonoma schema > docs/tokonoma.schema.json');
});

t.test('written with its repeated parts once, it says the same', async (t) => {
  const { Ajv2020 } = createRequire(import.meta.url)('ajv/dist/2020.js') as typeof Ajv;
  const options = { strict: false, discriminator: true, allowUnionTypes: true } as const;
  const [whole, short] = [CONFIG_SCHEMA, published(CONFIG_SCHEMA)].map((schema) =>
    new Ajv2020(options).compile(schema),
  );
  const lamp = { name: 'l', kind: 'light', driver: 'mqtt', topics: { state: { set: 'a/b' } } };
  const table: [object, boolean][] = [
    [parse(DEMO_YAML) as object, true],
    [{ version: 1, things: [lamp] }, true],
    [{ version: 1, things: [{ ...lamp, topics: { state: { set: 'a/#' } } }] }, false],
    [{ version: 1, things: [{ ...lamp, driver: 'tasmota' }] }, false],
    [{ version: 2 }, false],
  ];
  for (const [value, valid] of table) {
    t.equal(whole!(value), valid, JSON.stringify(value).slice(0, 100));
    t.equal(short!(value), valid, 'as published');
  }
  t.ok(JSON.stringify(published(CONFIG_SCHEMA)).length < JSON.stringify(CONFIG_SCHEMA).length / 3);
});
