import type { Weighting } from '@tweedie/core';

export declare function pluginName(options?: { readonly bias?: number }): Weighting;
