/** A run's folder, and the names of its files. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFile } from '@tweedie/weights/node';
import { isMissing, reading, readingText, writing } from './files.js';
import { parseRun, type Run } from './run-format.js';

export { type Run, type Trained, trainedSchema } from './run-format.js';

/** The files of a run. */
export interface RunFolder {
  readonly path: string;
  readonly file: (name: string) => string;
  /** The run, or undefined if the folder has none. */
  load(): Promise<Run | undefined>;
  save(run: Run): Promise<void>;
  /** Writes a file in one go. */
  write(name: string, content: Uint8Array | string): Promise<void>;
  /** The sample grids drawn on the way, in order, as `progress/000120.png` or `.svg`. */
  progress(): Promise<readonly string[]>;
  /** Files that are there and have a run's names. */
  files(): Promise<readonly string[]>;
  remove(names: readonly string[]): Promise<void>;
  /** Removes the files of a run, and nothing else. */
  clear(): Promise<void>;
  /** Removes what a killed process had begun to write. */
  sweep(): Promise<void>;
}

const FILES =
  /^(run\.json|log\.jsonl|(checkpoint(-\d+)?|model|judge|noisy-classifier)\.safetensors|samples\.(png|svg)|loss\.svg|report\.html)$/;
const PROGRESS = /^\d+\.(png|svg)$/;
const MOVED = /^train\.lock\.\d+$/;
const UNFINISHED = /^\.(.+)\.\d+\.\w+\.tmp$/;

/** The folder at `path`; it is made when something is written. */
export function runFolder(path: string): RunFolder {
  const file = (name: string) => join(path, name);
  const write: RunFolder['write'] = (name, content) =>
    writing(file(name), () => writeFile(file(name), [typeof content === 'string' ? new TextEncoder().encode(content) : content]));
  const names = (folder: string) =>
    reading(folder, async () => {
      try {
        return await readdir(folder);
      } catch (error) {
        if (isMissing(error)) return [];
        throw error;
      }
    });
  const remove = async (some: readonly string[]) => {
    for (const name of some) await writing(file(name), () => rm(file(name)));
  };
  const named = async (under: string, is: (name: string) => boolean) => (await names(file(under))).filter(is).sort();
  const files = () => named('', (name) => FILES.test(name));
  const progress = async () => (await named('progress', (name) => PROGRESS.test(name))).map((name) => `progress/${name}`);
  const sweep = async () => {
    const begun = (pattern: RegExp) => (name: string) => pattern.test(UNFINISHED.exec(name)?.[1] ?? '');
    await remove(await named('', begun(FILES)));
    await remove(await named('', (name) => MOVED.test(name)));
    await remove((await named('progress', begun(PROGRESS))).map((name) => `progress/${name}`));
  };
  return {
    path,
    file,
    write,
    progress,
    files,
    remove,
    sweep,
    async clear() {
      await remove([...(await files()), ...(await progress())]);
      await sweep();
    },
    async load() {
      const text = await readingText(file('run.json'));
      return text === undefined ? undefined : parseRun(text, file('run.json'));
    },
    save: (run) => write('run.json', `${JSON.stringify(run, null, 2)}\n`),
  };
}
