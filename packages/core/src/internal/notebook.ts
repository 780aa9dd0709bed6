/**
 * What is noted in a step. A denoiser may note inside a `tidy` of its own, which must not take the note away: copies are kept
 * until the driver frees them.
 */
import { clone, keep, type Tensor } from '@tensorflow/tfjs-core';
import type { Moment } from '../contracts.js';

/** The notes of one step; tensors of the driver's. */
export interface Notebook extends Pick<Moment, 'note' | 'recall'> {
  /** The last note of each name. */
  readonly notes: Readonly<Record<string, Tensor>>;
  /** Every copy made: a note that was replaced may still be in use by the sampler that recalled it. */
  readonly copies: readonly Tensor[];
}

/** An empty notebook, which recalls the notes of the step before where it has none itself. */
export function notebook(last: Readonly<Record<string, Tensor>>): Notebook {
  const notes: Record<string, Tensor> = {};
  const copies: Tensor[] = [];
  return {
    notes,
    copies,
    note(name, value) {
      const copy = keep(clone(value));
      notes[name] = copy;
      copies.push(copy);
    },
    recall: (name) => notes[name] ?? last[name],
  };
}
