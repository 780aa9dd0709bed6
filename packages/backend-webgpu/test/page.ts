/** A page that trains, samples, loses its device, and goes on. */
import { add, backend, ones } from '@tensorflow/tfjs-core';
import { type WebgpuReport, webgpu } from '../src/index.js';
import { small } from './small.js';

export interface PageResult {
  readonly reason: string | undefined;
  readonly report?: WebgpuReport | undefined;
  readonly losses?: readonly number[];
  readonly points?: readonly number[];
  readonly failure?: unknown;
  readonly resumed?: readonly number[];
  /** Codes that reads were rejected with: one under way when the device went, and one after. */
  readonly rejected?: readonly unknown[];
}

const codeOf = (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error);

export default async function (steps: number): Promise<PageResult> {
  const gpu = webgpu();
  const reason = await gpu.unavailable();
  if (reason !== undefined) return { reason };
  await gpu.load();
  const destroy = () => {
    const current = backend();
    if ('device' in current && current.device instanceof GPUDevice) current.device.destroy();
  };
  const whole = small();
  const { losses } = await whole.train(steps);
  const points = await whole.sample();

  const cut = small();
  const { failure, checkpoint } = await cut.train(steps, {
    train: { signal: gpu.lost },
    onStep: (step) => step === steps - 2 && destroy(),
  });
  await gpu.load();
  const { losses: resumed } = await cut.train(steps, { train: { signal: gpu.lost, ...(checkpoint && { resume: checkpoint }) } });

  const x = add(ones([2000]), 1);
  const reading = x.data().catch(codeOf);
  destroy();
  const rejected = [await reading, await add(x, 1).data().catch(codeOf)];
  return { reason, report: await gpu.report(), losses, points, failure: codeOf(failure), resumed, rejected };
}
