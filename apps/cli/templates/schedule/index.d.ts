import type { NoiseSchedule } from '@tweedie/core';

export declare function pluginName(options?: { readonly min?: number; readonly max?: number }): NoiseSchedule;
