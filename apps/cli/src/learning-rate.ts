/** The learning rate of a run, from an expression that is given peak, warm-up and steps as options that need not be written. */
import { constantRate, cosineRate, cosineRestartsRate, type LearningRate, linearRate, polynomialRate } from '@tweedie/training';
import { part } from './components.js';
import { completing } from './watched.js';

const scope = { constantRate, cosineRate, cosineRestartsRate, linearRate, polynomialRate };

/** A learning rate, from those of `@tweedie/training`. */
export function learningRateOf(
  text: string,
  common: { readonly peak: number; readonly warmUp: number; readonly steps: number },
): LearningRate {
  const { supply, expectAsked } = completing(common);
  const rate = part('rate', text, { scope, supply }, (value): value is LearningRate => typeof value === 'function');
  expectAsked('--rate', text);
  return rate;
}
