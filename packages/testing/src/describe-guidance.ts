/** Conformance of a guidance: a denoiser around a denoiser. */
import { memory, slice, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { type Denoiser, type Guidance, key, type Moment, normals, sliceBatch } from '@tweedie/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { forms, linearLogSnr } from './forms.js';
import { distance } from './internal/numbers.js';
import { tensorBackend } from './internal/tensor-backend.js';

/** What a guidance is tested with. */
export interface GuidanceSubject<In, Out> {
  /** The guidance at the scale that means "off". */
  readonly off: () => Guidance<In, Out>;
  /** The guidance at work. */
  readonly on: () => Guidance<In, Out>;
  /** A denoiser to guide, on `x` of shape `[batch, 2]`; it must depend on the condition. */
  readonly denoiser: Denoiser<In>;
  /** A condition for a batch; its tensors are disposed by the kit with `release`. */
  readonly condition: (batch: number) => Out;
  /** What the plain denoiser gets where the guided one gets `condition`; the same, where the types are. */
  readonly plain: (condition: Out) => In;
  readonly release?: (condition: Out) => void;
}

const BATCH = 3;
const process = forms(linearLogSnr({ min: -8, max: 8 }))['variance preserving'];
const [from, to] = [process.level(-1), process.level(1)];

/**
 * Tests a guidance, on tensors: "off" changes nothing, "on" changes something, the moment reaches the guided denoiser and its
 * notes come back in the shape of `x`, every sample is guided by itself, and exactly the result is left.
 * @param name what the tests are called
 * @param subject see {@link GuidanceSubject}
 */
export function describeGuidance<In, Out = In>(name: string, subject: GuidanceSubject<In, Out>): void {
  const { off, on, denoiser, condition, plain, release } = subject;
  const values = normals(key(21), 2 * BATCH);
  const moment: Moment = { from, to, index: 4, count: 9, note: () => undefined, recall: () => undefined };
  const given = <T>(use: (x: Tensor, condition: Out) => T): T => {
    const x = tensor(values, [BATCH, 2]);
    const y = condition(BATCH);
    const result = use(x, y);
    x.dispose();
    release?.(y);
    return result;
  };
  const read = (result: Tensor) => {
    const numbers = result.dataSync();
    result.dispose();
    return numbers;
  };

  describe(name, () => {
    beforeAll(tensorBackend);

    test('switched off, it changes nothing', () => {
      given((x, y) => {
        const guided = read(off()(denoiser)(x, from, y, moment));
        expect(distance(guided, read(denoiser(x, from, plain(y), moment)))).toBeLessThan(1e-6);
      });
    });

    test('at work, it changes something', () => {
      given((x, y) => {
        const guided = read(on()(denoiser)(x, from, y, moment));
        expect(distance(guided, read(denoiser(x, from, plain(y), moment)))).toBeGreaterThan(1e-4);
      });
    });

    test('every sample is guided by itself', () => {
      given((x, y) => {
        const share = { begin: 1, end: 2 };
        const guided = on()(denoiser);
        const alone = read(tidy(() => guided(slice(x, 1, 1), from, sliceBatch(y, share), moment)));
        const among = read(tidy(() => slice(guided(x, from, y, moment), 1, 1)));
        expect(distance(alone, among)).toBeLessThan(1e-6);
      });
    });

    test.each([
      ['off', off],
      ['on', on],
    ])('forwards the moment and the level, switched %s', (_, guidance) => {
      const seen: unknown[] = [];
      const noted: unknown[] = [];
      const noting: Moment = { ...moment, note: (_, { shape }) => void noted.push(shape) };
      given((x, y) =>
        read(
          guidance()((inner, level, c, m) => {
            seen.push([level, m?.from, m?.to, m?.index, m?.count]);
            m?.note('input', inner);
            return denoiser(inner, level, c, m);
          })(x, from, y, noting),
        ),
      );
      expect(seen.length).toBeGreaterThan(0);
      for (const each of seen) expect(each).toEqual([from, from, to, moment.index, moment.count]);
      expect(noted.length).toBeGreaterThan(0);
      for (const shape of noted) expect(shape).toEqual([BATCH, 2]);
    });

    test.each([
      ['off', off],
      ['on', on],
    ])('leaves its inputs alone and exactly the result behind, switched %s', (_, guidance) => {
      const guided = guidance()(denoiser);
      given((x, y) => {
        const before = memory().numTensors;
        const first = guided(x, from, y, moment);
        const second = guided(x, from, y, moment);
        expect(memory().numTensors).toBe(before + 2);
        expect(first.shape).toEqual(x.shape);
        expect(read(second)).toEqual(read(first));
        expect(x.dataSync()).toEqual(values);
      });
    });
  });
}
