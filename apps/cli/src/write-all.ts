/** Several files that belong together. */
import { rm, stat } from 'node:fs/promises';
import { writeFile } from '@tweedie/weights/node';
import { writing } from './files.js';

/** A file to be. */
export interface NewFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** Writes all of them, each in one go; where one cannot be written, those that were not there before are removed. Throws as `writing`. */
export async function writeAll(files: readonly NewFile[]): Promise<void> {
  const made: string[] = [];
  try {
    for (const { path, bytes } of files) {
      const isNew = (await stat(path).catch(() => undefined)) === undefined;
      await writing(path, () => writeFile(path, [bytes]));
      if (isNew) made.push(path);
    }
  } catch (error) {
    for (const path of made) await rm(path, { force: true }).catch(() => undefined);
    throw error;
  }
}
