/** `Lerp`: linear interpolation, which is one step of an exponential moving average. */
import { address, type Kernel, kernel, output, plain, size } from './internal/kernel.js';

/** Inputs `from`, `to` of one shape; attribute `weight`. Gives `from + weight·(to − from)`. */
export const lerp: Kernel = kernel<{ readonly weight: number }>(
  'Lerp',
  ({ inputs: { from, to }, attributes, backend }, module) => {
    if (!from || !to || !plain(from, to)) return undefined;
    if (size(from) !== size(to)) throw new RangeError(`\`to\` must have the shape [${from.shape}], got [${to.shape}]`);
    const out = output(backend, from.shape);
    module.lerp(address(backend, from), address(backend, to), address(backend, out), size(from), attributes.weight);
    return out;
  },
);
