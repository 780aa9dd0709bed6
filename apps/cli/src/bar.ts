/** Progress bars, on terminals that can draw a line again. */
import { type Options, Presets, SingleBar } from 'cli-progress';

/** Whether standard error is such a terminal. */
export function drawsBars(): boolean {
  return process.stderr.isTTY && process.env.TERM !== 'dumb';
}

/** A bar without a cursor, which comes back whatever ends the process. */
export function progressBar(options: Options): SingleBar {
  const bar = new SingleBar({ ...options, hideCursor: true }, Presets.shades_classic);
  process.once('exit', () => bar.stop());
  return bar;
}
