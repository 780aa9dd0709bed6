/**
 * Clocks for Runge–Kutta methods: which time they step in, and which scale they take `x` in. With `X = x/scale` the probability
 * flow is one ODE in every clock τ,
 *
 *     dX/dτ = a·X + b·x0
 *
 * and all are the same flow, but a method's error, and whether data of one point are a straight line, depend on the clock. Karras
 * et al. 2022 (arXiv 2206.00364), section 3 and eq. 4.
 */
import type { ForwardProcess, NoiseLevel } from '@tweedie/core';

/** A time and a scale to integrate the flow in. */
export interface Clock {
  /** The time of a level, or something not finite where the clock cannot tell: such a step is Euler's in `σ/α`. */
  time(level: NoiseLevel, process: ForwardProcess): number;
  level(time: number, process: ForwardProcess): NoiseLevel;
  scale(level: NoiseLevel): number;
  /** The coefficients `a` of `X` and `b` of x0. */
  slope(level: NoiseLevel, process: ForwardProcess): readonly [a: number, b: number];
}

/** `r = σ/α`, with `X = x/α`: `dX/dr = (X − x0)/r`. Straight for one point; Karras et al.'s choice. */
export function sigmaRatio(): Clock {
  const time = ({ logSnr }: NoiseLevel) => Math.exp(-logSnr / 2);
  return {
    time,
    level: (ratio, process) => process.level(-2 * Math.log(ratio)),
    scale: ({ alpha }) => alpha,
    slope: (level) => [1 / time(level), -1 / time(level)],
  };
}

/**
 * The time of rectified flow, `s = σ/(α + σ)` from 0 to 1, with `X = x/(α + σ)`, under any process: `dX/ds = ε − x0`. Straight for
 * one point, and finite from pure noise on. Lipman et al. 2023 (arXiv 2210.02747), example II.
 */
export function flowTime(): Clock {
  const time = ({ logSnr }: NoiseLevel) => 1 / (1 + Math.exp(logSnr / 2));
  return {
    time,
    level: (s, process) => process.level(2 * Math.log((1 - s) / s)),
    scale: ({ alpha, sigma }) => alpha + sigma,
    slope: (level) => [1 / time(level), -1 / time(level)],
  };
}

/** `λ = ln(α/σ)`, with `X = x/α`: `dX/dλ = x0 − X`. */
export function halfLogSnr(): Clock {
  return {
    time: ({ logSnr }) => logSnr / 2,
    level: (time, process) => process.level(2 * time),
    scale: ({ alpha }) => alpha,
    slope: () => [-1, 1],
  };
}

/**
 * The schedule's own time and `x` as it is: `dx/dt = f·x + ½g²·(x − α·x0)/σ²` with the drift and diffusion of the process. The result
 * depends on both. Levels off the schedule have no time in it.
 */
export function scheduleTime(): Clock {
  return {
    time({ t, logSnr }, { schedule }) {
      const there = schedule.logSnr(t);
      return there === logSnr || Math.abs(there - logSnr) < 1e-6 * (1 + Math.abs(logSnr)) ? t : Number.NaN;
    },
    level: (t, process) => process.at(t),
    scale: () => 1,
    slope({ t, alpha }, { schedule, drift }) {
      const rate = -schedule.slope(t) / 2; // of ln(σ/α), g²/2σ²
      return [drift(t) + rate, -alpha * rate];
    },
  };
}
