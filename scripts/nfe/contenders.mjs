/** Our samplers, by family; add yours to a list. All on one grid, so that a chart compares samplers and nothing else. */
import * as samplers from '@tweedie/samplers';
import * as schedules from '@tweedie/schedules';
import { planned, solver } from './measure.mjs';

const { sigmaRatio, flowTime, halfLogSnr, scheduleTime } = samplers;
const { karras, quadratic, uniformAngle, uniformLogSnr } = schedules;

/** The default of the command line. */
const GRID = uniformAngle({ power: 1.75 });
const on = (grid) => (list) => Object.entries(list).map(([name, sampler]) => solver(name, sampler, grid));

const dpmFast = planned('dpmFast, uniformLogSnr', (process, evaluations) => ({
  sampler: samplers.dpmFast({ evaluations }),
  levels: uniformLogSnr()(process, samplers.singlestepOrders(evaluations, 3).length),
}));

export const DEFAULT = solver('angular', samplers.angular(), GRID);

/** Families of deterministic samplers: a chart each. */
export const FAMILIES = {
  'one-step': on(GRID)({
    ddim: samplers.ddim(),
    heun: samplers.heun(),
    dpm2: samplers.dpm2(),
    'midpoint, flowTime': samplers.midpoint({ clock: flowTime() }),
    rk4: samplers.rk4({ clock: sigmaRatio() }),
    'rk4, halfLogSnr': samplers.rk4({ clock: halfLogSnr() }),
    'rk4, scheduleTime': samplers.rk4({ clock: scheduleTime() }),
  }),
  singlestep: [
    ...on(GRID)({
      dpmSolver2: samplers.dpmSolver2(),
      dpmSolver3: samplers.dpmSolver3(),
      dpmpp2s: samplers.dpmpp2s(),
      dpmpp3s: samplers.dpmpp3s(),
    }),
    dpmFast,
  ],
  'multistep-noise': on(GRID)({
    'lms, order 4': samplers.lms(),
    'deis, order 3': samplers.deis(),
    'deis, order 3, time': samplers.deis({ clock: 'time' }),
    'ipndm, order 4': samplers.ipndm(),
    plms: samplers.plms(),
    pndm: samplers.pndm(),
    'dpmSolverMultistep, order 3': samplers.dpmSolverMultistep({ order: 3 }),
  }),
  'multistep-data': on(GRID)({
    dpmpp2m: samplers.dpmpp2m(),
    dpmpp3m: samplers.dpmpp3m(),
    'unipc, order 2': samplers.unipc(),
    'unipc, order 3': samplers.unipc({ order: 3 }),
    'unipc, order 3, bh1': samplers.unipc({ order: 3, solver: 'bh1' }),
    'saSolver, tau 0': samplers.saSolver({ predictor: 3, corrector: 3, tau: 0 }),
  }),
};

/** The same two samplers on several grids. */
const GRIDS = { karras: karras(), uniformLogSnr: uniformLogSnr(), quadratic: quadratic() };
export const GRIDDED = [
  ...Object.entries(GRIDS).map(([name, grid]) => solver(`dpmpp2m, ${name}`, samplers.dpmpp2m(), grid)),
  ...Object.entries(GRIDS).map(([name, grid]) => solver(`angular, ${name}`, samplers.angular(), grid)),
];

/** Samplers that draw noise. */
export const STOCHASTIC = on(GRID)({
  'ddim, eta 1': samplers.ddim({ eta: 1 }),
  'ddpm, large': samplers.ddpm({ variance: 'large' }),
  'dpmpp2m, eta 1': samplers.dpmpp2m({ eta: 1 }),
  'dpmpp3m, eta 1': samplers.dpmpp3m({ eta: 1 }),
  dpmppSde: samplers.dpmppSde(),
  'saSolver, tau 1': samplers.saSolver(),
  'churned(heun)': samplers.churned(samplers.heun(), { amount: 10 }),
  'ancestral(dpm2)': samplers.ancestral(samplers.dpm2()),
  reverseDiffusion: samplers.reverseDiffusion(),
  eulerMaruyama: samplers.eulerMaruyama(),
});
