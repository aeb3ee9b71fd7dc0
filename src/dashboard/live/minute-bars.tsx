import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import styles from './minute-bars.module.css';

/** Names of the stylesheet's tones. */
export type Tone = 'green' | 'red' | 'amber' | 'blue' | 'violet' | 'gray';

export interface BarSeries {
  name: string;
  tone: Tone;
  /** One for each time. */
  counts: readonly number[];
}

interface MinuteBarsProps {
  /** What is shown, in words, for who cannot see it. */
  label: string;
  /** In milliseconds since 1970, a minute apart. */
  times: readonly number[];
  /** The first stands at the bottom. */
  series: readonly BarSeries[];
}

const HEIGHT = 180;

/** One bar a minute, of parts that stand on each other, above a clock in the viewer's time zone. */
export function MinuteBars({ label, times, series }: MinuteBarsProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(null);
  const scheme = useComputedColorScheme();
  const data = stacked(times, series);
  const latest = useRef(data);
  latest.current = data;
  const shape = series.map(({ name, tone }) => `${tone} ${name}`).join('\n');

  // Colours are drawn, not styled: another scheme or other parts are another chart.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `shape` says what of `series` it needs
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const options = optionsOf(element, [...series].reverse());
    const made = new uPlot(options, latest.current, element);
    chart.current = made;
    const resized = new ResizeObserver(() =>
      made.setSize({ width: element.clientWidth, height: HEIGHT }),
    );
    resized.observe(element);
    return () => {
      resized.disconnect();
      made.destroy();
    };
  }, [shape, scheme]);

  useEffect(() => chart.current?.setData(data), [data]);
  return <div ref={place} className={styles.chart} role="img" aria-label={label} />;
}

/** uPlot draws from zero: the highest pile first, what stands below in front of it. */
function stacked(times: readonly number[], series: readonly BarSeries[]): uPlot.AlignedData {
  const piles: number[][] = [];
  for (const { counts } of series) {
    const below = piles.at(-1);
    piles.push(counts.map((count, index) => count + (below?.[index] ?? 0)));
  }
  return [times.map((time) => time / 1_000), ...piles.reverse()];
}

function optionsOf(element: HTMLElement, series: readonly BarSeries[]): uPlot.Options {
  const colours = getComputedStyle(element);
  const colour = (name: string) => colours.getPropertyValue(name).trim();
  const axis = {
    stroke: colour('--muted'),
    font: `11px ${colours.fontFamily}`,
    ticks: { stroke: colour('--line'), size: 4, width: 1 },
  };
  const bars = uPlot.paths.bars?.({ size: [0.8, 24] });
  return {
    width: element.clientWidth,
    height: HEIGHT,
    cursor: { show: false },
    legend: { show: false },
    // Half a minute at both ends, so that the first and the last bar are whole.
    scales: {
      x: { range: (_chart, min, max) => [min - 30, max + 30] },
      y: { range: (_chart, _min, max) => [0, Math.max(1, max)] },
    },
    axes: [
      { ...axis, size: 28, grid: { show: false }, values: clock },
      {
        ...axis,
        size: 40,
        grid: { stroke: colour('--line'), width: 1 },
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000],
      },
    ],
    series: [
      {},
      ...series.map(({ name, tone }) => ({
        label: name,
        paths: bars,
        width: 0,
        fill: colour(`--tone-${tone}-text`),
        points: { show: false },
      })),
    ],
  };
}

const CLOCK = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
});

const clock = (_chart: uPlot, splits: number[]) =>
  splits.map((seconds) => CLOCK.format(seconds * 1_000));
