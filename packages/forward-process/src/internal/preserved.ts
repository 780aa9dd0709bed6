/**
 * `alpha` and `sigma` with squares that sum to one. Each end is a square root near one times a small exponential: nothing is
 * subtracted from one.
 */
export function preserved(logSnr: number): { readonly alpha: number; readonly sigma: number } {
  const ratio = Math.exp(-Math.abs(logSnr) / 2);
  const large = 1 / Math.sqrt(1 + ratio * ratio);
  const small = ratio * large;
  return logSnr > 0 ? { alpha: large, sigma: small } : { alpha: small, sigma: large };
}
