/**
 * Every deterministic solver of diffusers, k-diffusion, EDM, DPM-Solver and UniPC, on the grids that its library offers; the first
 * grid of a row is what its authors start with. Our samplers stand in: the goldens hold them against these libraries, to rounding.
 */
import { cappingOrder, fallingToOne, underCurved } from '@tweedie/goldens/multistep-peers';
import {
  ddim,
  deis,
  dpm2,
  dpmFast,
  dpmpp2m,
  dpmpp2s,
  dpmpp3m,
  dpmpp3s,
  dpmSolver2,
  dpmSolver3,
  dpmSolverMultistep,
  euler,
  heun,
  lms,
  plms,
  pndm,
  singlestepOrders,
  unipc,
} from '@tweedie/samplers';
import { betaQuantiles, karras, leading, linspace, polyexponential, trailing, uniform, uniformLogSnr } from '@tweedie/schedules';
import { planned, solver } from './measure.mjs';

// ── what the peers' solvers do that ours do not ──
const half = {
  x0: (sampler) => underCurved(sampler, { predicts: 'x0' }),
  epsilon: (sampler) => underCurved(sampler, { predicts: 'epsilon' }),
};
const fallingBelow = (count) => (sampler) =>
  cappingOrder(sampler, (index, steps) => (steps < count ? fallingToOne(index, steps) : Number.POSITIVE_INFINITY));
const inDiffusers = fallingBelow(15);
const byAuthors = fallingBelow(10);

// ── grids ──
/** A grid that stops at its last noisy level, having spent its steps above it. */
const short = (grid) => (process, steps) => grid(process, steps + 1).slice(0, -1);
const shortly = (grids) => Object.fromEntries(Object.entries(grids).map(([name, grid]) => [`${name} to sigma_min`, short(grid)]));
const TABLE = { leading: leading(), linspace: linspace(), trailing: trailing() };
const SIGMAS = { karras: karras(), exponential: uniformLogSnr(), beta: betaQuantiles() };
const FRACTIONS = { linspace: linspace({ rounded: false }), leading: leading(), trailing: trailing(), ...SIGMAS };
const DPM = { linspace: linspace({ inclusive: false }), leading: leading({ inclusive: false }), trailing: trailing(), ...SIGMAS };
const K = { karras: karras(), exponential: uniformLogSnr(), polyexponential: polyexponential({ rho: 2 }), vp: uniform() };

const END = 1e-3; // of time, where DPM-Solver and UniPC stop
const even = (from, to, count) => Array.from({ length: count + 1 }, (_, i) => from + ((to - from) * i) / count);
const AUTHORS = {
  time_uniform: ({ at }, steps) => even(1, END, steps).map(at),
  logSNR: ({ at, level }, steps) => even(at(1).logSnr, at(END).logSnr, steps).map(level),
  time_quadratic: ({ at }, steps) => even(1, Math.sqrt(END), steps).map((root) => at(root ** 2)),
};
/** `denoise_to_zero`: one evaluation more, at the end. */
const toZero = Object.fromEntries(
  Object.entries(AUTHORS).map(([name, grid]) => [
    `${name} to zero`,
    (process, steps) =>
      steps === 1 ? [process.at(1), process.level(Infinity)] : [...grid(process, steps - 1), process.level(Infinity)],
  ]),
);
const BOTH = { ...AUTHORS, ...toZero };

/** Singlestep solvers spend a budget in steps of mixed orders; under `time_*` a step of order 3 is three steps of the grid. */
const singlesteps = Object.entries(AUTHORS).flatMap(([skip, grid]) =>
  ['epsilon', 'x0'].flatMap((over) =>
    [2, 3].map((order) =>
      planned(`DPM-Solver${over === 'x0' ? '++' : ''} singlestep ${order}, ${skip}`, (process, evaluations) => {
        const orders = singlestepOrders(evaluations, order);
        const ends = orders.map((_, i) => orders.slice(0, i + 1).reduce((sum, each) => sum + each));
        const fine = grid(process, evaluations);
        const levels = skip === 'logSNR' ? grid(process, orders.length) : [0, ...ends].map((i) => fine[i]);
        return { sampler: dpmFast({ evaluations, order, over }), levels };
      }),
    ),
  ),
);

const fast = planned('k-diffusion dpm_fast', (process, evaluations) => {
  const { length } = singlestepOrders(evaluations, 3);
  return { sampler: dpmFast({ evaluations }), levels: short(uniformLogSnr())(process, length) };
});

