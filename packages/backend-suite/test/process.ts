/** A backend alone in its process. */
import { cuda, nativeCpu } from '@tweedie/backend-node';
import { wasm } from '@tweedie/backend-wasm';
import { webgpu } from '@tweedie/backend-webgpu';
import { cpu } from '@tweedie/core/cpu';
import { type Measured, measure, type Wanted } from './measure.js';

const backends = { cpu, cuda, 'native-cpu': nativeCpu, wasm, webgpu };

export interface ProcessArgument {
  readonly backend: keyof typeof backends;
  readonly wanted: Wanted;
}

export default function ({ backend, wanted }: ProcessArgument): Promise<Measured> {
  return measure(backends[backend](), wanted);
}
