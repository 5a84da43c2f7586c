/** What devices announce, in the shapes that their projects document; names, addresses and models are made up. */

const STATE = { type: 'binary', name: 'state', property: 'state', value_on: 'ON', value_off: 'OFF', access: 7 };

/** `zigbee2mqtt/bridge/devices` (guide/usage/mqtt_topics_and_messages.html, exposes.html). */
export const ZIGBEE_DEVICES = [
  { ieee_address: '0x00124b0001aa0001', type: 'Coordinator', friendly_name: 'Coordinator', definition: null },
  {
    ieee_address: '0x00158d0001aa0002',
    type: 'Router',
    friendly_name: 'hall lamp',
    disabled: false,
    definition: {
      model: 'LED1624G9',
      vendor: 'IKEA',
      description: 'TRADFRI bulb E14/E26/E27 600 lumen, dimmable, color, opal white',
      exposes: [
        {
          type: 'light',
          features: [
            STATE,
            { type: 'numeric', name: 'brightness', property: 'brightness', value_min: 0, value_max: 254, access: 7 },
            { type: 'numeric', name: 'color_temp', property: 'color_temp', value_min: 153, value_max: 500, access: 7 },
            {
              type: 'composite',
              name: 'color_xy',
              property: 'color',
              access: 7,
              features: [
                { type: 'numeric', name: 'x', property: 'x', access: 7 },
                { type: 'numeric', name: 'y', property: 'y', access: 7 },
              ],
            },
          ],
        },
        { type: 'numeric', name: 'linkquality', property: 'linkquality', unit: 'lqi', access: 1 },
      ],
    },
  },
  {
    ieee_address: '0x00158d0001aa0003',
    type: 'EndDevice',
    friendly_name: 'porch_sensor',
    disabled: false,
    definition: {
      model: 'WSDCGQ11LM',
      vendor: 'Aqara',
      description: 'Temperature and humidity sensor',
      exposes: [
        { type: 'numeric', name: 'temperature', property: 'temperature', unit: '°C', access: 1 },
        { type: 'numeric', name: 'humidity', property: 'humidity', unit: '%', access: 1 },
        { type: 'numeric', name: 'battery', property: 'battery', unit: '%', value_min: 0, value_max: 100, access: 1 },
      ],
    },
  },
  {
    ieee_address: '0x00158d0001aa0004',
    type: 'Router',
    friendly_name: '0x00158d0001aa0004',
    disabled: false,
    definition: {
      model: 'QBKG12LM',
      vendor: 'Aqara',
      description: 'Smart wall switch',
      exposes: ['left', 'right'].map((endpoint) => ({
        type: 'switch',
        endpoint,
        features: [{ ...STATE, property: `state_${endpoint}`, endpoint }],
      })),
    },
  },
  {
    ieee_address: '0x00158d0001aa0005',
    type: 'EndDevice',
    friendly_name: 'radiator',
    disabled: false,
    definition: {
      model: 'TS0601',
      vendor: 'Tuya',
      description: 'Thermostatic radiator valve',
      exposes: [
        {
          type: 'climate',
          features: [
            {
              type: 'numeric',
              name: 'current_heating_setpoint',
              property: 'current_heating_setpoint',
              unit: '°C',
              value_min: 5,
              value_max: 35,
              value_step: 0.5,
              access: 3,
            },
            { type: 'numeric', name: 'local_temperature', property: 'local_temperature', unit: '°C', access: 1 },
            { type: 'enum', name: 'system_mode', property: 'system_mode', values: ['auto', 'heat', 'off'], access: 3 },
          ],
        },
      ],
    },
  },
  {
    ieee_address: '0x00158d0001aa0006',
    type: 'EndDevice',
    friendly_name: 'front door',
    disabled: false,
    definition: {
      model: 'DL-1',
      vendor: 'Example',
      description: 'Door lock',
      exposes: [
        {
          type: 'lock',
          features: [
            { type: 'binary', name: 'state', property: 'state', value_on: 'LOCK', value_off: 'UNLOCK', access: 7 },
            {
              type: 'enum',
              name: 'lock_state',
              property: 'lock_state',
              values: ['not_fully_locked', 'locked', 'unlocked'],
              access: 1,
            },
          ],
        },
      ],
    },
  },
];

/** `tasmota/discovery/<mac>/config` of a plug (tasmota/tasmota_xdrv_driver/xdrv_12_discovery.ino). */
export const TASMOTA_PLUG = {
  ip: '192.168.1.50',
  dn: 'Coffee Machine',
  fn: ['Coffee Machine', null, null, null, null, null, null, null],
  hn: 'tasmota-A1B2C3-0707',
  mac: 'DC4F22A1B2C3',
  md: 'Sonoff S20',
  ty: 0,
  if: 0,
  ofln: 'Offline',
  onln: 'Online',
  state: ['OFF', 'ON', 'TOGGLE', 'HOLD'],
  sw: '13.4.0',
  t: 'tasmota_A1B2C3',
  ft: '%prefix%/%topic%/',
  tp: ['cmnd', 'stat', 'tele'],
  rl: [1, 0, 0, 0, 0, 0, 0, 0],
  swc: [-1, -1, -1, -1, -1, -1, -1, -1],
  swn: [null, null, null, null, null, null, null, null],
  btn: [0, 0, 0, 0, 0, 0, 0, 0],
  so: { '4': 0, '11': 0, '13': 0, '17': 0, '20': 0, '30': 0, '68': 0, '73': 0, '82': 0, '114': 0, '117': 0 },
  lk: 0,
  lt_st: 0,
  bat: 0,
  sho: [],
  ver: 1,
};

/** `tasmota/discovery/<mac>/sensors`. */
export const TASMOTA_SENSORS = {
  sn: { Time: '2026-11-22T22:00:00', AM2301: { Temperature: 19.1, Humidity: 68, DewPoint: 13.1 }, TempUnit: 'C' },
  ver: 1,
};
