/** Gradients of kernels for which tfjs has none, and of which gradients are made: without them these cannot be differentiated again. */
import {
  Conv2D,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  EluGrad,
  Equal,
  engine,
  type GradConfig,
  Greater,
  greaterEqual,
  Less,
  LessEqual,
  LogicalNot,
  mul,
  NotEqual,
  type Tensor,
  where,
  zeros,
  zerosLike,
} from '@tensorflow/tfjs-core';

/** The missing gradients; a comparison's is zero. */
export const missingGradients: readonly GradConfig[] = [
  {
    kernelName: Conv2DBackpropFilter,
    inputsToSave: ['x', 'dy'],
    // linear in x and in dy: each one's derivative convolves the other with that by the filter
    gradFunc: (derivative, saved, { strides = 1, pad = 0, dataFormat = 'NHWC', dimRoundingMode }) => {
      const [x, dy] = saved as [Tensor, Tensor];
      const filter = derivative as Tensor;
      const attributes = { strides, pad, dataFormat, ...(dimRoundingMode === undefined ? {} : { dimRoundingMode }) };
      return {
        x: () => engine().runKernel(Conv2DBackpropInput, { dy, filter }, { ...attributes, inputShape: x.shape }),
        dy: () => engine().runKernel(Conv2D, { x, filter }, { ...attributes, dilations: 1 }),
      };
    },
  },
  {
    kernelName: EluGrad,
    inputsToSave: ['dy', 'y'],
    gradFunc: (derivative, saved) => {
      const [dy, y] = saved as [Tensor, Tensor];
      return {
        dy: () => engine().runKernel(EluGrad, { dy: derivative as Tensor, y }),
        y: () => where(greaterEqual(y, 0), zerosLike(y), mul(derivative as Tensor, dy)),
      };
    },
  },
  ...[Greater, Less, LessEqual, Equal, NotEqual].map((kernelName) => steps(kernelName, ['a', 'b'])),
  steps(LogicalNot, ['x']),
];

/** The gradient of a function that is constant but for jumps. */
function steps(kernelName: string, inputNames: readonly string[]): GradConfig {
  return {
    kernelName,
    inputsToSave: [...inputNames],
    gradFunc: (_, saved) => Object.fromEntries(saved.map((input, i) => [inputNames[i] ?? '', () => zeros(input.shape)])),
  };
}
