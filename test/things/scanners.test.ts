/** What documented announcements become. */
import t from 'tap';
import type { Found } from '../../src/things/found.ts';
import { MemoryBus } from '../support/memory-bus.ts';
import { TASMOTA_PLUG, TASMOTA_SENSORS, ZIGBEE_DEVICES } from '../support/announcements.ts';
import { brief, search } from './support.ts';

t.test('zigbee2mqtt: a lamp, a sensor, a switch of two, a radiator, a lock; no coordinator', async (t) => {
  const found = await search([['zigbee2mqtt/bridge/devices', ZIGBEE_DEVICES]]);
  const by = new Map(found.map((device) => [device.name, device]));
  t.strictSame([...by.keys()].sort(), [
    'Smart wall switch 0004',
    'front door',
    'hall lamp',
    'porch sensor',
    'radiator',
  ]);
  t.strictSame(by.get('hall lamp'), {
    id: 'zigbee2mqtt-0x00158d0001aa0002',
    source: 'zigbee2mqtt',
    name: 'hall lamp',
    model: 'IKEA LED1624G9',
    things: [
      {
        name: 'hall lamp',
        kind: 'light',
        color: true,
        // 153 and 500 mired are 6536 and 2000 K, inwards.
        kelvin: { min: 2000, max: 6500 },
        driver: 'zigbee2mqtt',
        topic: 'zigbee2mqtt/hall lamp',
        ask: ['state'],
      },
    ],
    sensors: [],
    notes: [],
  });
  t.strictSame(by.get('porch sensor')!.sensors, [
    { kind: 'temperature', topic: 'zigbee2mqtt/porch_sensor', path: 'temperature', unit: '°C' },
    { kind: 'humidity', topic: 'zigbee2mqtt/porch_sensor', path: 'humidity', unit: '%' },
    { kind: 'battery', topic: 'zigbee2mqtt/porch_sensor', path: 'battery', unit: '%' },
  ]);
  t.match(by.get('Smart wall switch 0004')!.things, [
    { name: 'Smart wall switch 0004 left', kind: 'plug', attributes: { state: 'state_left' }, ask: ['state_left'] },
    { name: 'Smart wall switch 0004 right', kind: 'plug', attributes: { state: 'state_right' } },
  ]);
  t.match(by.get('radiator')!.things, [
    {
      kind: 'thermostat',
      min: 5,
      max: 35,
      modes: ['heat', 'auto', 'off'],
      attributes: { target_temperature: 'current_heating_setpoint' },
    },
  ]);
  t.match(by.get('front door')!.things, [{ kind: 'lock', attributes: { state: { set: 'state', get: 'lock_state' } } }]);
});

t.test('zigbee2mqtt: covers and fans; what is disabled or unknown', async (t) => {
  const feature = (name: string, rest: object = {}): object => ({ name, property: name, access: 7, ...rest });
  const device = (n: number, friendly_name: string, exposes: object[], rest: object = {}): object => ({
    ieee_address: `0x00158d0001bb000${n}`,
    type: 'Router',
    friendly_name,
    definition: { model: 'M', vendor: 'V', description: 'D', exposes },
    ...rest,
  });
  const found = await search([
    [
      'z2m/bridge/devices',
      [
        device(1, 'blind', [{ type: 'cover', features: [feature('state'), feature('position')] }]),
        device(2, 'shade', [{ type: 'cover', features: [feature('state')] }]),
        device(3, 'fan', [
          { type: 'fan', features: [feature('mode', { values: ['off', 'low', 'medium', 'high', 'on', 'auto'] })] },
        ]),
        device(4, 'asleep', [{ type: 'switch', features: [feature('state')] }], { disabled: true }),
        device(5, 'strange', [], { definition: null }),
        device(6, 'read only', [{ type: 'switch', features: [feature('state', { access: 1 })] }]),
      ],
    ],
  ]);
  const by = new Map(found.map((one) => [one.name, one]));
  t.match(by.get('blind')!.things, [{ kind: 'cover', topic: 'z2m/blind', position: undefined }]);
  t.match(by.get('shade')!.things, [{ kind: 'cover', position: false }]);
  t.match(by.get('fan')!.things, [{ kind: 'fan', levels: 3, speeds: ['low', 'medium', 'high'] }]);
  t.equal(by.has('asleep'), false);
  t.match(by.get('strange'), { things: [], notes: ['zigbee2mqtt does not know this model'] });
  t.strictSame(by.get('read only')!.things, []);
});

