/** The two estimates that guidance without a classifier compares. */
import { broadcastTo, concat, slice, Tensor } from '@tensorflow/tfjs-core';
import { type Denoiser, invalid } from '@tweedie/core';
import { ofHalves } from './notes.js';

/** With the condition, and without. */
export interface Pair {
  readonly given: Tensor;
  readonly none: Tensor;
}

/** Both estimates, from one call on twice the batch; call inside `tidy`. The notes are those of the estimate with the condition. */
export function pair<Condition>(
  denoiser: Denoiser<Condition>,
  without: unknown,
  ...[x, level, condition, moment]: Parameters<Denoiser<Condition>>
): Pair {
  const [batch = 0] = x.shape;
  const twice = together(condition, without, (given, none) => concat([given, none]));
  const both = denoiser(concat([x, x]), level, twice, moment && ofHalves(moment, batch));
  return { given: slice(both, 0, batch), none: slice(both, batch) };
}

/** The estimate without the condition, alone. */
export function unconditional<Condition>(
  denoiser: Denoiser<Condition>,
  without: unknown,
  ...[x, level, condition, moment]: Parameters<Denoiser<Condition>>
): Tensor {
  return denoiser(
    x,
    level,
    together(condition, without, (_, none) => none),
    moment,
  );
}

/** The condition with each tensor joined to its "none", spread over the batch; one that has none by its name stays as it is. */
function together<Condition>(condition: Condition, without: unknown, join: (given: Tensor, none: Tensor) => Tensor): Condition;
function together(condition: unknown, without: unknown, join: (given: Tensor, none: Tensor) => Tensor): unknown {
  if (condition instanceof Tensor) return join(condition, spread(without, condition));
  const given = Object.entries(condition ?? {});
  const nones = new Map<string, unknown>(Object.entries(without ?? {}));
  for (const name of nones.keys())
    if (!given.some(([known]) => known === name))
      throw invalid('condition-mismatch', `\`without\` must be of the condition's names, got ${name}`, TypeError);
  return Object.fromEntries(given.map(([name, each]) => [name, together(each, nones.get(name) ?? each, join)]));
}

function spread(none: unknown, { dtype, shape }: Tensor): Tensor {
  const fits = ({ shape: [count, ...sample] }: Tensor) =>
    (count === 1 || count === shape[0]) && String(sample) === String(shape.slice(1));
  if (none instanceof Tensor && none.dtype === dtype && fits(none)) return broadcastTo(none, shape);
  const got = none instanceof Tensor ? `${none.dtype} of shape [${none.shape}]` : 'none';
  throw invalid(
    'condition-mismatch',
    `\`without\` must be as the condition, ${dtype} of shape [${shape}], or of batch 1, got ${got}`,
    TypeError,
  );
}
