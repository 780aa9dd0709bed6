/** The live line of a command that draws samples. */
import { drawsBars, progressBar } from './bar.js';

const PATIENCE = 2000; // milliseconds

/** A bar, on a terminal only, of work that takes longer than a person waits without asking; it is gone when it stops. */
export interface SamplingLine {
  /** @param share of all the work, from 0 to 1 */
  update(share: number): void;
  stop(): void;
}

/** The line for so many samples. */
export function samplingLine(count: number): SamplingLine {
  if (!drawsBars()) return { update() {}, stop() {} };
  const begun = performance.now();
  const bar = progressBar({
    format: `{bar} {percentage} % of ${count} samples  {left} left`,
    barsize: 30,
    clearOnComplete: true,
    gracefulExit: false,
  });
  return {
    update(share) {
      const spent = performance.now() - begun;
      if (spent < PATIENCE) return;
      const left = `${Math.round((spent * (1 - share)) / share / 1000)} s`;
      if (!bar.isActive) bar.start(1, share, { left });
      bar.update(share, { left });
    },
    stop: () => bar.stop(),
  };
}
