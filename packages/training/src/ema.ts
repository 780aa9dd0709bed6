/**
 * An exponential moving average of parameters, `average ← average + (1 − decay)·(parameter − average)`: what is sampled from,
 * since it is far less noisy than the parameters themselves. A backend may register a kernel `Lerp` that does it in one pass.
 */
import { add, mul, sub, tidy, type Variable, variable } from '@tensorflow/tfjs-core';
import type { Parameters } from '@tweedie/core';
import { checkDecay, type Decay, rampedDecay } from './ema-decay.js';
import { fused } from './internal/fused.js';

/** A running average that the maker owns: `dispose` it when done. */
export interface Ema {
  /** The averages, under the names of the parameters. */
  readonly parameters: Parameters;
  /** Takes in the present parameters. @param update number of this update, from 1 */
  update(update: number): void;
  dispose(): void;
}

/**
 * An average that starts as a copy of the parameters.
 * @param options.decay a constant from 0 to 1, or a function of the update's number; default {@link rampedDecay} up to 0.9999
 * @throws RangeError (`decay-out-of-range`)
 */
export function ema(parameters: Parameters, options: { readonly decay?: number | Decay } = {}): Ema {
  const { decay = rampedDecay() } = options;
  if (typeof decay === 'number') checkDecay('decay', decay);
  const decayOf = typeof decay === 'number' ? () => decay : decay;
  const averages = new Map(
    [...parameters].map(([name, value]): [string, Variable] => [name, tidy(() => variable(value, false))]),
  );
  return {
    parameters: averages,
    update: (update) =>
      tidy(() => {
        const weight = 1 - decayOf(update);
        for (const [name, to] of parameters) {
          const from = averages.get(name);
          from?.assign(
            fused('Lerp', { from, to }, { weight })?.[0] ?? (weight === 1 ? to : add(from, mul(sub(to, from), weight))),
          );
        }
      }),
    dispose: () => {
      for (const average of averages.values()) average.dispose();
    },
  };
}
