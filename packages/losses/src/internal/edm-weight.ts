import { finite, positive } from './checks.js';
import { gaussian } from './gaussian.js';

/** Of the objective of EDM. */
export interface EdmOptions {
  /** Standard deviation of the data, positive. Default 0.5. */
  readonly sigmaData?: number;
  /** Mean of `ln(σ/α)`. Default −1.2. */
  readonly mean?: number;
  /** Standard deviation of `ln(σ/α)`, positive. Default 1.2. */
  readonly deviation?: number;
}

/** The EDM weight as a function of log-SNR. */
export function edmWeight({ sigmaData = 0.5, mean = -1.2, deviation = 1.2 }: EdmOptions): (logSnr: number) => number {
  finite({ mean });
  positive({ sigmaData, deviation });
  return (logSnr) => {
    const z = (logSnr + 2 * mean) / (2 * deviation);
    return (gaussian.density(z) / (2 * deviation)) * (Math.exp(-logSnr) + sigmaData ** 2);
  };
}
