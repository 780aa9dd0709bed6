/**
 * Paths of flow matching: how a pair of data and source is joined,
 *
 *     x_t = a·x0 + b·x1 + γ·z,    dx_t/dt = a'·x0 + b'·x1 + γ'·z,    z ~ N(0, I)
 *
 * **Time runs from data, x0 at t = 0, to the source, x1 at t = 1**, as everywhere in Tweedie. The papers and torchcfm run from
 * noise (their x0, t = 0) to data (their x1, t = 1): their t is our 1 − t, their velocity is ours with the other sign. Lipman et
 * al. 2022 (arXiv 2210.02747), Tong et al. 2023 (arXiv 2302.00482), Albergo & Vanden-Eijnden 2022 (arXiv 2209.15571).
 */

/** Factors on data, source and fresh normal noise. */
export type PathCoefficients = readonly [data: number, source: number, noise: number];

/** A path at one time. */
export interface PathPoint {
  /** Of `x_t`. */
  readonly value: PathCoefficients;
  /** Of `dx_t/dt`, finite at both ends. */
  readonly rate: PathCoefficients;
}

/** From time, 0 (data) to 1 (source), to the factors; plain float64 numbers. */
export type FlowPath = (t: number) => PathPoint;
