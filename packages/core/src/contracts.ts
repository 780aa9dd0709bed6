/**
 * The contracts that every package shares: types only, erased when compiled. Nothing here has a brand, a registry or an
 * `instanceof`, so two copies of this package in one program are harmless.
 */
import type { Scalar, Tensor, Tensor1D, Variable } from '@tensorflow/tfjs-core';

// ── numbers: float64, no tensors, no run-time dependency ─────────────────────────────

/** A point of the forward process: `x_t = alpha·x0 + sigma·eps`. */
export interface NoiseLevel {
  /** Time, 0 (data) to 1 (noise); clamped where the level was made from a log-SNR beyond the schedule. */
  readonly t: number;
  readonly alpha: number;
  readonly sigma: number;
  /** `ln(alpha² / sigma²)`; +Infinity when clean, -Infinity for pure noise. */
  readonly logSnr: number;
}

/** A strictly decreasing map from time to log-SNR, its inverse (clamped) and its derivative `slope`, negative. */
export interface NoiseSchedule {
  logSnr(t: number): number;
  time(logSnr: number): number;
  slope(t: number): number;
}

/** A schedule with a scale; as an SDE, `dx = drift(t)·x dt + sqrt(diffusion(t)) dw`. */
export interface ForwardProcess {
  readonly schedule: NoiseSchedule;
  at(t: number): NoiseLevel;
  /** Any log-SNR, without inverting the schedule: churn goes noisier than t = 1, and +Infinity is always clean data. */
  level(logSnr: number): NoiseLevel;
  drift(t: number): number;
  diffusion(t: number): number;
}

/** `x0 = skip·x + out·F(in·x, noise)` with F trained towards `target[0]·x0 + target[1]·eps`. `in` and `noise` are finite at every level. */
export interface Scalings {
  readonly skip: number;
  readonly out: number;
  readonly in: number;
  /** What the network is told: a function of log-SNR, or the table index of a pretrained model. */
  readonly noise: number;
  readonly target: readonly [x0: number, eps: number];
}
export type Parameterization = (level: NoiseLevel) => Scalings;

/** Weight on the squared eps error per unit of time. Callers clamp log-SNR to ±50, so no 0·∞ arises. */
export type Weighting = (level: NoiseLevel, process: ForwardProcess) => number;

/** `steps + 1` levels. Levels and not times: a table of sigmas stays exact, and a clean end exists on every schedule. */
export type Grid = (process: ForwardProcess, steps: number) => readonly NoiseLevel[];

export type Key = readonly [number, number]; // threefry-2x32, immutable

/** Training times. `weights` (default 1) undo the density where sampling must not change the objective. */
export interface TimeSampler<Memory = unknown> {
  draw(key: Key, count: number, memory?: Memory): { readonly times: readonly number[]; readonly weights?: readonly number[] };
  /** Learns from the losses per example, which carry the objective's weighting and not this sampler's `weights`. `Memory` is plain JSON, part of a checkpoint. */
  observe?(times: readonly number[], losses: readonly number[], memory?: Memory): Memory;
}

// ── sampling; `X` is what a sampler never looks into: a tensor or, in tests, a Float64Array ──

/** Where a run stands. Guidance passes it on to the denoisers that it calls. */
export interface Moment<X = Tensor> {
  readonly from: NoiseLevel;
  readonly to: NoiseLevel;
  readonly index: number;
  readonly count: number; // of steps; Infinity under step control
  /** Leaves a value for the sampler (a learned variance) or for the next step (momentum). The driver keeps and frees a copy. */
  readonly note: (name: string, value: X) => void;
  /** What was noted in this step or else in the last one. */
  readonly recall: (name: string) => X | undefined;
}

/** `E[x0 | x_t]`, synchronous. Borrows its inputs, gives a fresh result. Tensors in a condition have the batch as first axis. */
export type Denoiser<Condition = undefined, X = Tensor> = (
  x: X,
  level: NoiseLevel,
  condition: Condition,
  moment?: Moment<X>,
) => X;

/** A denoiser made from a denoiser. */
export type Guidance<In, Out = In, X = Tensor> = (denoiser: Denoiser<In, X>) => Denoiser<Out, X>;

/** Functions that ignore `this`: a sampler around a sampler spreads it, `{ ...context, to }`. */
export interface StepContext<X = Tensor> extends Moment<X> {
  readonly process: ForwardProcess;
  /** Normal for an interval, of variance 1 or of the one given for each element. Every call in a step is a new draw: the driver numbers them. */
  readonly noise: (from: NoiseLevel, to: NoiseLevel, variance?: X) => X;
  readonly denoise: (x: X, level: NoiseLevel) => X;
  /** `Σ cᵢ·xᵢ`, fresh. Terms with coefficient 0 are skipped; any other non-finite coefficient is a `RangeError`. */
  readonly combine: (...terms: readonly (readonly [coefficient: number, x: X])[]) => X;
}

export interface StepResult<X = Tensor, State = unknown> {
  readonly x: X;
  readonly denoised: X; // the estimate of x0 that the step used
  /** For the next step: plain objects and arrays (no Map). May hand on tensors of the last state; the driver frees the rest. */
  readonly state?: State;
  /** What a step control goes by: the difference of two estimates of `x`, the better one first. */
  readonly error?: X;
  /** The better estimate, where `x` is something else: where noise came after it. */
  readonly estimate?: X;
}

