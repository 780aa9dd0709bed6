/** The objective of a run from its expression, which is given the parts of the run as options that need not be written. */
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Network, Objective } from '@tweedie/core';
import type { PointSource } from '@tweedie/data';
import type { DiffusionBatch } from '@tweedie/losses';
import { has, type Noising, part, SCOPES, timesOf, weightingOf } from './components.js';
import { completing } from './watched.js';

/** Batches of data, with their classes if they have any. */
export type Batch = DiffusionBatch<Tensor | undefined>;

/** What {@link lossOf} is made of. */
export interface LossParts extends Noising {
  readonly network: Network<Tensor | undefined>;
  /** An expression; without it, the objective's own. */
  readonly weighting?: string | undefined;
  /** An expression; without it, the objective's own. */
  readonly times?: string | undefined;
  /** The distribution of the data, where it is known. */
  readonly data?: PointSource | undefined;
}

/** An objective, and the names of the parts that it has asked for so far. */
export interface Loss {
  readonly objective: Objective<Batch, unknown>;
  readonly asked: () => readonly string[];
}

/** An objective, from those of `@tweedie/losses`. */
export function lossOf(text: string, parts: LossParts): Loss {
  const { network, schedule, process, parameterization, weighting, times, data } = parts;
  const noising = { schedule, process, parameterization };
  const asked = {
    ...(weighting !== undefined && { weighting: weightingOf(weighting, noising) }),
    ...(times !== undefined && { times: timesOf(times, noising) }),
  };
  const common = {
    network,
    ...noising,
    ...asked,
    diffused: { ...noising, ...asked },
    ...(data && 'score' in data && { score: data.score }),
  };
  const { supply, asked: askedFor, expectAsked } = completing(common);
  const objective = part('objective', text, { scope: { ...SCOPES.objective, ...noising, data }, supply }, isObjective);
  expectAsked('--objective', text);
  return { objective, asked: askedFor };
}

function isObjective(value: unknown): value is Objective<Batch, unknown> {
  return has(value, 'prepare', 'evaluate', 'parameters');
}
