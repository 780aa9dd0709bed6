/** The last checkpoints of a run, `checkpoint-000120.safetensors`: where one is damaged, the one before it is gone on from. */
import { invalid } from '@tweedie/core';
import type { Checkpoint } from '@tweedie/training';
import { checkpointFile } from '@tweedie/training/node';
import { reading, writing } from './files.js';
import type { RunFolder } from './run-file.js';
import { say } from './say.js';

const NAME = /^checkpoint(?:-(\d+))?\.safetensors$/; // without a number, of a run of version 3

/** The checkpoints of a folder. */
export interface Checkpoints {
  /**
   * The newest one that is whole; damaged ones after it are named and removed. Undefined if there are none.
   * @throws RangeError (`checkpoints-damaged`) if none is whole, and then all stay; what `reading` throws
   */
  latest(): Promise<Checkpoint | undefined>;
  /** Writes one in one go, and removes those beyond the last few. */
  save(checkpoint: Checkpoint): Promise<void>;
}

/** At most `keep` checkpoints in `folder`. */
export function checkpoints(folder: RunFolder, keep: number): Checkpoints {
  const newestFirst = async () => {
    const stepOf = (name: string) => Number(NAME.exec(name)?.[1] ?? -1);
    return (await folder.files()).filter((name) => NAME.test(name)).sort((a, b) => stepOf(b) - stepOf(a));
  };
  return {
    async latest() {
      const damaged: string[] = [];
      let why = '';
      for (const name of await newestFirst()) {
        const path = folder.file(name);
        const found = await reading(path, () => wholeOrError(path));
        if (!(found instanceof Error)) {
          for (const old of damaged)
            say(`${folder.file(old)} was damaged and is removed; going on from ${name}, which is whole.`);
          await folder.remove(damaged);
          return found;
        }
        damaged.push(name);
        why ||= `${path}: ${found.message}`;
      }
      if (damaged.length === 0) return undefined;
      const rest = damaged.length === 1 ? 'there is no other' : `nor can the ${damaged.length - 1} before it`;
      throw invalid('checkpoints-damaged', `${why}, and ${rest}; restore one, or start over with --fresh`);
    },
    async save(checkpoint) {
      const path = folder.file(`checkpoint-${String(checkpoint.step).padStart(6, '0')}.safetensors`);
      await writing(path, () => checkpointFile(path).save(checkpoint));
      await folder.remove((await newestFirst()).slice(keep));
    },
  };
}

async function wholeOrError(path: string): Promise<Checkpoint | Error> {
  try {
    return (await checkpointFile(path).load()) ?? new Error('it is gone');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'checkpoint-corrupt') return error;
    throw error;
  }
}
