/** A home with a sensor of every kind. */
export const RULES_YAML = `
version: 1
node: { name: lab }
things:
  - { name: kitchen light, kind: light, area: kitchen }
  - { name: porch light, kind: light, area: porch }
  - { name: hall light, kind: light, area: hall }
  - { name: heater, kind: plug, area: kitchen }
  - { name: fan, kind: fan, area: bedroom }
  - { name: coffee machine, kind: plug, area: kitchen }
  - { name: garage door, kind: cover, type: garage, area: garage }
  - { name: living room blinds, kind: cover, type: blind, area: living room }
  - { name: front door, kind: lock, area: hall }
  - { name: timer, kind: timer }
  - { name: alarm, kind: alarm }
  - { name: robot, kind: robot }
sensors:
  - { name: temperature/kitchen, kind: temperature, area: kitchen, unit: °C }
  - { name: temperature/outside, kind: temperature, area: outside, unit: °C }
  - { name: humidity/bathroom, kind: humidity, area: bathroom, unit: "%" }
  - { name: brightness/porch, kind: brightness, area: porch, unit: lx }
  - { name: contact/kitchen-window, kind: contact, area: kitchen }
  - { name: motion/hall, kind: motion, area: hall }
  - { name: smoke/kitchen, kind: smoke, area: kitchen }
  - { name: button/door, kind: button }
  - { name: switch/desk, kind: switch }
  - { name: battery/robot, kind: battery, device: robot, path: battery, unit: "%" }
`;
