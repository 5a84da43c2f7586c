/** A small chart of the last minutes, drawn by uPlot. The value of now stands beside it as text. */
import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import { useThemeChanges } from '../theme.tsx';
import type { History } from './history.ts';

type ColumnName = Exclude<keyof History, 'time' | 'add'>;

export interface Line {
  readonly label: string;
  readonly column: ColumnName;
  /** Name of a colour of styles/tokens.css. */
  readonly color: string;
  readonly isFilled?: boolean;
}

interface ChartProps {
  readonly history: History;
  readonly lines: readonly Line[];
  readonly isEmpty?: boolean;
  /** Said instead while there is nothing to draw. */
  readonly empty?: string;
}

const HEIGHT = 84;
/** A chart begins with this much time, and grows to what the history keeps. */
const LEAST_SECONDS = 60;

export function Chart({ history, lines, isEmpty = false, empty = '' }: ChartProps): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const themes = useThemeChanges();

  // A canvas has its colours from when it was made.
  useEffect(() => {
    const element = host.current;
    if (element === null || isEmpty) return;
    const made = new uPlot(optionsOf(element, lines), dataOf(history, lines), element);
    plot.current = made;
    const observer = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.destroy();
      plot.current = null;
    };
  }, [history, lines, isEmpty, themes]);

  const last = history.time.at(-1);
  useEffect(() => {
    plot.current?.setData(dataOf(history, lines));
  }, [history, lines, last]);

  if (isEmpty) return <p class="empty chart">{empty}</p>;
  return (
    <>
      <div class="chart" ref={host} aria-hidden="true" />
      {lines.length > 1 && (
        <ul class="legend">
          {lines.map(({ label, color }) => (
            <li key={label}>
              <span class="key" style={{ background: `var(${color})` }} />
              {label}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

function dataOf(history: History, lines: readonly Line[]): uPlot.AlignedData {
  return [history.time, ...lines.map(({ column }) => history[column])];
}

function optionsOf(element: HTMLElement, lines: readonly Line[]): uPlot.Options {
  const style = getComputedStyle(element);
  const color = (name: string): string => style.getPropertyValue(name).trim();
  const axis = { stroke: color('--muted'), font: `11px ${style.fontFamily}`, ticks: { show: false } };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    padding: [6, 4, 0, 0],
    scales: {
      x: { time: true, range: (_plot, min, max) => [Math.min(min, max - LEAST_SECONDS), max] },
      y: { range: (_plot, _min, max) => [0, Math.max(1, max * 1.15)] },
    },
    axes: [
      { ...axis, size: 20, space: 70, grid: { show: false } },
      { ...axis, size: 36, space: 24, grid: { stroke: color('--line'), width: 1 } },
    ],
    series: [
      {},
      ...lines.map(({ label, color: name, isFilled = false }) => ({
        label,
        stroke: color(name),
        width: 1.5,
        ...(isFilled ? { fill: `${color(name)}26` } : {}),
        paths: uPlot.paths.stepped!({ align: 1 }),
        points: { show: false },
      })),
    ],
  };
}
