/** `Lerp`: linear interpolation, which is one step of an exponential moving average. */
import { perElement, runPerElement } from '../internal/elementwise.js';
import { type Kernel, kernel } from '../internal/kernel.js';
import { plain, size } from '../internal/plain.js';

const shader = perElement(
  'lerp',
  ['origin', 'goal'],
  'let value = origin[index] + uniforms.weight * (goal[index] - origin[index]);',
  {
    floats: ['weight'],
  },
);

/** Inputs `from`, `to` of one shape; attribute `weight`. Gives `from + weight·(to − from)`. */
export const lerp: Kernel = kernel<{ readonly weight: number }>('Lerp', ({ inputs: { from, to }, attributes, backend }) => {
  if (!from || !to || !plain(from, to)) return undefined;
  if (size(from) !== size(to)) throw new RangeError(`\`to\` must have the shape [${from.shape}], got [${to.shape}]`);
  return runPerElement(backend, shader, from.shape, { origin: from, goal: to }, { weight: attributes.weight });
});
