/** The live line of a training run. */
import { drawsBars, progressBar } from './bar.js';

/** What the line shows after a step. */
export interface ProgressLine {
  update(step: number, loss: number, examplesPerSecond: number): void;
  /** Ends the line. */
  stop(): void;
}

const WORDS = 68; // columns that step, loss, speed and time left take at most
const LEAST = 5; // columns of a bar

const two = (value: number): string => String(Math.floor(value % 60)).padStart(2, '0');
const clock = (seconds: number): string =>
  seconds < 3600
    ? `${Math.floor(seconds / 60)}:${two(seconds)}`
    : `${Math.floor(seconds / 3600)}:${two(seconds / 60)}:${two(seconds)}`;

/** What the bar shows on a terminal of so many columns, without breaking its line. */
export function barOptions(columns: number): { readonly format: string; readonly barsize: number } {
  const words = '{value}/{total}  loss {loss}';
  const barsize = Math.min(40, columns - WORDS);
  if (barsize < LEAST) return { format: `${words}  {left} left`, barsize: 0 };
  return { format: `{bar} step ${words}  {rate} examples/s  {left} left`, barsize };
}

/**
 * A progress bar with step, loss, examples/s and time left on a terminal; elsewhere a plain line every tenth of the way.
 * @param from steps done already, of a resumed run
 */
export function progressLine(steps: number, from: number, batch: number): ProgressLine {
  const left = (step: number, examplesPerSecond: number) => clock(((steps - step) * batch) / examplesPerSecond);
  if (!drawsBars()) {
    let next = from;
    return {
      update(step, loss, examplesPerSecond) {
        if (step < next && step < steps) return;
        next = step + steps / 10;
        process.stderr.write(
          `step ${step}/${steps}  loss ${loss.toFixed(4)}  ${examplesPerSecond.toFixed(0)} examples/s  ${left(step, examplesPerSecond)} left\n`,
        );
      },
      stop() {},
    };
  }
  const bar = progressBar(barOptions(process.stderr.columns));
  bar.start(steps, from, { loss: '–', rate: '–', left: '–' });
  return {
    update: (step, loss, rate) => bar.update(step, { loss: loss.toFixed(4), rate: rate.toFixed(0), left: left(step, rate) }),
    stop: () => bar.stop(),
  };
}
