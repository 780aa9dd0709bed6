/** A tfjs backend for the tests on tensors: the one that the test file registered, else the plain JavaScript one. */
import { findBackendFactory, getBackend, ready, setBackend } from '@tensorflow/tfjs-core';

/** Resolves when tensors can be made. */
export async function tensorBackend(): Promise<void> {
  if (getBackend() == null) {
    if (findBackendFactory('cpu') == null) await import('@tensorflow/tfjs-backend-cpu');
    await setBackend('cpu');
  }
  await ready();
}
