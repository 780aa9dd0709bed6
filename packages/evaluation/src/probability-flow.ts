/**
 * The probability flow, the ordinary differential equation whose solutions have the marginals of the diffusion (Song et al. 2021,
 * arXiv 2011.13456, eq. 13), in coordinates in which it is the same for every process and bounded from clean data to pure noise:
 *
 *     θ = atan2(σ, α),   u = x/√(α² + σ²);   du/dθ = (cos θ·u − E[x0 | x])/sin θ
 *
 * which is the velocity `cos θ·ε − sin θ·x0` of Salimans & Ho 2022 (arXiv 2202.00512), appendix D. At `θ = 0` it is `E[ε | x] = −σ·score`,
 * which is 0. Volumes change at the rate of the trace of its Jacobian (eq. 39 of the first):
 *
 *     ln|det ∂x_to/∂x_from| = ∫ tr(∂(du/dθ)/∂u) dθ + d·ln √(α² + σ²), the last between the two levels, for d dimensions
 *
 * Probes estimate all of that, so the mean of `pᵀp` stands for d: what one gives does not depend on the coordinates, and stays bounded
 * towards clean data, where the Jacobian of `E[x0 | x]` comes close to the identity.
 */
import { type ForwardProcess, invalid, type NoiseLevel } from '@tweedie/core';
import { dormandPrince, type SolverOptions } from './dormand-prince.js';
import type { FlatBatch } from './model.js';

/** A stretch of the flow. */
export interface Stretch extends SolverOptions {
  readonly process: ForwardProcess;
  readonly from: NoiseLevel;
  readonly to: NoiseLevel;
  /** As `Probes` give them, flat as the batch; without one, no volume is computed. */
  readonly probes?: readonly Float64Array[];
}

/** Where a batch came to. */
export interface Arrival {
  /** Flat. */
  readonly values: Float64Array;
  /** `ln|det ∂x_to/∂x_from|` of each example, in nats; empty without probes. */
  readonly logVolume: Float64Array;
  /** Calls of the model. */
  readonly evaluations: number;
}

/**
 * Carries a batch along the flow, towards noise or towards data. One solution for the whole batch, so an example depends on its
 * company within the tolerance.
 * @throws RangeError (`level-infinite`) where sigma is infinite; as `dormandPrince`
 */
export async function probabilityFlow<X>(batch: FlatBatch<X>, stretch: Stretch): Promise<Arrival> {
  const { process, from, to, probes = [], ...solver } = stretch;
  const { examples, values } = batch;
  for (const { sigma } of [from, to])
    if (!Number.isFinite(sigma))
      throw invalid(
        'level-infinite',
        `the flow must begin and end at a finite sigma, got ${sigma}: wrap the schedule in \`clamped\``,
      );
  const [begin, end] = [angle(from), angle(to)];
  const [sizeFrom, sizeTo] = [size(from), size(to)];
  const squares = squaredLengths(probes, examples);
  // The ends are kept as given: their log-SNR may not come back from the angle to the last bit.
  const levelAt = (theta: number): NoiseLevel =>
    theta === begin ? from : theta === end ? to : process.level(-2 * Math.log(Math.tan(theta)));
  const slope = async (theta: number, state: Float64Array): Promise<Float64Array> => {
    const level = levelAt(theta);
    const slopes = new Float64Array(state.length);
    if (level.sigma === 0) return slopes;
    const scale = size(level);
    const [cos, sin] = [level.alpha / scale, level.sigma / scale];
    const u = state.subarray(0, values.length);
    const { x0, traces } = await batch.estimate(
      u.map((each) => each * scale),
      level,
      probes,
    );
    u.forEach((each, i) => {
      slopes[i] = (cos * each - (x0[i] ?? 0)) / sin;
    });
    if (probes.length > 0)
      traces.forEach((trace, i) => {
        slopes[values.length + i] = ((squares[i] ?? 0) * cos - scale * trace) / sin;
      });
    return slopes;
  };
  const start = new Float64Array(values.length + (probes.length > 0 ? examples : 0));
  start.set(values.map((value) => value / sizeFrom));
  const { y, evaluations } = await dormandPrince(slope, { from: begin, to: end, start, ...solver });
  const growth = Math.log(sizeTo / sizeFrom);
  return {
    values: y.slice(0, values.length).map((u) => u * sizeTo),
    logVolume: y.slice(values.length).map((volume, i) => volume + (squares[i] ?? 0) * growth),
    evaluations,
  };
}

/** The mean of `pᵀp` over the probes, for each example. */
function squaredLengths(probes: readonly Float64Array[], examples: number): Float64Array {
  return new Float64Array(examples).map((_, example) =>
    probes.reduce((sum, probe) => {
      const dimensions = probe.length / examples;
      const own = probe.subarray(example * dimensions, (example + 1) * dimensions);
      return sum + own.reduce((square, each) => square + each ** 2, 0) / probes.length;
    }, 0),
  );
}

function angle({ alpha, sigma }: NoiseLevel): number {
  return Math.atan2(sigma, alpha);
}

function size({ alpha, sigma }: NoiseLevel): number {
  return Math.hypot(alpha, sigma);
}
