/**
 * The functions of exponential integrators, `φ_k(z) = ∫₀¹ e^{(1−s)z} s^{k−1}/(k−1)! ds`:
 *
 *     φ₁ = (e^z − 1)/z,    φ_{k+1} = (φ_k − 1/k!)/z,    φ_k(0) = 1/k!
 *
 * Hochbruck and Ostermann 2010 (Acta Numerica 19), eq. 2.10–2.11.
 */

/** `φ_k(z)` for `k ≥ 1` and finite `z`, to rounding: by its series where the recurrence would cancel. */
export function phi(k: number, z: number): number {
  if (Math.abs(z) < 1) {
    let term = 1;
    for (let n = 2; n <= k; n++) term /= n;
    let sum = 0;
    for (let n = k; Math.abs(term) > 1e-18; n++) {
      sum += term;
      term *= z / (n + 1);
    }
    return sum;
  }
  let value = Math.expm1(z) / z;
  let factorial = 1;
  for (let n = 1; n < k; n++) {
    factorial *= n;
    value = (value - 1 / factorial) / z;
  }
  return value;
}
