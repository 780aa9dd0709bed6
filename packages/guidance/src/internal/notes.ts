/** What the denoisers inside a guidance note for the sampler, which knows of one estimate only. */
import { concat, slice, tidy } from '@tensorflow/tfjs-core';
import type { Moment } from '@tweedie/core';

/** The moment of a second estimate, whose notes stay out of the sampler's sight. */
export function aside(moment: Moment, name: string): Moment {
  const under = (note: string) => `${note}, ${name}`;
  return {
    ...moment,
    note: (note, value) => moment.note(under(note), value),
    recall: (note) => moment.recall(under(note)),
  };
}

/** The moment of a batch of two halves. A note is that of the first; the other one lies aside, for the denoiser that recalls both. */
export function ofHalves(moment: Moment, batch: number): Moment {
  const other = aside(moment, 'unconditional');
  return {
    ...moment,
    note: (name, value) =>
      void tidy(() => {
        moment.note(name, slice(value, 0, batch));
        other.note(name, slice(value, batch));
      }),
    recall(name) {
      const given = moment.recall(name);
      return given && concat([given, other.recall(name) ?? given]);
    },
  };
}
