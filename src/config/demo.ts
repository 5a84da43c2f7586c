/**
 * The demo's configuration, which is also the commented example. It is text in a module, because a package holds
 * compiled code and no loose files.
 */
export const DEMO_YAML = `# tokonoma.yaml: what lives in this home. An unknown key is an error that names the nearest known one.
version: 1

node:
  name: demo # topics begin with tokonoma/demo

# Without url, a broker is embedded: any MQTT 3.1.1 or 5 client on this machine can join.
# mqtt:
#   url: mqtts://broker.example:8883
#   username: tokonoma
#   password_env: MQTT_PASSWORD # the password itself stays in the environment

# model: bonsai-1.7b # a GGUF file, a name, or auto (the largest that fits); default: the embedded seedling
# memory: 512MiB # what the whole process may have; or auto
# data: /var/lib/tokonoma

# Kinds: light, plug, fan, thermostat, cover, lock, speaker, timer, alarm, robot; see \`tokonoma devices\`.
# A thing is a name and a kind; its id (and topic) is made from the name: tokonoma/demo/kitchen-light.
things:
  - name: kitchen light
    kind: light
    area: kitchen

  - name: living room lamp
    kind: light
    area: living room
    kelvin: true # warm to cool white

  - name: bedroom light
    kind: light
    area: bedroom

  - name: desk lamp
    kind: light
    area: office
    color: true
    kelvin: { min: 2200, max: 6500 }

  - name: coffee machine
    kind: plug
    area: kitchen
    synonyms: [coffee maker]
    safe: off # it heats: off after a stop

  - name: fan
    kind: fan
    area: bedroom
    synonyms: [bedroom fan]

  - name: thermostat
    kind: thermostat
    area: living room
    min: 5
    max: 30
    temperature: 20.5

  - name: living room blinds
    kind: cover
    type: blind
    area: living room
    synonyms: [blinds]
    travel_s: 10

  - name: garage door
    kind: cover
    type: garage
    area: garage
    travel_s: 12

  - name: front door
    kind: lock
    area: hallway

  - name: kitchen speaker
    kind: speaker
    area: kitchen

  - name: timer
    kind: timer

  - name: alarm
    kind: alarm

  - name: robot
    kind: robot
    synonyms: [rover]
    max_distance: 10 # metres of one drive
    bounds: [[-10, -8], [10, 8]] # south-west and north-east corner, metres
    start: [0, 0]
    places: # metres east and north of the middle of the house
      dock: [0, 0]
      kitchen: [4, 3]
      living room: [-3, 2]
      bedroom: [-5, -4]
      bathroom: [2, -5]
      office: [6, -3]
      hallway: [0, -2]
      garage: [8, 5]
      front door: [0, -6]
      table: [4.5, 1.5]
      sofa: [-4, 3]
    objects: # where each is at first
      red ball: living room
      ball: living room
      cup: table
      red cup: table
      mug: kitchen
      bottle: kitchen
      apple: table
      book: sofa
      keys: front door
      newspaper: front door
      box: garage
      towel: bathroom

# Readings arrive at tokonoma/demo/sensor/<name>, or at the topic given here; initial is what a simulated one reads.
sensors:
  - name: temperature/kitchen
    kind: temperature
    area: kitchen
    unit: °C
    initial: 21.5

  - name: temperature/outside
    kind: temperature
    area: outside
    unit: °C
    initial: 12

  - name: humidity/bathroom
    kind: humidity
    area: bathroom
    unit: "%"
    initial: 55

  - name: brightness/porch
    kind: brightness
    area: porch
    unit: lx
    initial: 300

  - name: contact/garage
    kind: contact
    area: garage
    initial: closed

  - name: battery/robot
    kind: battery
    device: robot # its reading is the robot's own state
    path: battery
    unit: "%"
    initial: 100
`;
