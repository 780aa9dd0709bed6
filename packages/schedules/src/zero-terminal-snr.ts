/**
 * Zero terminal SNR: `√ᾱ` is shifted to end at 0 and scaled to keep its first value, so that the last step is pure noise and
 * sampling from `N(0, I)` starts where training ended. Lin et al. 2023 (arXiv 2305.08891), algorithm 1. Only networks
 * that predict x0, v or the flow velocity can sample from there: an ε network has nothing to divide by.
 */
import { invalid } from './internal/invalid.js';

/**
 * The table of betas rescaled to end in pure noise; its last entry is 1.
 * @param betas each in (0, 1), least noisy first, at least two
 * @throws RangeError (`betas-empty`) for fewer than two entries
 */
export function zeroTerminalSnr(betas: readonly number[]): number[] {
  if (betas.length < 2) throw invalid('betas-empty', `\`betas\` must have at least two entries, got ${betas.length}`);
  let product = 1;
  const roots = betas.map((beta) => {
    product *= 1 - beta;
    return Math.sqrt(product);
  });
  const [first, last] = [roots[0] ?? 1, roots.at(-1) ?? 0];
  const alphaBars = roots.map((root) => (((root - last) * first) / (first - last)) ** 2);
  return alphaBars.map((alphaBar, i) => 1 - alphaBar / (alphaBars[i - 1] ?? 1));
}