/** One step between two levels: pure and synchronous. The driver runs it inside `tf.tidy`, possibly more than once. */
export interface Sampler<X = Tensor, State = unknown> {
  /** `'any'` admits rising and repeated levels (inversion, Restart, RePaint, Langevin). Default: strictly descending. */
  readonly path?: 'descending' | 'any';
  step(context: StepContext<X>, x: X, state: State | undefined): StepResult<X, State>;
}

/** Standard normals of a run, a pure function of the request. `first` is the index of the batch's first sample. */
export interface NoiseSource {
  (request: NoiseRequest): Tensor;
  /** Do draws depend on the interval alone, as increments of one path? Steps that may be rejected take no others, which would be biased. */
  readonly path?: true;
}
export interface NoiseRequest extends Pick<Moment, 'from' | 'to' | 'index'> {
  readonly draw: number;
  readonly shape: readonly number[];
  readonly first: number;
}

/**
 * Chooses the steps of a sampler that returns `error`; the grid's levels become stops. Numbers only: the driver measures, for each number
 * of `x` in units of `max(absolute, relative·|x|)` with the larger of the lower estimates, `x − error`, of this and the last accepted step.
 */
export interface StepControl<Memory = unknown> {
  /** What lengths are in: the process's time, or `ln(alpha/sigma)`, half the log-SNR. */
  readonly coordinate: 'time' | 'halfLogSnr';
  readonly absolute: number;
  readonly relative: number;
  /** Root mean square over all numbers of the batch, or of each sample, and then the largest. */
  readonly norm: 'batch' | 'largest';
  /** The first length to try. */
  readonly first: number;
  /** How many tries a run may take; 10,000 by default. */
  readonly limit?: number;
  /** What becomes of a step: taken or not, and the next length. `error` is not NaN; a step to a stop may be shorter than was asked. */
  next(
    error: number,
    length: number,
    memory?: Memory,
  ): { readonly accept: boolean; readonly length: number; readonly memory?: Memory };
}

export type SampleOptions<Condition = undefined> = {
  readonly denoiser: Denoiser<Condition>;
  readonly process: ForwardProcess;
  readonly sampler: Sampler;
  readonly grid: Grid | readonly number[]; // with `steps`, or the times themselves
  readonly steps?: number;
  readonly key: Key;
  /** A shape to draw at the first level, or the `x` to start from (borrowed). */
  readonly start: readonly number[] | Tensor;
  readonly first?: number; // index of the first sample: a batch split over workers gives the same samples
  readonly noise?: NoiseSource;
  /** Steps of its own choice, in place of one from level to level. */
  readonly control?: StepControl;
  readonly signal?: AbortSignal;
} & (undefined extends Condition ? { readonly condition?: Condition } : { readonly condition: Condition });

/** Yielded after each step and borrowed until the next; `level` is where `x` is now. The last one is the result: the generator returns void. */
export interface SampleStep {
  readonly index: number;
  readonly count: number; // of steps; under step control Infinity up to the last step
  /** The share of the grid that is behind: for progress bars, 1 at the end. */
  readonly progress: number;
  /** How many tries a step control has rejected so far. */
  readonly rejected: number;
  readonly level: NoiseLevel;
  readonly x: Tensor;
  readonly denoised: Tensor;
}

// ── networks and training ────────────────────────────────────────────────────────────

export type Parameters = ReadonlyMap<string, Variable>;
export interface Network<Condition = undefined> {
  /** Synchronous and pure. `masks` come in training only: those that {@link Network.masks} drew. */
  apply(x: Tensor, noise: Tensor1D, condition: Condition, masks?: readonly Tensor[]): Tensor;
  /** What dropout multiplies activations by, for an `x` of that shape; each has the batch as first axis. Absent where nothing is dropped. */
  masks?(shape: readonly number[], key: Key): readonly Tensor[];
  readonly parameters: Parameters;
}
/** A network that runs elsewhere, from baked weights until `refresh`. */
export interface CompiledNetwork<Condition = undefined> extends Network<Condition> {
  refresh(): void;
  dispose(): void;
}

/** A schedule with parameters, on tensors. `slope` is written out: tfjs lacks the second derivative. */
export interface LearnedSchedule {
  logSnr(t: Tensor1D): Tensor1D;
  slope(t: Tensor1D): Tensor1D;
  readonly parameters: Parameters;
}

export interface Evaluation {
  readonly loss: Scalar;
  readonly perExample?: Tensor1D;
  readonly metrics?: Readonly<Record<string, Scalar>>;
}

/** What is trained, and on what. `prepare` holds all chance and JavaScript numbers; `evaluate` is pure tensors and can be compiled. */
export interface Objective<Batch, Inputs, Memory = unknown> {
  readonly parameters: Parameters;
  /** Does not read the parameters: it may come before the update of the step before. */
  prepare(batch: Batch, key: Key, memory?: Memory): Inputs | Promise<Inputs>;
  evaluate(inputs: Inputs): Evaluation;
  /** May wait: inputs on a GPU cannot be read at once. */
  observe?(inputs: Inputs, losses: readonly number[], memory?: Memory): Memory | Promise<Memory>;
}

export interface Gradients extends Evaluation {
  readonly gradients: Readonly<Record<string, Tensor>>;
} // a record: tf.tidy walks no Map
/** The seam for compilation: loss and gradients at the present parameters. Eager is `tf.variableGrads`. */
export type Differentiate = <Batch, Inputs>(
  objective: Objective<Batch, Inputs>,
) => (inputs: Inputs) => Gradients | Promise<Gradients>;

/** A tfjs backend to try; `unavailable` says why not, or undefined if it can run here. */
export interface Backend {
  readonly name: string;
  unavailable(): string | undefined | Promise<string | undefined>;
  load(): Promise<void>;
}
