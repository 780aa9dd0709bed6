/** What `--out` of `tweedie sample` may be: one picture, a file of values, or a folder of pictures. */
import { stat } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { invalid } from '@tweedie/core';
import type { DataSpec } from './data.js';
import type { Samples } from './draw-samples.js';
import { encoded, PIXEL_ENDINGS, type PixelEnding, rastersOf } from './images.js';
import { npy } from './npy.js';
import { chartOf, imagesOf, pixelsOf } from './pictures.js';
import type { SamplePlan, SampleRecord } from './sample-plan.js';

/** Files to write, known before there are samples. */
export interface SampleOutput {
  /** In the order of `files`. */
  readonly paths: readonly string[];
  /** The file of each sample, if it has one of its own. */
  readonly names?: readonly string[];
  contents(samples: Samples): Promise<readonly Uint8Array[]>;
}

/**
 * The files that `out` asks for: by its ending, or in a folder if that is there or `out` ends as folders do.
 * @throws RangeError (`out-ending`, `out-of-points`)
 */
export async function sampleOutput(
  out: string,
  data: DataSpec,
  plan: SamplePlan,
  records: readonly SampleRecord[],
): Promise<SampleOutput> {
  const isPoints = data.kind === 'points';
  if (out.endsWith('/') || out.endsWith(sep) || (await stat(out).catch(() => undefined))?.isDirectory()) {
    if (isPoints)
      throw invalid(
        'out-of-points',
        `\`--out\` must be a file, since points are drawn together, got the folder ${out}: add a name such as points.svg`,
      );
    return folderOutput(out, records);
  }
  const ending = extname(out).slice(1);
  if (ending === 'npy') return npyOutput(out, plan, records);
  if (ending === 'svg' && isPoints)
    return { paths: [out], contents: async (samples) => [new TextEncoder().encode(await chartOf(samples, data))] };
  if (isPixels(ending))
    return { paths: [out], contents: async (samples) => [await pixelsOf(samples, data, plan.columns, ending)] };
  const endings = [...(isPoints ? ['svg'] : []), ...PIXEL_ENDINGS].map((known) => `.${known}`).join(', ');
  throw invalid('out-ending', `\`--out\` must end in ${endings} or .npy${isPoints ? '' : ', or in / for a folder'}, got ${out}`);
}

function npyOutput(out: string, { labels }: SamplePlan, records: readonly SampleRecord[]): SampleOutput {
  const isLabelled = records[0]?.class !== undefined;
  return {
    paths: isLabelled ? [out, out.replace(/\.npy$/, '.labels.npy')] : [out],
    contents: async ({ values, shape }) => [npy(values, shape), ...(isLabelled ? [npy(labels, [labels.length])] : [])],
  };
}

function folderOutput(out: string, records: readonly SampleRecord[]): SampleOutput {
  const digits = String(records.length - 1).length;
  const names = records.map(({ class: name }, i) => {
    const index = String(i).padStart(digits, '0');
    return `${name === undefined ? index : `${index}-${portable(name)}`}.png`;
  });
  return {
    names,
    paths: names.map((name) => join(out, name)),
    contents: (samples) => Promise.all(rastersOf(imagesOf(samples)).map((raster) => encoded(raster, 'png'))),
  };
}

/** A name that is one on every file system. */
function portable(name: string): string {
  return name.replace(/[\\/:*?"<>|\p{Cc}]/gu, '_');
}

function isPixels(ending: string): ending is PixelEnding {
  return PIXEL_ENDINGS.some((known) => known === ending);
}
