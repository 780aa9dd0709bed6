/**
 * Training indices kept section by section: the table is cut into equal sections, and of each as many indices are kept as asked,
 * evenly spaced over it, both ends included.
 *
 * Nichol & Dhariwal 2021 (arXiv 2102.09672), section 4 and their code, where "10,15,20" means sections from the clean end on and
 * "ddim50" the whole stride of Song et al. 2020 (arXiv 2010.02502) that keeps 50.
 */
import type { Grid } from '@tweedie/core';
import { counted } from '../internal/counted.js';
import { indexed, roundHalfEven } from '../internal/indexed.js';
import { invalid } from '../internal/invalid.js';

/**
 * The indices that are kept of a table, ascending.
 * @param sections counts, as a list, as text ("10,15,20"), as a number, or as "ddim" and a count for a whole stride from index 0
 * @param trainSteps length of the table; 1000 by default
 * @throws RangeError (`sections-not-counts`) for text that is neither, (`respacing-impossible`) if a section is shorter than its
 * count or no whole stride keeps exactly as many
 */
export function respacedIndices(sections: string | number | readonly number[], trainSteps = 1000): number[] {
  counted(trainSteps, 'trainSteps');
  if (typeof sections === 'string' && sections.startsWith('ddim')) return strided(countsOf(sections.slice(4)), trainSteps);
  const counts = typeof sections === 'object' ? sections : countsOf(`${sections}`);
  if (counts.length === 0 || !counts.every((count) => Number.isInteger(count) && count >= 0)) throw notCounts(`[${counts}]`);
  const [size, longer] = [Math.floor(trainSteps / counts.length), trainSteps % counts.length];
  return counts.flatMap((count, i) => {
    const start = i * size + Math.min(i, longer);
    return spread(count, size + (i < longer ? 1 : 0)).map((index) => start + index);
  });
}

/**
 * The kept indices, noisiest first; the last step lands on clean data. The grid throws a RangeError (`grid-steps-mismatch`)
 * unless `steps` is their number.
 * @param options.sections as in `respacedIndices`; by default a single section of as many indices as there are steps
 * @param options.trainSteps length of the model's table; 1000 by default
 * @throws RangeError as `respacedIndices`
 */
export function respaced(
  options: { readonly sections?: string | number | readonly number[]; readonly trainSteps?: number } = {},
): Grid {
  const { sections, trainSteps = 1000 } = options;
  const fixed = sections === undefined ? undefined : respacedIndices(sections, trainSteps);
  return (process, steps) => {
    const kept = fixed ?? respacedIndices(counted(steps), trainSteps);
    if (kept.length !== steps)
      throw invalid('grid-steps-mismatch', `\`steps\` must be ${kept.length} for these \`sections\`, got ${steps}`);
    return indexed(process, kept.toReversed(), trainSteps);
  };
}

/** Every `k`-th index from 0, for the smallest `k` that keeps exactly one count. */
function strided([count = 0, ...rest]: readonly number[], trainSteps: number): number[] {
  if (rest.length > 0) throw notCounts(`ddim${[count, ...rest]}`);
  for (let stride = 1; stride < trainSteps; stride++)
    if (Math.ceil(trainSteps / stride) === count) return Array.from({ length: count }, (_, i) => i * stride);
  throw invalid(
    'respacing-impossible',
    `no whole stride keeps exactly ${count} of ${trainSteps} indices; use the count alone, without "ddim"`,
  );
}

/** `count` of `size` indices, evenly spaced and rounded; the place is summed up, as its last bit decides about halves. */
function spread(count: number, size: number): number[] {
  if (size < count)
    throw invalid('respacing-impossible', `a section of ${size} indices cannot keep ${count}; use fewer or longer sections`);
  const stride = count <= 1 ? 1 : (size - 1) / (count - 1);
  let place = 0;
  return Array.from({ length: count }, () => {
    const index = roundHalfEven(place);
    place += stride;
    return index;
  });
}

function countsOf(text: string): number[] {
  return text.split(',').map((part) => {
    if (!/^\s*\d+\s*$/.test(part)) throw notCounts(text);
    return Number(part);
  });
}

function notCounts(got: string): Error {
  return invalid('sections-not-counts', `\`sections\` must be counts like "10,15,20", or "ddim" and a count, got ${got}`);
}
