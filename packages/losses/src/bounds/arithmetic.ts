/**
 * The arithmetic that a bound is written in, so that one formula serves both the plain numbers that it is checked on, in
 * float64, and the tensors that a network is trained on.
 */
import * as tf from '@tensorflow/tfjs-core';

/** A value of an arithmetic, or a number that is the same for all its elements. */
export type Operand<X> = X | number;

/** Operations element by element; operands broadcast. */
export interface Arithmetic<X> {
  /** The distance from 1 to the next larger number. */
  readonly precision: number;
  add(a: Operand<X>, b: Operand<X>): X;
  sub(a: Operand<X>, b: Operand<X>): X;
  mul(a: Operand<X>, b: Operand<X>): X;
  div(a: Operand<X>, b: Operand<X>): X;
  max(a: Operand<X>, b: Operand<X>): X;
  min(a: Operand<X>, b: Operand<X>): X;
  abs(a: X): X;
  exp(a: Operand<X>): X;
  log(a: X): X;
  tanh(a: X): X;
  /** `yes` where `a > 0`, else `no`. */
  select(a: Operand<X>, yes: Operand<X>, no: Operand<X>): X;
  /** `ln Σ e^term`, without overflow. */
  logSumExp(terms: readonly X[]): X;
  /**
   * A function of two operands whose derivatives are given, for where those of its steps would lose digits.
   * @param forward the value, and what the derivatives are made of
   */
  differentiable(
    forward: (a: X, b: X) => readonly [value: X, kept: X],
    slopes: (a: X, b: X, kept: X) => readonly [byA: X, byB: X],
  ): (a: X, b: X) => X;
}

/** Plain numbers. */
export const numberArithmetic: Arithmetic<number> = {
  precision: Number.EPSILON,
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  max: Math.max,
  min: Math.min,
  abs: Math.abs,
  exp: Math.exp,
  log: Math.log,
  tanh: Math.tanh,
  select: (a, yes, no) => (a > 0 ? yes : no),
  logSumExp: (terms) => {
    const largest = Math.max(...terms);
    return largest + Math.log(terms.reduce((sum, term) => sum + Math.exp(term - largest), 0));
  },
  differentiable: (forward) => (a, b) => forward(a, b)[0],
};

/** Tensors, float32. Fresh results; call inside `tidy`. */
export const tensorArithmetic: Arithmetic<tf.Tensor> = {
  precision: 2 ** -23,
  add: tf.add,
  sub: tf.sub,
  mul: tf.mul,
  div: tf.div,
  max: tf.maximum,
  min: tf.minimum,
  abs: tf.abs,
  exp: tf.exp,
  log: tf.log,
  tanh: tf.tanh,
  select: (a, yes, no) => tf.where(tf.greater(a, 0), yes, no),
  logSumExp: (terms) => tf.logSumExp(tf.stack([...terms], -1), -1),
  differentiable: (forward, slopes) => (a, b) =>
    tf.customGrad((left, right, save) => {
      const [x, y] = [left as tf.Tensor, right as tf.Tensor];
      const [value, kept] = forward(x, y);
      (save as tf.GradSaveFunc)([x, y, kept]);
      return {
        value,
        gradFunc: (dy: tf.Tensor, saved: tf.Tensor[]) => {
          const [savedX = x, savedY = y, savedKept = kept] = saved;
          return tf.tidy(() => slopes(savedX, savedY, savedKept).map((slope) => tf.mul(dy, slope)));
        },
      };
    })(a, b),
};
