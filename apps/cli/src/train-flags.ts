import type { EngineFlags } from './engine-request.js';

/** What the command line of `tweedie train` asked for; undefined where it said nothing. Data and parts are expressions. */
export interface TrainFlags extends EngineFlags {
  readonly data?: string;
  readonly network?: string;
  readonly size?: number;
  readonly schedule?: string;
  readonly process?: string;
  readonly parameterization?: string;
  readonly objective?: string;
  readonly weighting?: string;
  readonly times?: string;
  readonly sampler?: string;
  readonly grid?: string;
  readonly control?: string;
  readonly out: string;
  readonly steps?: number;
  readonly minutes?: number;
  readonly batch?: number;
  readonly accumulate?: number;
  readonly lr?: number;
  readonly rate?: string;
  readonly warmUp?: number;
  readonly clip?: number;
  readonly averaging?: number;
  readonly conditionDropout?: number;
  readonly seed?: number;
  readonly keep?: number;
  readonly resume?: boolean;
  readonly fresh: boolean;
}