/** Library, its name for the solver, ours, and the grids of the library, its default first. */
const ROWS = [
  ['diffusers', 'DDIM', ddim(), TABLE],
  ['diffusers', 'PNDM', pndm(), TABLE],
  ['diffusers', 'PNDM, skip_prk_steps', plms(), TABLE],
  ['diffusers', 'Euler', euler(), FRACTIONS],
  ['diffusers', 'Heun', heun(), FRACTIONS],
  ['diffusers', 'KDPM2', dpm2(), FRACTIONS],
  ['diffusers', 'LMS', lms({ order: 4 }), FRACTIONS],
  ['diffusers', 'DPM-Solver++ 2M', inDiffusers(dpmpp2m()), { ...DPM, ...shortly(DPM) }],
  ['diffusers', 'DPM-Solver++ 2M, heun', inDiffusers(dpmpp2m({ kind: 'heun' })), { ...DPM, ...shortly(DPM) }],
  ['diffusers', 'DPM-Solver++ 3M', inDiffusers(half.x0(dpmpp3m())), { ...DPM, ...shortly(DPM) }],
  ['diffusers', 'DPM-Solver 2M', inDiffusers(dpmSolverMultistep()), shortly(DPM)],
  ['diffusers', 'DPM-Solver 3M', inDiffusers(half.epsilon(dpmSolverMultistep({ order: 3 }))), shortly(DPM)],
  ['diffusers', 'DEIS 2', inDiffusers(deis({ order: 2 })), shortly(DPM)],
  ['diffusers', 'DEIS 3', inDiffusers(deis({ order: 3 })), shortly(DPM)],
  ['diffusers', 'UniPC 2, bh2', unipc(), { ...DPM, ...shortly(DPM) }],
  ['diffusers', 'UniPC 3, bh2', unipc({ order: 3 }), { ...DPM, ...shortly(DPM) }],
  ['diffusers', 'UniPC 2, bh1', unipc({ solver: 'bh1' }), shortly(DPM)],
  ['diffusers', 'UniPC 3, bh1', unipc({ order: 3, solver: 'bh1' }), shortly(DPM)],
  ['k-diffusion', 'euler', euler(), K],
  ['k-diffusion', 'heun', heun(), K],
  ['k-diffusion', 'dpm_2', dpm2(), K],
  ['k-diffusion', 'lms', lms({ order: 4 }), K],
  ['k-diffusion', 'dpmpp_2s_ancestral, eta 0', dpmpp2s(), K],
  ['k-diffusion', 'dpmpp_2m', dpmpp2m(), K],
  ['k-diffusion', 'dpmpp_3m_sde, eta 0', half.x0(dpmpp3m()), K],
  ['EDM', 'Heun', heun(), { edm: karras(), vp: uniform(), ve: uniformLogSnr() }],
  ['DPM-Solver', '++ 2M', byAuthors(dpmpp2m()), BOTH],
  ['DPM-Solver', '++ 3M', byAuthors(half.x0(dpmpp3m())), BOTH],
  ['DPM-Solver', '2M', byAuthors(dpmSolverMultistep()), BOTH],
  ['DPM-Solver', '3M', byAuthors(half.epsilon(dpmSolverMultistep({ order: 3 }))), BOTH],
  ['DPM-Solver', '++ 2S', dpmpp2s(), BOTH],
  ['DPM-Solver', '++ 3S', dpmpp3s(), BOTH],
  ['DPM-Solver', '2S', dpmSolver2(), BOTH],
  ['DPM-Solver', '3S', dpmSolver3(), BOTH],
  ['UniPC', '2, bh1', unipc({ solver: 'bh1' }), BOTH],
  ['UniPC', '3, bh1', unipc({ order: 3, solver: 'bh1' }), BOTH],
  ['UniPC', '2, bh2', unipc(), BOTH],
  ['UniPC', '3, bh2', unipc({ order: 3 }), BOTH],
];

/** Each solver on each grid of its library. */
export const PEERS = [
  ...ROWS.flatMap(([library, name, sampler, grids]) =>
    Object.entries(grids).map(([grid, at], i) => ({ ...solver(`${library} ${name}, ${grid}`, sampler, at), standard: i === 0 })),
  ),
  ...singlesteps,
  { ...fast, standard: true },
];
