/**
 * The levels to stop at, from noise to data: here at equal distances of log-SNR.
 *
 * @returns {import('@tweedie/core').Grid}
 */
export function pluginName() {
  return (process, steps) => {
    const [noise, data] = [process.at(1).logSnr, process.at(0).logSnr];
    // TODO: a run of n steps has n + 1 levels: `steps + 1`
    const levels = steps;
    return Array.from({ length: levels }, (_, i) => process.level(noise + ((data - noise) * i) / steps));
  };
}