const PLUG = 'tasmota/discovery/DC4F22A1B2C3';

t.test('Tasmota: a plug with a thermometer', async (t) => {
  const found = await search([
    [`${PLUG}/config`, TASMOTA_PLUG],
    [`${PLUG}/sensors`, TASMOTA_SENSORS],
  ]);
  t.strictSame(found, [
    {
      id: 'tasmota-dc4f22a1b2c3',
      source: 'tasmota',
      name: 'Coffee Machine',
      model: 'Sonoff S20',
      things: [{ name: 'Coffee Machine', kind: 'plug', driver: 'tasmota', topic: 'tasmota_A1B2C3' }],
      sensors: [
        { kind: 'temperature', topic: 'tele/tasmota_A1B2C3/SENSOR', path: 'AM2301.Temperature', unit: '°C' },
        { kind: 'humidity', topic: 'tele/tasmota_A1B2C3/SENSOR', path: 'AM2301.Humidity', unit: '%' },
      ],
      notes: [],
    },
  ]);
});

t.test('Tasmota: what hangs on its relays, and topics of its own', async (t) => {
  const things = async (config: object): Promise<Found['things']> =>
    (await search([[`${PLUG}/config`, { ...TASMOTA_PLUG, ...config }]]))[0]!.things;
  t.match(await things({ rl: [1, 1, 0], fn: ['Left', 'Right'] }), [
    { name: 'Left', kind: 'plug', relay: undefined },
    { name: 'Right', kind: 'plug', relay: 2 },
  ]);
  t.match(await things({ rl: [1, 1], fn: [null, null] }), [{ name: 'Coffee Machine 1' }, { name: 'Coffee Machine 2' }]);
  t.match(await things({ rl: [2], lt_st: 5, lk: 1 }), [
    { kind: 'light', color: true, kelvin: { min: 2000, max: 6500 }, dimmer: undefined },
  ]);
  t.match(await things({ rl: [2, 2], lt_st: 5, lk: 0 }), [
    { kind: 'light', color: true, dimmer: 1 },
    { kind: 'light', kelvin: {}, color: undefined, dimmer: 2 },
  ]);
  t.match(await things({ rl: [2], lt_st: 1, so: { '68': 1 } }), [], 'channels of their own are a note');
  t.match(await things({ rl: [1], so: { '30': 1 } }), [{ kind: 'light', brightness: false }]);
  t.match(await things({ rl: [3, 3, 3, 3], sho: [0, 1] }), [
    { kind: 'cover', type: 'shutter', shutter: undefined, inverted: undefined },
    { kind: 'cover', type: 'shutter', shutter: 2, inverted: true },
  ]);
  t.match(await things({ rl: [1, 1, 1, 1], if: 1 }), [{ kind: 'fan', levels: 3 }, { kind: 'light' }]);
  t.match(
    await things({
      ft: 'home/%hostname%/%prefix%',
      tp: ['do', 'is', 'says'],
      state: ['AUS', 'AN'],
      ofln: 'weg',
      onln: 'da',
    }),
    [
      {
        full_topic: 'home/tasmota-A1B2C3-0707/%prefix%',
        prefixes: ['do', 'is', 'says'],
        states: ['AUS', 'AN'],
        lwt: ['weg', 'da'],
      },
    ],
  );
});

t.test('Shelly: asked by RPC, and only what was asked is heard', async (t) => {
  const bus = new MemoryBus();
  bus.subscribe('shellyplus2pm-0123456789ab/rpc', (_topic, payload) => {
    const { id, src, method } = JSON.parse(Buffer.from(payload).toString()) as Record<string, unknown>;
    t.equal(method, 'Shelly.GetConfig');
    const result = {
      sys: { device: { name: 'Kitchen' } },
      'switch:0': { id: 0, name: 'Worktop' },
      'switch:1': { id: 1, name: null },
      'temperature:100': { id: 100 },
      wifi: {},
    };
    bus.deliver(`${String(src)}/rpc`, { id, src: 'shellyplus2pm-0123456789ab', dst: src, result });
    bus.deliver(`${String(src)}/rpc`, { id, src: 'shellypro1-ffffffffffff', result: { 'switch:0': {} } });
  });
  const found = await search(
    [
      ['shellyplus2pm-0123456789ab/online', 'true'],
      ['shellypro1-00000000000a/online', 'false'],
      ['something/online', 'true'],
    ],
    bus,
  );
  t.strictSame(found, [
    {
      id: 'shelly-shellyplus2pm-0123456789ab',
      source: 'shelly',
      name: 'Kitchen',
      model: 'shellyplus2pm',
      things: [
        { name: 'Worktop', kind: 'plug', driver: 'shelly', topic: 'shellyplus2pm-0123456789ab' },
        {
          name: 'Kitchen 2',
          kind: 'plug',
          driver: 'shelly',
          topic: 'shellyplus2pm-0123456789ab',
          component: 'switch:1',
        },
      ],
      sensors: [
        { kind: 'temperature', path: 'tC', unit: '°C', topic: 'shellyplus2pm-0123456789ab/status/temperature:100' },
      ],
      notes: [],
    },
  ]);
  t.equal(bus.published.length, 1, 'nobody else is asked');
});

