/** A noise schedule as a chart for terminals, readable without colour. */
import { plot } from 'simple-ascii-chart';

const [WIDTH, HEIGHT] = [64, 12];
const QUARTERS = [0, 0.25, 0.5, 0.75, 1];

/** @param curve [t, log-SNR] */
export function scheduleChart(curve: readonly (readonly [number, number])[]): string {
  return plot(
    curve.map(([t, logSnr]) => [t, logSnr]),
    {
      width: WIDTH,
      height: HEIGHT,
      title: 'log-SNR, over the time from data (0) to noise (1)',
      customXAxisTicks: QUARTERS,
      formatter: (value, { axis }) => (axis === 'y' ? (Math.round(10 * value) / 10 || 0).toFixed(1) : String(value)),
    },
  )
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
    .trim();
}
