/** How it is: what the model needs, what waits, how warm it gets, and where the memory goes. */
import type { JSX } from 'preact';
import type { View } from '../feed/view.ts';
import { duration, milliseconds, number } from '../words.ts';
import { Chart, type Line } from './chart.tsx';
import type { History } from './history.ts';
import { MemoryBar } from './memory-bar.tsx';

export function HealthPanel({ view, history }: { view: View; history: History }): JSX.Element {
  const { health, model } = view;
  const { tokens_per_s, prefill_ms, decode_ms, queue, queue_limit, temperature_c, throttled, outcomes } = health;
  const commands = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
  const isYoung = tokens_per_s === null;
  return (
    <section class="panel health" aria-labelledby="health-title">
      <div class="panel-head">
        <h2 id="health-title">Model and machine</h2>
        <p class="small">
          {model.name}, {number(model.parameters / 1e6)} million parameters · up {duration(health.uptime_s)} ·{' '}
          {commands} {commands === 1 ? 'command' : 'commands'}
        </p>
      </div>
      <div class="charts">
        <Figure title="Generation" value={isYoung ? '–' : `${number(tokens_per_s, 0)} tokens/s`}>
          <Chart history={history} lines={GENERATION} isEmpty={isYoung} empty="No command has gone to the model yet." />
        </Figure>
        <Figure
          title="Understanding"
          value={isYoung ? '–' : `${milliseconds(prefill_ms.last)} + ${milliseconds(decode_ms.last)}`}
        >
          <Chart
            history={history}
            lines={UNDERSTANDING}
            isEmpty={isYoung}
            empty="Prefill and decode time of each command."
          />
        </Figure>
        <Figure title="Queue" value={`${queue} of ${queue_limit}`}>
          <Chart history={history} lines={QUEUE} />
        </Figure>
        <Figure
          title="Temperature"
          value={
            temperature_c === undefined ? '–' : `${number(temperature_c)} °C${throttled === true ? ', throttled' : ''}`
          }
          isBad={throttled === true}
        >
          <Chart
            history={history}
            lines={TEMPERATURE}
            isEmpty={temperature_c === undefined}
            empty="This machine does not tell its temperature."
          />
        </Figure>
      </div>
      {health.memory !== null && <MemoryBar memory={health.memory} used={health.rss_bytes} />}
    </section>
  );
}

const GENERATION: readonly Line[] = [{ label: 'tokens/s', column: 'tokens', color: '--moss', isFilled: true }];
const UNDERSTANDING: readonly Line[] = [
  { label: 'prefill ms', column: 'prefill', color: '--indigo' },
  { label: 'decode ms', column: 'decode', color: '--gold' },
];
const QUEUE: readonly Line[] = [{ label: 'commands', column: 'queue', color: '--moss', isFilled: true }];
const TEMPERATURE: readonly Line[] = [
  { label: '°C', column: 'temperature', color: '--gold' },
  { label: 'throttled', column: 'throttled', color: '--vermilion', isFilled: true },
];

interface FigureProps {
  readonly title: string;
  readonly value: string;
  readonly isBad?: boolean;
  readonly children: JSX.Element;
}

function Figure({ title, value, isBad = false, children }: FigureProps): JSX.Element {
  return (
    <figure>
      <figcaption>
        <span class="label">{title}</span> <strong class={isBad ? 'bad' : ''}>{value}</strong>
      </figcaption>
      {children}
    </figure>
  );
}