t.test('Homie 5: kinds are known by datatype, unit and what the property is called', async (t) => {
  const settable = { settable: true, retained: true };
  const lamp = {
    power: { datatype: 'boolean', ...settable },
    brightness: { datatype: 'integer', unit: '%', format: '0:254', ...settable },
    color: { datatype: 'color', format: 'rgb', ...settable },
  };
  const heating = {
    'target-temperature': { datatype: 'float', unit: '°C', format: '5:28:0.5', ...settable },
    'current-temperature': { datatype: 'float', unit: '°C' },
  };
  const found = await search([
    [
      'homie/5/hallway/$description',
      {
        homie: '5.0',
        version: 1,
        name: 'Hallway',
        nodes: {
          lamp: { name: 'Lamp', properties: lamp },
          heating: { name: 'Heating', properties: heating },
          blind: { properties: { move: { datatype: 'enum', format: 'up,down,stop', ...settable } } },
          climate: { properties: { humidity: { datatype: 'float', unit: '%' } } },
        },
      },
    ],
    ['homie/5/old/$description', { homie: '4.0', nodes: { a: { properties: lamp } } }],
  ]);
  t.equal(found.length, 1);
  t.strictSame(found[0]!.things, [
    {
      name: 'Hallway Lamp',
      kind: 'light',
      color: true,
      properties: {
        state: 'lamp/power',
        brightness: { property: 'lamp/brightness', range: [0, 254] },
        color: { property: 'lamp/color', format: 'rgb' },
      },
      driver: 'homie',
      topic: 'homie/5/hallway',
    },
    {
      name: 'Hallway Heating',
      kind: 'thermostat',
      min: 5,
      max: 28,
      properties: {
        target_temperature: 'heating/target-temperature',
        current_temperature: { property: 'heating/current-temperature', settable: false },
      },
      driver: 'homie',
      topic: 'homie/5/hallway',
    },
    {
      name: 'Hallway blind',
      kind: 'cover',
      position: false,
      properties: { state: { property: 'blind/move', values: { OPEN: 'up', CLOSED: 'down', STOPPED: 'stop' } } },
      driver: 'homie',
      topic: 'homie/5/hallway',
    },
  ]);
  t.strictSame(found[0]!.sensors, [{ kind: 'humidity', topic: 'homie/5/hallway/climate/humidity', unit: '%' }]);
});

t.test('Home Assistant: one component per message, with abbreviations and a base topic', async (t) => {
  const device = { ids: ['bed1'], name: 'Bedroom', mf: 'ACME', mdl: 'Two', sa: 'Upstairs' };
  const found = await search([
    [
      'homeassistant/light/bed1/lamp/config',
      {
        '~': 'bed/lamp',
        name: 'Lamp',
        cmd_t: '~/set',
        stat_t: '~/state',
        bri_cmd_t: '~/bri/set',
        bri_stat_t: '~/bri',
        bri_scl: 100,
        avty_t: '~/avail',
        pl_avail: 'up',
        pl_not_avail: 'down',
        dev: device,
      },
    ],
    [
      'homeassistant/sensor/bed1/t/config',
      { dev_cla: 'temperature', stat_t: 'bed/t', val_tpl: "{{ value_json['in'].t }}", unit_of_meas: '°C', dev: device },
    ],
    [
      'homeassistant/binary_sensor/bed1/w/config',
      { dev_cla: 'window', stat_t: 'bed/w', pl_on: 'closed', pl_off: 'open', dev: device },
    ],
    ['homeassistant/switch/bed1/led/config', { cmd_t: 'bed/led', ent_cat: 'config', dev: device }],
  ]);
  t.equal(found.length, 1);
  t.match(found[0], { id: 'homeassistant-bed1', name: 'Bedroom', area: 'Upstairs', model: 'ACME Two' });
  t.strictSame(found[0]!.things, [
    {
      name: 'Bedroom Lamp',
      driver: 'mqtt',
      kind: 'light',
      topics: {
        state: { set: 'bed/lamp/set', get: 'bed/lamp/state' },
        brightness: { set: 'bed/lamp/bri/set', get: 'bed/lamp/bri', range: [0, 100] },
      },
      availability: { topic: 'bed/lamp/avail', online: 'up', offline: 'down' },
      // It is there already: Home Assistant is not told of it a second time.
      homeassistant: false,
    },
  ]);
  t.strictSame(found[0]!.sensors, [
    { kind: 'temperature', topic: 'bed/t', path: 'in.t', unit: '°C', homeassistant: false },
    { kind: 'contact', topic: 'bed/w', invert: true, homeassistant: false },
  ]);
});

