import { invalid } from './invalid.js';

/** What a multistep method takes to be a polynomial in log-SNR: the estimates of x0 or those of ε. */
export type Predicted = 'x0' | 'epsilon';

/** Checks it, for callers in plain JavaScript too. */
export function checkPredicted(predicts: Predicted): void {
  if (predicts !== 'x0' && predicts !== 'epsilon')
    throw invalid('prediction-unknown', `\`predicts\` must be 'x0' or 'epsilon', got ${String(predicts)}`);
}
