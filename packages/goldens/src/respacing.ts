/** Which training timesteps a respaced model of improved-diffusion keeps, as its goldens say it: "50", "10,15,20" or "ddim25". */

/**
 * The indices kept of `count`, ascending: of equal sections so many each, evenly spaced with both ends; or every k-th.
 * @param respacing nothing keeps all
 */
export function keptIndices(count: number, respacing?: string): readonly number[] {
  const all = Array.from({ length: count }, (_, i) => i);
  if (respacing === undefined || respacing === '') return all;
  if (respacing.startsWith('ddim')) {
    const wanted = Number(respacing.slice(4));
    const stride = all.find((each) => Math.ceil(count / each) === wanted);
    if (stride === undefined) throw new RangeError(`no stride keeps ${wanted} of ${count} timesteps`);
    return all.filter((i) => i % stride === 0);
  }
  const counts = respacing.split(',').map(Number);
  const [size, longer] = [Math.floor(count / counts.length), count % counts.length];
  return counts.flatMap((kept, section) => {
    const start = section * size + Math.min(section, longer);
    const length = size + (section < longer ? 1 : 0);
    const stride = kept <= 1 ? 1 : (length - 1) / (kept - 1);
    let place = 0; // summed up as the peer does: its last bit decides about halves
    return Array.from({ length: kept }, () => {
      const index = start + roundHalfEven(place);
      place += stride;
      return index;
    });
  });
}

/** As Python rounds. */
function roundHalfEven(x: number): number {
  const down = Math.floor(x);
  return x - down === 0.5 ? down + (down % 2) : Math.round(x);
}
