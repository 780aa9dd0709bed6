/** What a folder of images holds, in a few lines to read before a training begins. */
import type { FolderReport, Size } from '@tweedie/data/node';

/** What the lines tell of. */
export interface FoundImages extends FolderReport {
  readonly size: number;
  readonly height: number;
  readonly width: number;
}

const MOST_CLASSES = 20;
const MOST_LEFT_OUT = 6;

/** The lines, at most ten. */
export function folderLines(folder: string, found: FoundImages): readonly string[] {
  const { size, height, width, classes, leftOut } = found;
  const { smallest, median, largest } = found.sources;
  const of = classes.length > 0 ? ` in ${classes.length} classes` : ', without classes';
  const lines = [
    `${folder}: ${size} images${of}, from ${pixels(smallest)} to ${pixels(largest)} pixels (median ${pixels(median)}), scaled to ${height}×${width}.`,
  ];
  if (classes.length > 0)
    lines.push(
      `  ${listed(
        classes.map(({ name, images }) => `${name} ${images}`),
        MOST_CLASSES,
        ' · ',
      )}`,
    );
  if (leftOut.length > 0) {
    const shown = leftOut.slice(0, MOST_LEFT_OUT).map(({ path, reason }) => `  ${path}: ${reason}`);
    const rest = leftOut.length - shown.length;
    lines.push(`Left out, ${leftOut.length} of its files:`, ...shown, ...(rest > 0 ? [`  and ${rest} more`] : []));
  }
  return lines.map((line) => line.replaceAll(/\p{Cc}/gu, '�')); // a name may hold what steers a terminal
}

/** The first of some texts, and the number of the rest. */
function listed(texts: readonly string[], most: number, between: string): string {
  const rest = texts.length - most;
  return [...texts.slice(0, most), ...(rest > 0 ? [`and ${rest} more`] : [])].join(between);
}

function pixels([height, width]: Size): string {
  return `${height}×${width}`;
}
