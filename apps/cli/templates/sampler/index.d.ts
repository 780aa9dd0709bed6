import type { Sampler } from '@tweedie/core';

export declare function pluginName<X>(): Sampler<X, undefined>;
