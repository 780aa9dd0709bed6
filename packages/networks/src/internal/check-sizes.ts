import { invalid } from '@tweedie/core';

/**
 * Checks what the U-Nets have in common.
 * @throws RangeError (`size-not-positive`, `groups-do-not-divide`, `classes-negative`)
 */
export function checkSizes(
  sizes: Readonly<Record<string, number>> & { readonly groups: number },
  widths: readonly number[],
  classes: number,
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
  if (!(Number.isInteger(classes) && classes >= 0))
    throw invalid('classes-negative', `\`classes\` must be an integer from 0, got ${classes}`);
}
