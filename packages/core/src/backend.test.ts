import { expect, it } from 'vitest';
import { useBackend } from './backend.js';
import type { Backend } from './contracts.js';

function fake(name: string, reason?: string): Backend & { loads: number } {
  return {
    name,
    loads: 0,
    unavailable: () => reason,
    async load() {
      this.loads++;
    },
  };
}

it('loads the first that can run, and says why it passed over the others', async () => {
  const [gpu, plain, last] = [fake('gpu', 'no driver'), fake('plain'), fake('last')];
  expect(await useBackend(gpu, plain, last)).toEqual({ name: 'plain', passedOver: [{ name: 'gpu', reason: 'no driver' }] });
  expect([gpu.loads, plain.loads, last.loads]).toEqual([0, 1, 0]);
});

it('names every reason when none can run', async () => {
  await expect(useBackend(fake('gpu', 'no driver'), fake('web', 'no browser'))).rejects.toMatchObject({
    code: 'no-backend',
    message: expect.stringContaining('gpu: no driver; web: no browser'),
  });
});
