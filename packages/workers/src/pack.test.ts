import '@tensorflow/tfjs-backend-cpu';
import { complex, memory, type Rank, setBackend, type Tensor, tensor, tensor1d, tensor2d } from '@tensorflow/tfjs-core';
import { disposeAll } from '@tweedie/core';
import { beforeAll, describe, expect, expectTypeOf, test } from 'vitest';
import type { Moved } from './moved.js';
import { type PackedTensor, packTensors, packTensorsSync, unpackTensors } from './pack.js';

beforeAll(() => setBackend('cpu'));

const tree = () => ({
  x: tensor2d([
    [0.1, -2],
    [Number.NaN, Number.POSITIVE_INFINITY],
  ]),
  more: [tensor1d([1, -2], 'int32'), tensor1d([true, false], 'bool'), tensor([], [0, 3])] as const,
  name: 'kept',
  none: undefined,
  bytes: Uint8Array.of(7),
});

/** Out and in, as between two threads. */
const sent = <T>({ value, transfer }: Moved<T>): T => structuredClone(value, { transfer: [...transfer] });

describe.each([
  ['packTensors', packTensors],
  ['packTensorsSync', async <T>(given: T) => packTensorsSync(given)],
])('%s', (_, pack) => {
  test('gives back every tensor, bit for bit, with the rest of the tree', async () => {
    const given = tree();
    const before = memory().numTensors;
    const packed = await pack(given);
    expect(memory().numTensors).toBe(before);
    const back = unpackTensors(sent(packed)) as unknown as typeof given;
    expect(memory().numTensors).toBe(before + 4);
    expect(back).toMatchObject({ name: 'kept', none: undefined, bytes: given.bytes });
    expect(given.bytes).toEqual(Uint8Array.of(7)); // only tensors are moved
    const pairs: (readonly [Tensor<Rank>, Tensor<Rank>])[] = [
      [back.x, given.x],
      ...back.more.map((one, i) => [one, given.more[i] ?? given.x] as const),
    ];
    for (const [one, original] of pairs) {
      expect([one.shape, one.dtype]).toEqual([original.shape, original.dtype]);
      expect([...one.dataSync()]).toEqual([...original.dataSync()]);
    }
    disposeAll(given, back);
  });

  test('leaves the tensors as they are when their packed values are moved', async () => {
    const x = tensor1d([1, 2, 3]);
    const packed = await pack({ x });
    sent(packed);
    expect(packed.value.x.values.byteLength).toBe(0);
    expect([...x.dataSync()]).toEqual([1, 2, 3]);
    x.dispose();
  });

  test('refuses what has no plain numbers', async () => {
    const refused = [tensor1d(['a', 'b']), complex([1], [2])];
    for (const one of refused)
      await expect((async () => pack({ one }))()).rejects.toMatchObject({ name: 'TypeError', code: 'tensor-not-packable' });
    disposeAll(refused);
  });
});

test('types follow the tree', () => {
  const packed = packTensorsSync({ x: tensor1d([1]), list: [tensor1d([2])], name: 'a', values: new Float32Array(1) });
  expectTypeOf(packed.value).toEqualTypeOf<{
    readonly x: PackedTensor;
    readonly list: readonly PackedTensor[];
    readonly name: string;
    readonly values: Float32Array<ArrayBuffer>;
  }>();
  expectTypeOf(unpackTensors(packed.value).x).toEqualTypeOf<Tensor>();
});
