/**
 * Classifier-free guidance: extrapolate from the unconditional estimate through the conditional one,
 *
 *     x0 = x0(∅) + scale·(x0(y) − x0(∅))
 *
 * which is the same line in x0, ε, v or the score, as all are affine in each other. `scale` 0 is unconditional, 1 plain
 * conditional, above 1 sharper and less diverse. Ho & Salimans 2022 (arXiv 2207.12598), with `scale = 1 + w`.
 */
import { add, broadcastTo, concat, mul, slice, sub, Tensor, tidy } from '@tensorflow/tfjs-core';
import { type Guidance, invalid, type Moment } from '@tweedie/core';

/** What becomes of a tensor of the condition and of its "none", spread over the batch. */
type Join = (given: Tensor, none: Tensor) => Tensor;

/**
 * Classifier-free guidance; both estimates come from one call, on twice the batch. What the denoiser notes is noted for the
 * conditional estimate: a learned variance, too, is that of the condition.
 * @param options.scale guidance scale, any finite number; 1 leaves the denoiser as it is, 0 asks for no condition at all
 * @param options.without the condition that the network learned to read as "none", shape `[1, …]`; borrowed, so keep it alive
 * @throws RangeError (`scale-not-finite`) if `scale` is not finite; at a call, TypeError (`condition-mismatch`) if `without`
 * and the condition differ in type
 */
export function classifierFree(options: { readonly scale: number; readonly without: Tensor }): Guidance<Tensor>;
/**
 * Classifier-free guidance by a condition of several tensors, each with its "none".
 * @param options.scale guidance scale, as for one tensor
 * @param options.without a tensor of shape `[1, …]` for each of the condition's
 * @throws as for one tensor
 */
export function classifierFree<Name extends string>(options: {
  readonly scale: number;
  readonly without: Readonly<Record<Name, Tensor>>;
}): Guidance<Readonly<Record<Name, Tensor>>>;
export function classifierFree<Name extends string>(options: {
  readonly scale: number;
  readonly without: Tensor | Readonly<Record<Name, Tensor>>;
}): Guidance<Tensor> | Guidance<Readonly<Record<Name, Tensor>>> {
  const { scale, without } = options;
  if (!Number.isFinite(scale)) throw invalid('scale-not-finite', `\`scale\` must be finite, got ${scale}`);
  return without instanceof Tensor
    ? guided<Tensor>(scale, (condition, join) => joined(condition, without, join))
    : guided<Readonly<Record<Name, Tensor>>>(scale, (condition, join) => {
        const both: Record<Name, Tensor> = { ...condition };
        for (const name in condition) both[name] = joined(condition[name], without[name], join);
        return both;
      });
}

function guided<Condition>(scale: number, match: (condition: Condition, join: Join) => Condition): Guidance<Condition> {
  if (scale === 1) return (denoiser) => denoiser;
  if (scale === 0)
    return (denoiser) => (x, level, condition, moment) =>
      tidy(() =>
        denoiser(
          x,
          level,
          match(condition, (_, none) => none),
          moment,
        ),
      );
  return (denoiser) => (x, level, condition, moment) =>
    tidy(() => {
      const [batch = 0] = x.shape;
      const pair = match(condition, (given, none) => concat([given, none]));
      const both = denoiser(concat([x, x]), level, pair, moment && ofPairs(moment, batch));
      const free = slice(both, batch);
      return add(free, mul(scale, sub(slice(both, 0, batch), free)));
    });
}

/**
 * The moment of a batch of both halves. A note is that of the conditional half, as the sampler knows no other; the other one lies
 * beside it, for the denoiser that recalls both.
 */
function ofPairs(moment: Moment, batch: number): Moment {
  const beside = (name: string) => `${name}, unconditional`;
  return {
    ...moment,
    note: (name, value) =>
      void tidy(() => {
        moment.note(name, slice(value, 0, batch));
        moment.note(beside(name), slice(value, batch));
      }),
    recall(name) {
      const given = moment.recall(name);
      return given && concat([given, moment.recall(beside(name)) ?? given]);
    },
  };
}

function joined(given: Tensor, none: Tensor | undefined, join: Join): Tensor {
  if (given.dtype !== none?.dtype)
    throw invalid(
      'condition-mismatch',
      `\`without\` must be of the condition's type, ${given.dtype}, got ${none?.dtype}`,
      TypeError,
    );
  return join(given, broadcastTo(none, given.shape));
}
