/**
 * Brownian motion on the clock of the reverse diffusion, `s = α²/σ²`, in which its SDE is `d(s·x/α) = E[x0 | x]·ds + dW(s)`. The draw of
 * an ancestral step is then `(W(s_to) − W(s_from))/√(s_to − s_from)`, and one path W serves every grid. Octaves of s have increments of
 * their own, and within one W is Lévy's series of ever narrower tents, with independent normals z:
 *
 *     W(2ᵏ(1 + u)) − W(2ᵏ) = √2ᵏ·(u·z_0 + Σ_l 2^(−l/2)·min(v, 1 − v)·z_n),    n = 2ˡ + ⌊2ˡu⌋,    v = 2ˡu − ⌊2ˡu⌋
 *
 * The series ends at the tolerance with `√(v(1 − v))` in place of the tent, which is the bridge's exact law at one point. It is
 * never stored: Li et al. 2020 (arXiv 2001.01328), section 4; the exact end, Jelinčič et al. 2024 (arXiv 2405.06464).
 */
import type { Key, NoiseRequest } from './contracts.js';
import { invalid } from './error.js';
import { foldIn, split } from './key.js';
import { normals } from './normal.js';

/** How finely a Brownian path is resolved. */
export interface BrownianOptions {
  /** The shortest interval of the path, as a share of `s`: from 1e-12 to 1/2, default 1e-5. Each halving costs a normal per draw. */
  readonly tolerance?: number;
}

/** Standard normals `first … first + count − 1` of a draw. */
export type BrownianPath = (
  request: Pick<NoiseRequest, 'from' | 'to' | 'index' | 'draw'>,
  count: number,
  first?: number,
) => Float64Array;

/** A point of the clock, and what each element of the path has gained in the octave up to it, in units of `√2ᵏ`. */
type Point = { readonly logSnr: number; readonly octave: number; readonly u: number; readonly gained: Float64Array };

const REACH = 37; // of log-SNR: what W gained further down is no more than rounding of float32

/**
 * One Brownian path for each element, asked for its increments, of variance 1. Falling noise gets the increment of its
 * interval alone; other intervals are none of this path, nor are those within the tolerance, and get independent draws numbered by step.
 * @param source the same key, the same path
 * @throws RangeError (`tolerance-out-of-range`)
 */
export function brownianPath(source: Key, { tolerance = 1e-5 }: BrownianOptions = {}): BrownianPath {
  if (!(tolerance >= 1e-12 && tolerance <= 0.5))
    throw invalid('tolerance-out-of-range', `\`tolerance\` must be from 1e-12 to 1/2, got ${tolerance}`);
  const depth = Math.ceil(-Math.log2(tolerance));
  const [octaves, limit, others] = split(source, 3) as [Key, Key, Key];
  const nodeOf = (octave: number, node: number) => foldIn(foldIn(octaves, octave < 0 ? -1 - 2 * octave : 2 * octave), node);
  let recent: { readonly first: number; readonly points: readonly Point[] } = { first: 0, points: [] }; // where steps meet

  const at = (logSnr: number, count: number, first: number): Point => {
    const known = recent.points.find((point) => point.logSnr === logSnr && point.gained.length === count);
    if (known !== undefined && recent.first === first) return known;
    const octave = Math.floor(logSnr / Math.LN2);
    const u = Math.max(0, Math.expm1(logSnr - octave * Math.LN2)); // below 0 by rounding
    const gained = new Float64Array(count);
    for (const [node, weight] of tents(u, depth)) accumulate(gained, weight, nodeOf(octave, node), first);
    return { logSnr, octave, u, gained };
  };

  return ({ from, to, index, draw }, count, first = 0) => {
    const drawn = (key: Key) => Float64Array.from(normals(key, count, first));
    const independent = () => drawn(foldIn(foldIn(others, index), draw));
    const low = Math.max(from.logSnr, to.logSnr - REACH);
    if (!(to.logSnr > low)) return independent();
    if (to.logSnr === Infinity) return drawn(limit); // which no increment before it decides
    const [a, b] = [at(low, count, first), at(to.logSnr, count, first)];
    recent = { first, points: [a, b] };
    if (a.octave === b.octave && Math.floor(a.u * 2 ** depth) === Math.floor(b.u * 2 ** depth)) return independent();
    const unit = 2 ** (a.octave - b.octave);
    const deviation = Math.sqrt(1 + b.u - unit * (1 + a.u));
    const increment = b.gained.map((gain, i) => (gain - Math.sqrt(unit) * (a.gained[i] as number)) / deviation);
    for (let octave = a.octave; octave < b.octave; octave++)
      accumulate(increment, 2 ** ((octave - b.octave) / 2) / deviation, nodeOf(octave, 0), first);
    return increment;
  };
}

/** The nodes of an octave that `W` at `u`, from 0 to 1, consists of, and their weights. */
function tents(u: number, depth: number): readonly (readonly [node: number, weight: number])[] {
  const terms: (readonly [number, number])[] = [[0, u]];
  for (let level = 0; level <= depth; level++) {
    const width = 2 ** level;
    const cell = Math.floor(u * width);
    const v = u * width - cell;
    terms.push([width + cell, (level < depth ? Math.min(v, 1 - v) : Math.sqrt(v * (1 - v))) / Math.sqrt(width)]);
  }
  return terms;
}

function accumulate(sum: Float64Array, weight: number, source: Key, first: number): void {
  if (weight === 0) return;
  const draws = normals(source, sum.length, first);
  for (let i = 0; i < draws.length; i++) sum[i] = (sum[i] as number) + weight * (draws[i] as number);
}
