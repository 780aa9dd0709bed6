/** Where the inputs and outputs of a session lie in one buffer. */
import { invalid } from '@tweedie/core';
import type { OnnxPort } from '../onnx.js';
import type { PortLayout } from './port-view.js';

/** Ports start on cache lines, so that no two threads write the same one. */
const LINE = 64;

/**
 * Places ports one after the other.
 * @returns the ports with their places, and the first byte behind them
 * @throws RangeError `shape-not-fixed`, TypeError `port-type` for int64, which no JavaScript number array holds
 */
export function layOut(
  ports: readonly OnnxPort[],
  start: number,
): { readonly ports: readonly PortLayout[]; readonly end: number } {
  let end = start;
  const placed = ports.map(({ name, type, shape }) => {
    if (type === 'int64') throw invalid('port-type', `port \`${name}\` must be float32, int32 or bool, got int64`, TypeError);
    const fixed = shape.filter((length) => typeof length === 'number');
    if (fixed.length < shape.length) {
      throw invalid('shape-not-fixed', `port \`${name}\` must have a fixed shape to be run, got [${shape.join(', ')}]`);
    }
    const length = fixed.reduce((product, size) => product * size, 1);
    const offset = end;
    end += Math.ceil((length * (type === 'bool' ? 1 : 4)) / LINE) * LINE;
    return { name, type, shape: fixed, offset, length };
  });
  return { ports: placed, end };
}
