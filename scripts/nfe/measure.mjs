/** Runs of a solver that spend a budget of denoiser evaluations, and how far they end from the truth. */
import { key, normals } from '@tweedie/core';
import { combinePlain, probabilityFlow, samplePlain } from '@tweedie/testing';

/** A solver for `samplePlain`, on a grid: as many steps as its evaluations, counted and not computed, fit a budget. */
export function solver(name, sampler, grid) {
  return planned(name, (process, evaluations) => {
    let best;
    for (let steps = 1; steps <= evaluations; steps++) {
      const plan = { sampler, levels: grid(process, steps) };
      if (counted(process, plan) > evaluations) break;
      best = plan;
    }
    return best;
  });
}

/** A solver whose steps depend on the budget: `plan(process, evaluations)` gives `{ sampler, levels }`, or nothing if none fit. */
export function planned(name, plan) {
  const known = new Map();
  return {
    name,
    plan(process, evaluations) {
      if (!known.has(process)) known.set(process, []);
      known.get(process)[evaluations] ??= { plan: attempted(() => plan(process, evaluations)) };
      return known.get(process)[evaluations].plan;
    },
  };
}

/** Some grids have no room for few steps, and some solvers no few steps: then there is no such run. */
function attempted(make) {
  try {
    return make();
  } catch (error) {
    if (error.code === undefined) throw error;
    return undefined;
  }
}

/** How often a run calls its denoiser. */
function counted(process, { sampler, levels }) {
  let calls = 0;
  const denoiser = (x) => {
    calls++;
    return x.slice();
  };
  samplePlain({ process, sampler, levels, denoiser, start: Float64Array.of(1), noise: () => Float64Array.of(0) });
  return calls;
}

/** Fixed starts of a process under a data distribution `{ denoiser, dimensions }`, and where the exact flow takes them. */
export function truthOf(process, data, rows) {
  const { denoiser, dimensions } = data;
  const from = process.at(1);
  const start = normals(key(5), rows * dimensions).map((z) => from.sigma * z);
  const to = process.level(NEARLY_CLEAN);
  const end = probabilityFlow({ denoiser, process, from, to, start, steps: data.exactSteps ?? 400 });
  return { process, data, start, end: denoiser(end, to) };
}

/** Log-SNR from which one estimate is as good as the flow: what is left is of the size of `sigma²`. */
const NEARLY_CLEAN = 18;

/** Where a run of a solver ends: its last x, at scale 1. */
export function endOf({ process, data, start }, solver, evaluations, noise) {
  const plan = solver.plan(process, evaluations);
  if (plan === undefined) return undefined;
  const x = samplePlain({ ...plan, process, denoiser: data.denoiser, start, noise }).at(-1).x;
  return combinePlain([1 / plan.levels.at(-1).alpha, x]);
}

/** Distances of a run's ends from the truth, one for each start; undefined if the budget is too small. */
function distancesOf(truth, solver, evaluations) {
  const end = endOf(truth, solver, evaluations);
  if (end === undefined) return undefined;
  const { dimensions } = truth.data;
  return Array.from({ length: end.length / dimensions }, (_, row) => {
    const at = row * dimensions;
    return Math.hypot(...end.subarray(at, at + dimensions).map((x, i) => x - truth.end[at + i]));
  });
}

/** `{ rms, mean }` of the distance from the truth; NaN where the budget is too small. */
export function errorOf(truth, solver, evaluations) {
  const distances = distancesOf(truth, solver, evaluations) ?? [Number.NaN];
  const mean = (values) => values.reduce((sum, value) => sum + value) / values.length;
  return { rms: Math.sqrt(mean(distances.map((distance) => distance ** 2))), mean: mean(distances) };
}

/** The share of starts that end near where the flow takes them. */
export function reached(truth, solver, evaluations, radius) {
  const distances = distancesOf(truth, solver, evaluations);
  return distances === undefined ? 0 : distances.filter((distance) => distance < radius).length / distances.length;
}
