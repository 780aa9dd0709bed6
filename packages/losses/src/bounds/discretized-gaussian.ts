/**
 * Discrete data from a normal distribution: the probability of a value is that of the bin around it, the outermost ones open,
 *
 *     P(x) = Φ((x + h − m)/s) − Φ((x − h − m)/s),   h half the distance between values
 *
 * Ho et al. 2020 (arXiv 2006.11239), eq. 13. The logarithm is exact wherever the data lie, and so are its derivatives.
 */
import { type Bins, checkedBins, type Decoder } from './decoder.js';
import { logNormalInterval } from './normal-tail.js';

/** Beyond this many deviations from where a tail begins nothing is left of it. */
const ENDLESS = 20;

/**
 * The decoder of a discretised normal distribution.
 * @param options.levels how many values the data take; 256
 * @param options.limit the largest of them; 1
 * @throws RangeError (`levels-not-positive`, `limit-not-positive`)
 */
export function discretizedGaussian(options: Bins = {}): Decoder {
  const { limit, half } = checkedBins(options);
  return (arithmetic, x, { mean, logVariance }) => {
    const { add, sub, mul, exp, abs, select } = arithmetic;
    const precision = exp(mul(-0.5, logVariance));
    const centre = mul(sub(x, mean), precision);
    const reach = mul(half, precision);
    const outermost = sub(abs(x), limit - half);
    // seen from the side where the tail of the interval is the upper one
    const mirrored = select(x, centre, mul(-1, centre));
    const near = sub(select(outermost, mirrored, abs(centre)), reach);
    const far = select(outermost, add(abs(near), ENDLESS), add(abs(centre), reach));
    return logNormalInterval(arithmetic, near, far);
  };
}