t.test('Home Assistant: a device with its components in one message', async (t) => {
  const [device] = await search([
    [
      'homeassistant/device/gate7/config',
      {
        dev: { ids: 'gate7', name: 'Drive' },
        o: { name: 'esphome' },
        avty: [{ t: 'gate/online' }],
        cmps: {
          gate: { p: 'cover', name: 'Gate', dev_cla: 'gate', cmd_t: 'gate/set', stat_t: 'gate/state' },
          door: { p: 'lock', name: 'Door', cmd_t: 'door/set', stat_t: 'door/state' },
          heat: {
            p: 'climate',
            name: 'Heater',
            temp_cmd_t: 'heat/set',
            temp_stat_t: 'heat',
            min_temp: 10,
            max_temp: 25,
            modes: ['heat', 'off', 'dry'],
            mode_cmd_t: 'heat/mode/set',
          },
          fan: { p: 'fan', name: 'Fan', cmd_t: 'fan/set', pct_cmd_t: 'fan/pct', spd_rng_max: 4 },
          json: {
            p: 'light',
            schema: 'json',
            name: 'Lamp',
            cmd_t: 'l/set',
            stat_t: 'l',
            sup_clrm: ['rgb', 'color_temp'],
          },
          leak: { p: 'binary_sensor', dev_cla: 'moisture', stat_t: 'gate/leak' },
          talk: { p: 'siren', cmd_t: 'x' },
        },
      },
    ],
  ]);
  t.strictSame(brief(device!), [
    'cover Drive Gate',
    'lock Drive Door',
    'thermostat Drive Heater',
    'fan Drive Fan',
    'light Drive Lamp',
    'leak gate/leak',
  ]);
  t.match(device!.things, [
    { type: 'gate', position: false, availability: { topic: 'gate/online', online: 'online', offline: 'offline' } },
    { topics: { state: { values: { LOCKED: 'LOCK', UNLOCKED: 'UNLOCK' }, reads: { LOCKED: 'LOCKED' } } } },
    { min: 10, max: 25, modes: ['heat', 'off'] },
    { topics: { speed: { set: 'fan/pct', range: [0, 4] } }, answers: 'never' },
    {
      color: true,
      kelvin: {},
      topics: {
        state: { set: 'l/set', key: 'state', get: 'l', path: 'state' },
        brightness: { key: 'brightness', range: [0, 255] },
        color: { key: 'color', format: 'rgb' },
        color_temp: { key: 'color_temp', unit: 'mired' },
      },
    },
  ]);
});

t.test('what zigbee2mqtt tells Home Assistant too is found once, and we do not find ourselves', async (t) => {
  const topic = 'zigbee2mqtt/hall lamp';
  const found = await search([
    [
      'homeassistant/light/0x1/light/config',
      { schema: 'json', cmd_t: `${topic}/set`, stat_t: topic, name: 'hall lamp' },
    ],
    ['zigbee2mqtt/bridge/devices', ZIGBEE_DEVICES.slice(1, 2)],
    ['homeassistant/switch/mine/config', { cmd_t: 'tokonoma/home/pump/set', name: 'pump', o: { name: 'tokonoma' } }],
  ]);
  t.strictSame(
    found.map(({ id }) => id),
    ['zigbee2mqtt-0x00158d0001aa0002'],
  );
});
