/** WebGPU in a page. */
import { webgpu } from '@tweedie/backend-webgpu';
import { type Measured, measure, type Wanted } from './measure.js';

export default function (wanted: Wanted): Promise<Measured> {
  return measure(webgpu(), wanted);
}
