import '@tensorflow/tfjs-backend-cpu';
import { memory, setBackend, tensor1d } from '@tensorflow/tfjs-core';
import { type Comparison, describeGoldens, flag, type GoldenCase, number, numbers } from '@tweedie/goldens';
import embeddings from '@tweedie/goldens/networks/embeddings.json' with { type: 'json' };
import { beforeAll, expect, it } from 'vitest';
import { type SinusoidalOptions, sinusoidal } from './sinusoidal.js';

beforeAll(() => setBackend('cpu'));

// A float32 angle of size a is off by up to a·6e-8: the peers' timesteps reach 1000, and 10⁶ where they are scaled.
describeGoldens('sinusoidal', embeddings, (golden) => (golden.scale === 1000 ? undefined : run(golden)), {
  tolerance: { abs: 1e-4 },
});
describeGoldens('sinusoidal, scaled', embeddings, (golden) => (golden.scale === 1000 ? run(golden) : undefined), {
  tolerance: { abs: 0.07 },
});

function run(golden: GoldenCase): (() => Comparison) | undefined {
  const embed = (input: Float64Array, options: SinusoidalOptions) => () => ({
    embedding: [Float64Array.from(sinusoidal(tensor1d([...input]), options).dataSync()), numbers(golden.embedding)] as const,
  });
  if (golden.name.startsWith('edm/PositionalEmbedding'))
    return embed(numbers(golden.x), {
      width: number(golden.num_channels),
      period: number(golden.max_positions),
      shift: flag(golden.endpoint) ? 1 : 0,
    });
  if (golden.name.startsWith('improved-diffusion'))
    return embed(numbers(golden.timesteps), { width: number(golden.embedding_dim) });
  if (golden.function !== 'get_timestep_embedding') return undefined;
  return embed(numbers(golden.timesteps), {
    width: number(golden.embedding_dim),
    scale: number(golden.scale),
    period: number(golden.max_period),
    shift: number(golden.downscale_freq_shift) === 1 ? 1 : 0,
    first: flag(golden.flip_sin_to_cos) ? 'cosine' : 'sine',
  });
}

it('leaves one tensor', () => {
  const levels = tensor1d([1, 2]);
  const before = memory().numTensors;
  sinusoidal(levels, { width: 5 }).dispose();
  expect(memory().numTensors).toBe(before);
});

it.each([{ width: 1 }, { width: 2.5 }, { width: 3, shift: 1 } as const])('refuses a width without frequencies: %o', (options) => {
  expect(() => sinusoidal(tensor1d([1]), options)).toThrow(expect.objectContaining({ code: 'embedding-too-narrow' }));
});
