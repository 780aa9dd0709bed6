/** First values of parameters, as functions of a key. */
import { type Key, normals, uniform } from '@tweedie/core';

/** `count` values from a key, in the order of the parameter's elements. */
export type Initializer = (key: Key, count: number) => Float32Array;

/** All 0: an output that starts with this contributes nothing at first. */
export const zeros: Initializer = (_, count) => new Float32Array(count);

/** All 1. */
export const ones: Initializer = (_, count) => new Float32Array(count).fill(1);

/** Standard normals, PyTorch's choice for embedding tables. */
export const standardNormal: Initializer = (key, count) => normals(key, count);

/**
 * Uniform within ±1/√fanIn, PyTorch's choice for the weights and biases of linear and convolutional layers (He et al. 2015, arXiv
 * 1502.01852, with a = √5).
 * @param fanIn inputs to each output, positive
 */
export function fanInUniform(fanIn: number): Initializer {
  const bound = 1 / Math.sqrt(fanIn);
  return (key, count) => Float32Array.from(uniform(key, count), (u) => bound * (2 * u - 1));
}

/**
 * Normal with variance 1/fanIn, which keeps the variance of what flows through (LeCun et al. 1998, "Efficient BackProp", section 4.6).
 * @param fanIn inputs to each output, positive
 */
export function fanInNormal(fanIn: number): Initializer {
  const deviation = 1 / Math.sqrt(fanIn);
  return (key, count) => normals(key, count).map((z) => deviation * z);
}

/** First values of a linear or convolutional layer whose outputs each have `fanIn` inputs. */
export type LayerStart = (fanIn: number) => { readonly weight: Initializer; readonly bias: Initializer };

/** PyTorch's default: weight and bias by {@link fanInUniform}. */
export const uniformStart: LayerStart = (fanIn) => ({ weight: fanInUniform(fanIn), bias: fanInUniform(fanIn) });

/** Weight by {@link fanInNormal}, bias zero. */
export const normalStart: LayerStart = (fanIn) => ({ weight: fanInNormal(fanIn), bias: zeros });

/** A layer whose output is zero at first. */
export const zeroStart: LayerStart = () => ({ weight: zeros, bias: zeros });
