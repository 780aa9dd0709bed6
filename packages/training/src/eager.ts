/** Loss and gradients by TensorFlow.js's own automatic differentiation: the default of `train`. */
import { clone, keep, type Tensor, tidy, variableGrads } from '@tensorflow/tfjs-core';
import {
  type Differentiate,
  disposeAll,
  type Evaluation,
  freeTape,
  type Gradients,
  mapTensors,
  registerGradients,
} from '@tweedie/core';

/**
 * Differentiates an objective where it stands. Parameters that the loss does not depend on, or that are not trainable, have no
 * entry in the gradients. The caller owns all tensors of the result.
 */
export const eager: Differentiate = (objective) => {
  registerGradients();
  const variables = [...objective.parameters.values()];
  return (inputs): Gradients => {
    // variableGrads frees all but the loss, so the rest is kept by hand.
    let held: Omit<Evaluation, 'loss'> = {};
    try {
      // The scope is for the loss where the way back fails.
      const { value: loss, grads } = tidy(() =>
        variableGrads(() => {
          const { loss, ...rest } = objective.evaluate(inputs);
          held = mapTensors(rest, (tensor) => keep(clone(tensor)));
          return loss;
        }, variables),
      );
      const gradients: Record<string, Tensor> = {};
      for (const [name, variable] of objective.parameters) {
        const gradient = grads[variable.name];
        if (gradient != null) gradients[name] = gradient;
      }
      return { loss, ...mapTensors(held, clone), gradients };
    } catch (error) {
      freeTape();
      throw error;
    } finally {
      disposeAll(held);
    }
  };
};
