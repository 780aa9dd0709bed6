/** A tfjs backend whose device may go away: what waits for it is told. */
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { invalid } from '@tweedie/core';

type DataId = Parameters<WebGPUBackend['read']>[0];

const signals = new WeakMap<object, AbortSignal>();

/**
 * Makes the reads of `backend` reject once its device is lost or reports an error that nothing caught, as when memory runs out:
 * tfjs would go on with zeros. A synchronous read where there is none is refused, and disposal destroys the device.
 */
export function guarded(backend: WebGPUBackend): AbortSignal {
  const known = signals.get(backend);
  if (known !== undefined) return known;
  const { device } = backend;
  const controller = new AbortController();
  const { signal } = controller;
  signals.set(backend, signal);
  const waiting = new Set<(reason: unknown) => void>();
  const fail = (code: string, message: string) => {
    if (signal.aborted) return;
    controller.abort(invalid(code, message, Error));
    for (const reject of waiting) reject(signal.reason);
  };
  device.lost.then(({ reason, message }) => fail('device-lost', `the GPU device was lost (${reason}): ${message}`));
  device.addEventListener('uncapturederror', (event) => {
    event.preventDefault();
    fail('device-failed', `the GPU device failed (${event.error.constructor.name}): ${event.error.message}`);
  });

  const { read, readSync, dispose } = backend;
  backend.read = (dataId: DataId) =>
    new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      waiting.add(reject);
      read
        .call(backend, dataId)
        .then(resolve, async (error) => {
          // A read fails a moment before the device tells why.
          await Promise.race([device.lost, new Promise((late) => setTimeout(late, 1000))]);
          reject(signal.aborted ? signal.reason : error);
        })
        .finally(() => waiting.delete(reject));
    });
  backend.readSync = (dataId: object) => {
    if (typeof OffscreenCanvas !== 'undefined' || backend.tensorMap.get(dataId)?.values != null)
      return readSync.call(backend, dataId);
    throw invalid(
      'synchronous-read',
      'a tensor on WebGPU cannot be read synchronously in Node: await its `data()`. An operation of another backend reads so, ' +
        'too: set the backend of its tensors before',
      Error,
    );
  };
  backend.dispose = () => {
    dispose.call(backend);
    device.destroy();
  };
  return signal;
}
