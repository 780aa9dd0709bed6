/** The standard normal distribution in float64, with all digits in the lower tail. */

/** `e^(−z²/2)/√(2π)`. */
export function normalDensity(z: number): number {
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}

/** `Φ(z)`. The upper tail is one minus a small number. */
export function normalCdf(z: number): number {
  if (z > 0) return 1 - normalCdf(-z);
  return z > -2 ? 0.5 - normalDensity(z) * series(-z) : normalDensity(z) * mills(-z);
}

/**
 * `Φ⁻¹(p)` for `p` from 0 to 1. Newton's method on `ln Φ`, which is concave, so that from below it comes up without overshoot;
 * `Φ(z) ≤ ½e^(−z²/2)` gives a start from below.
 */
export function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p);
  let z = -Math.sqrt(-2 * Math.log(2 * p));
  if (!Number.isFinite(z)) return z;
  for (let i = 0; i < 20; i++) {
    // Φ/φ, which neither vanishes nor overflows; ln Φ follows from it.
    const ratio = z > -2 ? normalCdf(z) / normalDensity(z) : mills(-z);
    const excess = Math.log(ratio) - (z * z) / 2 - Math.log(2 * Math.PI) / 2 - Math.log(p);
    const step = -excess * ratio;
    z += step;
    if (Math.abs(step) <= 1e-16 * Math.abs(z)) break;
  }
  return Math.min(0, z);
}

/** `(Φ(z) − ½)/φ(z) = z + z³/3 + z⁵/(3·5) + …` for `z ≥ 0`: all terms positive (Marsaglia 2004). */
function series(z: number): number {
  let [sum, term] = [z, z];
  for (let i = 3; term > sum * 1e-17; i += 2) {
    term *= (z * z) / i;
    sum += term;
  }
  return sum;
}

/** `(1 − Φ(z))/φ(z) = 1/(z + 1/(z + 2/(z + 3/(z + …))))`, Laplace's continued fraction, for `z ≥ 2`. */
function mills(z: number): number {
  let tail = z;
  for (let i = 150; i > 0; i--) tail = z + i / tail;
  return 1 / tail;
}
