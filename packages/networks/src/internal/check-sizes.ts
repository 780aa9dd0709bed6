import { invalid } from '@tweedie/core';
import type { ConditionSizes } from '../condition-embedding.js';

/**
 * Checks what the U-Nets have in common.
 * @param counts what there may be none of
 * @throws RangeError (`size-not-positive`, `groups-do-not-divide`, `classes-negative`, `vector-negative`)
 */
export function checkSizes(
  sizes: Readonly<Record<string, number>> & { readonly groups: number },
  widths: readonly number[],
  counts: ConditionSizes,
): void {
  for (const [name, size] of [...Object.entries(sizes), ...widths.map((width, i) => [`widths[${i}]`, width] as const)])
    if (!(Number.isInteger(size) && size > 0))
      throw invalid('size-not-positive', `\`${name}\` must be a positive integer, got ${size}`);
  if (widths.length === 0) throw invalid('size-not-positive', '`widths` must name at least one level, got none');
  for (const width of widths)
    if (width % sizes.groups !== 0)
      throw invalid(
        'groups-do-not-divide',
        `\`groups\` must divide every width, got ${sizes.groups} for widths ${widths.join(', ')}`,
      );
  checkCounts(counts);
}

/**
 * The side of the squares of pixels that the lowest level has as one.
 * @throws RangeError (`image-not-divisible`)
 */
export function coarsest(
  [height, width]: readonly [height: number, width: number, channels: number],
  patch: number,
  levels: number,
): number {
  const side = patch * 2 ** (levels - 1);
  if (height % side === 0 && width % side === 0) return side;
  throw invalid('image-not-divisible', `height and width of \`image\` must be divisible by ${side}, got ${height} and ${width}`);
}

/**
 * Checks what there may be none of.
 * @throws RangeError (`classes-negative`, `vector-negative`)
 */
export function checkCounts(counts: ConditionSizes): void {
  for (const [name, count] of Object.entries(counts))
    if (!(Number.isInteger(count) && count >= 0))
      throw invalid(`${name}-negative`, `\`${name}\` must be an integer from 0, got ${count}`);
}
