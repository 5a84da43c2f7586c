/** The floor: rooms with the lights that burn in them, and who moves there, where it was and where it is. */
import type { JSX, SVGAttributes } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { COLORS } from '../../../devices/helpers/colors.ts';
import type { Floor } from '../../../devices/thing.ts';
import type { FeedThing } from '../../server/feed/messages.ts';
import type { Store } from '../feed/store.ts';
import type { Point, View } from '../feed/view.ts';
import { useLive } from '../live.ts';
import { capital, number } from '../words.ts';
import {
  ROBOT,
  WALL,
  around,
  besideSpot,
  boxOf,
  inCorner,
  outside,
  placed,
  wallsOf,
  type Box,
  type Label,
} from './labels.ts';
import { roomsOf } from './rooms.ts';

/** Metres around the floor. */
const MARGIN = 0.4;
/** Of a lamp, metres. */
const LAMP = 0.24;

export function FloorPanel({ store, view }: { store: Store; view: View }): JSX.Element {
  const robot = view.things.find(({ description }) => description['tk:floor'] !== undefined);
  const floor = robot?.description['tk:floor'];
  if (robot === undefined || floor === undefined) return <></>;
  const { state, description } = robot;
  const goes = description.actions['robot.goto'] !== undefined;
  return (
    <section class="panel floor" aria-labelledby="floor-title">
      <div class="panel-head">
        <h2 id="floor-title">Floor</h2>
        <p class="small">
          <strong data-robot={String(state['place'] ?? '')}>{capital(description.title)}</strong> {whereabouts(state)}
        </p>
        {typeof state['battery'] === 'number' && <Battery percent={state['battery']} />}
      </div>
      <Plan
        floor={floor}
        view={view}
        robot={robot}
        trail={view.trails[description.id] ?? []}
        {...(goes
          ? { onGo: (place) => void store.set(description.id, { action: 'robot.goto', args: { place } }) }
          : {})}
      />
      {goes && <p class="small hint">Choose a place and it drives there.</p>}
    </section>
  );
}

interface PlanProps {
  readonly floor: Floor;
  readonly view: View;
  readonly robot: FeedThing;
  readonly trail: readonly Point[];
  readonly onGo?: (place: string) => void;
}

function Plan({ floor, view, robot, trail, onGo }: PlanProps): JSX.Element {
  const { things, sensors } = view;
  const rooms = useMemo(
    () =>
      roomsOf(
        floor,
        things.map(({ description }) => description),
        sensors,
      ),
    [floor],
  );
  const [[west, south], [east, north]] = floor.bounds;
  // North is up: y is turned round.
  const at = ([x, y]: Point): Point => [x - west, north - y];
  const [width, height] = [east - west, north - south];
  const spots = Object.entries(floor.places).filter(([name]) => !rooms.some((room) => room.name === name));
  const areas = rooms.map((room) => ({
    name: room.name,
    box: boxOf(room, at),
    lights: things.filter(({ description }) => description['tk:area'] === room.name && isLight(description)),
  }));
  const labels = placed(
    [
      ...areas.map(({ name, box }) => inCorner(name, box, [width / 2, height / 2])),
      ...spots.map(([name, place]) => besideSpot(name, at(place))),
    ],
    [
      ...outside(width, height),
      ...areas.flatMap(({ box, lights }) => [
        ...wallsOf(box),
        ...lights.map((_, i) => around(lampAt(box, i, lights.length), LAMP)),
      ]),
      ...Object.values(floor.places).map((place) => around(at(place), ROBOT)),
    ],
  );
  return (
    <svg
      class="plan"
      viewBox={`${-MARGIN} ${-MARGIN} ${width + 2 * MARGIN} ${height + 2 * MARGIN}`}
      role="group"
      aria-label="Floor plan"
    >
      {areas.map(({ name, box, lights }) => (
        <RoomShape key={name} name={name} box={box} lights={lights} onGo={onGo} />
      ))}
      {spots.map(([name, place]) => (
        <Spot key={name} name={name} at={at(place)} onGo={onGo} />
      ))}
      {trail.length > 1 && <polyline class="trail" points={trail.map((point) => at(point).join(',')).join(' ')} />}
      <Robot robot={robot} at={at} />
      {labels.map((label) => (
        <Name
          key={label.name}
          label={label}
          isStrong={!areas.some(({ name, lights }) => name === label.name && !lights.some(isOn))}
        />
      ))}
    </svg>
  );
}

interface RoomProps {
  readonly name: string;
  readonly box: Box;
  readonly lights: readonly FeedThing[];
  readonly onGo: PlanProps['onGo'];
}

function RoomShape({ name, box: { x, y, width, height }, lights, onGo }: RoomProps): JSX.Element {
  const floor = { x: x + WALL, y: y + WALL, width: width - 2 * WALL, height: height - 2 * WALL, rx: 0.25 };
  const clip = `room-${name.replace(/\W+/g, '-')}`;
  return (
    <g class="room" {...goProps(name, onGo)} data-lit={lights.some(isOn)}>
      <clipPath id={clip}>
        <rect {...floor} />
      </clipPath>
      <rect class="mat" {...floor} />
      {lights.map((light, i) => {
        const [cx, cy] = lampAt({ x, y, width, height }, i, lights.length);
        return (
          <Light
            key={light.description.id}
            light={light}
            x={cx}
            y={cy}
            reach={Math.max(width, height) * 0.7}
            clip={clip}
          />
        );
      })}
    </g>
  );
}

