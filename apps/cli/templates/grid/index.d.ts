import type { Grid } from '@tweedie/core';

export declare function pluginName(): Grid;
