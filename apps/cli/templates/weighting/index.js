/**
 * The weight of the squared error of the noise, per unit of time, where log-SNR itself is to have the weight `w`: here a sigmoid.
 *
 * @param {{ readonly bias?: number }} [options]
 * @returns {import('@tweedie/core').Weighting}
 */
export function pluginName({ bias = 0 } = {}) {
  const w = (logSnr) => 1 / (1 + Math.exp(logSnr - bias));
  return ({ t, logSnr }, process) => {
    // TODO: log-SNR falls with time, and how much of it passes is not negative: `-process.schedule.slope(t)`
    const passing = process.schedule.slope(t);
    return (w(logSnr) * passing) / 2;
  };
}
