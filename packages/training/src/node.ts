/** Checkpoints on disk, for Node. */
import { readFile } from 'node:fs/promises';
import { writeFile } from '@tweedie/weights/node';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.js';

/** A file that holds the latest checkpoint of a run. */
export interface CheckpointFile {
  /** Replaces the file in one go: after a crash it is the old checkpoint or the new one, whole. */
  save(checkpoint: Checkpoint): Promise<void>;
  /** The checkpoint, or undefined if the file does not exist. Throws as `decodeCheckpoint` if it is damaged. */
  load(): Promise<Checkpoint | undefined>;
}

/** A checkpoint file: give `save` to `train` and what `load` gives as `resume`. */
export function checkpointFile(path: string): CheckpointFile {
  return {
    save: (checkpoint) => writeFile(path, [encodeCheckpoint(checkpoint)]),
    load: async () => {
      let bytes: Uint8Array;
      try {
        bytes = await readFile(path);
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
        throw error;
      }
      return decodeCheckpoint(bytes);
    },
  };
}
