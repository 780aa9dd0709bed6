/** Several files that belong together: all of them are written, or nothing is. */
import { rm, rmdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeFile } from '@tweedie/weights/node';
import { expectWritable, writing } from './files.js';

/**
 * Writes what `work` gives for `paths`, each file in one go, after a trial whether there could be files. Where anything fails, files and
 * folders that were not there before are removed.
 * @param work gives the contents, in the order of `paths`
 * @throws what `writing` and `work` throw
 */
export async function writeAll<T>(
  paths: readonly string[],
  work: () => Promise<{ readonly contents: readonly Uint8Array[]; readonly result: T }>,
): Promise<T> {
  const folders = new Set<string>();
  for (const path of paths)
    for (let folder = dirname(path); !(await isThere(folder)); folder = dirname(folder)) folders.add(folder);
  const made: string[] = [];
  try {
    for (const path of paths) await expectWritable(path);
    const { contents, result } = await work();
    for (const [i, path] of paths.entries()) {
      const isNew = !(await isThere(path));
      await writing(path, () => writeFile(path, contents.slice(i, i + 1)));
      if (isNew) made.push(path);
    }
    return result;
  } catch (error) {
    for (const path of made) await rm(path, { force: true }).catch(() => undefined);
    const inner = (a: string, b: string) => b.length - a.length;
    for (const folder of [...folders].sort(inner)) await rmdir(folder).catch(() => undefined);
    throw error;
  }
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
