/**
 * Adams–Bashforth weights on irregular grids, exactly. A function known at the nodes `uᵢ` is replaced by the polynomial through
 * them, `Σ fᵢ·ℓᵢ(u)` with Lagrange's `ℓᵢ`, and integrated against a density whose moments are known:
 *
 *     ∫ ρ(u) f(u) du ≈ Σ wᵢ fᵢ,    wᵢ = ∫ ρ ℓᵢ du = Σ_k ℓᵢₖ·m_k,    m_k = ∫ ρ(u) u^k du
 *
 * Put the origin at the newest node: then nothing large cancels.
 */

/**
 * `∫ ρ ℓᵢ` for each node, from the moments of ρ.
 * @param nodes where the function is known, all different
 * @param moments of ρ, as many as there are nodes, from the zeroth on
 */
export function lagrangeWeights(nodes: readonly number[], moments: readonly number[]): number[] {
  return nodes.map((node, i) => {
    // The coefficients of ℓᵢ, lowest power first, one factor (u − other)/(node − other) after the other.
    let polynomial = [1];
    for (const [j, other] of nodes.entries()) {
      if (j === i) continue;
      const shifted = [0, ...polynomial];
      polynomial = shifted.map((c, k) => (c - other * (polynomial[k] ?? 0)) / (node - other));
    }
    return polynomial.reduce((sum, c, k) => sum + c * (moments[k] ?? 0), 0);
  });
}

/**
 * `∫₀^h ℓᵢ(u) du`: on the nodes 0, −1, −2, −3 and for `h` 1 the classical 55, −59, 37, −9 over 24.
 * @param nodes where the function is known, all different
 * @param h the end of the interval, of either sign
 */
export function adamsWeights(nodes: readonly number[], h: number): number[] {
  return lagrangeWeights(
    nodes,
    nodes.map((_, k) => h ** (k + 1) / (k + 1)),
  );
}

/**
 * `∫₀^h e^(−u) ℓᵢ(u) du`, the weights of an exponential integrator.
 * @param nodes where the function is known, all different
 * @param h the end of the interval, not negative; Infinity is allowed
 */
export function exponentialAdamsWeights(nodes: readonly number[], h: number): number[] {
  return lagrangeWeights(nodes, decayingMoments(nodes.length, h));
}

/** `∫₀^h e^(−u) u^k du` for `k < count`, to rounding: by the recursion in the direction in which nothing cancels. */
export function decayingMoments(count: number, h: number): number[] {
  const moments = new Array<number>(count).fill(0);
  const boundary = (k: number) => (h === Infinity ? 0 : h ** k * Math.exp(-h));
  if (h > 2 * count) {
    for (let k = 0; k < count; k++) moments[k] = k === 0 ? -Math.expm1(-h) : k * (moments[k - 1] ?? 0) - boundary(k);
    return moments;
  }
  let term = boundary(count) / count;
  let last = 0;
  for (let j = 1; Math.abs(term) > Number.EPSILON * Math.abs(last); j++) {
    last += term;
    term *= h / (count + j);
  }
  for (let k = count - 1; k >= 0; k--) {
    moments[k] = last;
    last = (last + boundary(k)) / k;
  }
  return moments;
}
