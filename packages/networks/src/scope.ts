/**
 * Named parameters. A scope hands out `tf.Variable`s under dotted names, such as `down.0.blocks.0.conv1.weight`, and draws each
 * one's first values from a key of its own: the network's key folded with the full name. So the same key
 * gives the same network on every backend, and a parameter's values do not depend on which others exist.
 */
import { tensor, tidy, type Variable, variable } from '@tensorflow/tfjs-core';
import { foldInName, invalid, type Key, type Parameters } from '@tweedie/core';
import type { Initializer } from './initializers.js';

/** A place in a network's tree of names, where layers put their parameters. */
export interface Scope {
  /** All parameters so far, of the whole network, in order of creation. */
  readonly parameters: Parameters;
  /** The place below this one; `name` may itself be dotted. */
  child(name: string | number): Scope;
  /**
   * A new trainable parameter of that shape, owned by the network.
   * @throws RangeError (`parameter-exists`) if the full name is taken
   */
  parameter(name: string, shape: readonly number[], initial: Initializer): Variable;
}

/** The root scope of a network whose first values are drawn from `key`. */
export function scope(key: Key): Scope {
  const parameters = new Map<string, Variable>();
  const at = (prefix: string): Scope => ({
    parameters,
    child: (name) => at(`${prefix}${name}.`),
    parameter(name, shape, initial) {
      const path = prefix + name;
      if (parameters.has(path)) throw invalid('parameter-exists', `the network already has a parameter \`${path}\``);
      const values = initial(
        foldInName(key, path),
        shape.reduce((size, length) => size * length, 1),
      );
      const created = tidy(() => variable(tensor(values, [...shape], 'float32')));
      parameters.set(path, created);
      return created;
    },
  });
  return at('');
}
