import { split, type Tensor } from '@tensorflow/tfjs-core';
import { invalid } from '@tweedie/core';

/**
 * The two halves of a network's output along the last axis, each of the shape of its input.
 * @throws RangeError (`channels-not-doubled`)
 */
export function halves(output: Tensor, input: Tensor): readonly [Tensor, Tensor] {
  const [given, wanted] = [output.shape.at(-1) ?? 0, 2 * (input.shape.at(-1) ?? 0)];
  const [mean, variance] = given === wanted ? split(output, 2, -1) : [];
  if (mean === undefined || variance === undefined)
    throw invalid(
      'channels-not-doubled',
      `a network with a learned variance must give twice the channels of its input on the last axis, ${wanted}, got ${given}`,
    );
  return [mean, variance];
}
