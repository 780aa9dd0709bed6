/**
 * The squared maximum mean discrepancy between samples and a Gaussian mixture of the plane, for the kernel `exp(−|a − b|²/2w²)`.
 * Its expectations over the mixture are Gaussian integrals, so that only the samples are random; unbiased, and 0 for perfect samples
 * but for chance. Gretton et al. 2012, "A Kernel Two-Sample Test".
 */
export function squaredMmd(samples, { weights, means, covariances }, width = 0.5) {
  const w = width ** 2;
  /** E k(a, b) for a − b normal, of this mean and covariance. */
  const expected = ([x, y], [xx, xy, yy]) => {
    const [a, c] = [xx + w, yy + w];
    const determinant = a * c - xy * xy;
    return (w / Math.sqrt(determinant)) * Math.exp(-(c * x * x - 2 * xy * x * y + a * y * y) / (2 * determinant));
  };
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const minus = ([a, b], [c, d]) => [a - c, b - d];
  const withMixture = (point) => sum(weights.map((weight, k) => weight * expected(minus(point, means[k]), covariances[k])));
  const ofMixture = sum(
    weights.flatMap((one, j) =>
      weights.map(
        (other, k) =>
          one *
          other *
          expected(
            minus(means[j], means[k]),
            covariances[j].map((v, i) => v + covariances[k][i]),
          ),
      ),
    ),
  );
  const count = samples.length / 2;
  let [pairs, cross] = [0, 0];
  for (let i = 0; i < count; i++) {
    cross += withMixture([samples[2 * i], samples[2 * i + 1]]);
    for (let j = 0; j < i; j++)
      pairs += Math.exp(-((samples[2 * i] - samples[2 * j]) ** 2 + (samples[2 * i + 1] - samples[2 * j + 1]) ** 2) / (2 * w));
  }
  return (2 * pairs) / (count * (count - 1)) - (2 * cross) / count + ofMixture;
}
