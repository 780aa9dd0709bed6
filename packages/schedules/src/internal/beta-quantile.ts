/**
 * The beta distribution's quantiles: the inverse in `x` of the regularised incomplete beta function
 *
 *     I_x(a, b) = ∫₀ˣ s^(a−1)(1 − s)^(b−1) ds / B(a, b)
 *
 * by its continued fraction (Abramowitz & Stegun 26.5.8) and Newton's method on `ln I`, kept between bounds.
 */
import { invalid } from './invalid.js';

/** Refuses (`shape-out-of-range`) shapes for which the quantile would lose digits or time. */
export function betaShapes(shapes: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(shapes))
    if (!(value >= 0.01 && value <= 1000))
      throw invalid('shape-out-of-range', `\`${name}\` must lie from 0.01 to 1000, got ${value}`);
}

/** `x` with `I_x(a, b) = p`, for `p` from 0 to 1. */
export function betaQuantile(p: number, a: number, b: number): number {
  if (p <= 0) return 0;
  if (p >= 1) return 1;
  const scale = logBeta(a, b);
  const middle = lower(0.5, a, b, scale);
  // The half of [0, 1] in which x lies is measured from its own end, where x may be tiny.
  return p <= middle ? root(p, a, b, scale) : 1 - root(1 - p, b, a, scale);
}

/** `x` in (0, ½] with `I_x(a, b) = p`, in the coordinate `u = ln x`. */
function root(p: number, a: number, b: number, scale: number): number {
  let [low, high] = [-Infinity, Math.log(0.5)];
  let u = Math.min(high, (Math.log(p * a) + scale) / a); // the leading term, x^a/(a·B)
  for (let i = 0; i < 200; i++) {
    const x = Math.exp(u);
    if (x === 0) return 0; // below the smallest number
    const value = lower(x, a, b, scale);
    if (value > p) high = u;
    else low = u;
    // d ln I/du = x^a(1 − x)^(b−1)/(B·I)
    const slope = Math.exp(a * u + (b - 1) * Math.log1p(-x) - scale) / value;
    const next = u - Math.log(value / p) / slope;
    const inside = next > low && next < high;
    const moved = inside ? next : low === -Infinity ? u - 1 : (low + high) / 2;
    if (Math.abs(moved - u) <= 1e-15 * Math.max(1, Math.abs(u))) return Math.exp(moved);
    u = moved;
  }
  return Math.exp(u);
}

/** `I_x(a, b)` for `x` in (0, 1), whose continued fraction converges fast below the mean, so that beyond it `1 − I` is summed. */
function lower(x: number, a: number, b: number, scale: number): number {
  if (x > (a + 1) / (a + b + 2)) return 1 - lower(1 - x, b, a, scale);
  return Math.exp(a * Math.log(x) + b * Math.log1p(-x) - scale) / (a * fraction(x, a, b));
}

/** The continued fraction `1 + d₁/(1 + d₂/(1 + …))`, from its end, which is far out for large shapes. */
function fraction(x: number, a: number, b: number): number {
  let tail = 1;
  for (let m = 60 + Math.ceil(4 * Math.sqrt(a + b)); m > 0; m--) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m - 1) * (a + b + m - 1) * x) / ((a + 2 * m - 2) * (a + 2 * m - 1));
    tail = 1 + odd / (1 + even / tail);
  }
  return tail;
}

/** `ln B(a, b)`. */
function logBeta(a: number, b: number): number {
  return logGamma(a) + logGamma(b) - logGamma(a + b);
}

/** `ln Γ(x)` for `x > 0`: Stirling's series beyond 12, and the recurrence up to it. */
function logGamma(x: number): number {
  let [z, product] = [x, 1];
  for (; z < 12; z++) product *= z;
  const inverse = 1 / (z * z);
  const series = (1 / 12 - inverse * (1 / 360 - inverse * (1 / 1260 - inverse * (1 / 1680 - inverse / 1188)))) / z;
  return (z - 0.5) * Math.log(z) - z + Math.log(2 * Math.PI) / 2 + series - Math.log(product);
}