/** The lamps of a room hang in a row. */
function lampAt({ x, y, width, height }: Box, index: number, count: number): Point {
  return [x + (width * (index + 1)) / (count + 1), y + height * 0.5];
}

/** Names lie above everything, so that no way crosses them out; strong where it is bright, and at a spot. */
function Name({ label, isStrong }: { label: Label; isStrong: boolean }): JSX.Element {
  const { name, x, y, width, height, fontSize } = label;
  return (
    <text
      class={isStrong ? 'name strong' : 'name'}
      x={x + width / 2}
      y={y + height * 0.75}
      text-anchor="middle"
      style={{ fontSize: `${fontSize}px` }}
    >
      {name}
    </text>
  );
}

interface LightProps {
  readonly light: FeedThing;
  readonly x: number;
  readonly y: number;
  readonly reach: number;
  readonly clip: string;
}

function Light({ light, x, y, reach, clip }: LightProps): JSX.Element {
  const { id, title } = light.description;
  const [isLit, color] = [isOn(light), colorOf(light)];
  return (
    <g class={isLit ? 'light on' : 'light'} data-light={id}>
      <title>{`${title}: ${isLit ? 'on' : 'off'}`}</title>
      <radialGradient id={`glow-${id}`} style={{ color }}>
        <stop offset="0" stop-color="currentColor" stop-opacity="0.9" />
        <stop offset="0.4" stop-color="currentColor" stop-opacity="0.42" />
        <stop offset="1" stop-color="currentColor" stop-opacity="0.04" />
      </radialGradient>
      <circle
        class="glow"
        clip-path={`url(#${clip})`}
        cx={x}
        cy={y}
        r={reach}
        fill={`url(#glow-${id})`}
        style={{ opacity: isLit ? 0.3 + 0.7 * brightnessOf(light) : 0 }}
      />
      <circle class="lamp" cx={x} cy={y} r={LAMP} style={isLit ? { fill: color } : {}} />
    </g>
  );
}

function Spot({ name, at: [x, y], onGo }: { name: string; at: Point; onGo: PlanProps['onGo'] }): JSX.Element {
  return (
    <g class="spot" {...goProps(name, onGo)}>
      <rect class="reach" {...around([x, y], ROBOT)} rx={0.3} />
      <rect class="mark-of-place" x={x - 0.16} y={y - 0.16} width={0.32} height={0.32} />
    </g>
  );
}

function goProps(place: string, onGo: PlanProps['onGo']): SVGAttributes<SVGGElement> {
  const isLive = useLive();
  if (onGo === undefined || !isLive) return {};
  return {
    role: 'button',
    // SVG knows no other spelling.
    tabindex: 0,
    'aria-label': `Drive to the ${place}`,
    onClick: () => onGo(place),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      onGo(place);
    },
  };
}

function Robot({ robot, at }: { robot: FeedThing; at: (point: Point) => Point }): JSX.Element {
  const { x, y, heading } = robot.state;
  // Without whole turns it would spin the long way round from 350° to 10°.
  const turned = useRef(0);
  if (typeof x !== 'number' || typeof y !== 'number') return <></>;
  const wanted = typeof heading === 'number' ? -heading : 0;
  turned.current += ((((wanted - turned.current) % 360) + 540) % 360) - 180;
  const [left, top] = at([x, y]);
  return (
    <g
      class="robot"
      role="img"
      aria-label={`${robot.description.title} at ${number(x)} m east, ${number(y)} m north`}
      style={{ transform: `translate(${left}px, ${top}px) rotate(${turned.current}deg)` }}
    >
      <circle class="halo" r={ROBOT} />
      <rect class="wheel" x={-0.3} y={-0.55} width={0.6} height={0.2} rx={0.08} />
      <rect class="wheel" x={-0.3} y={0.35} width={0.6} height={0.2} rx={0.08} />
      <circle class="body" r={0.44} />
      <path class="nose" d="M0.1 -0.2 L0.36 0 L0.1 0.2 Z" />
      {robot.state['holding'] !== null && robot.state['holding'] !== undefined && (
        <circle class="held" cx={0.62} cy={0} r={0.16} />
      )}
    </g>
  );
}

function Battery({ percent }: { percent: number }): JSX.Element {
  return (
    <p class={percent < 20 ? 'battery low' : 'battery'}>
      <span class="hidden">Battery </span>
      <span class="cell">
        <span style={{ width: `${percent}%` }} />
      </span>
      {Math.round(percent)}%
    </p>
  );
}

function whereabouts(state: FeedThing['state']): string {
  const { task, place, holding } = state;
  const doing =
    typeof task === 'string' && task !== 'idle' ? task : typeof place === 'string' ? `at the ${place}` : 'standing';
  return typeof holding === 'string' ? `${doing}, with the ${holding}` : doing;
}

const isLight = (description: FeedThing['description']): boolean => description.actions['light.set'] !== undefined;

const isOn = ({ state }: FeedThing): boolean => state['state'] === 'ON';

function brightnessOf({ state: { brightness } }: FeedThing): number {
  return typeof brightness === 'number' ? brightness / 100 : 1;
}

function colorOf({ state: { color } }: FeedThing): string {
  return (typeof color === 'string' && color !== 'white' && COLORS[color]) || 'var(--lit)';
}
