/** The names that the command line knows, and what they stand for. */
import type { Grid, Sampler } from '@tweedie/core';
import { ddim, ddpm, dpmpp2m, euler, heun } from '@tweedie/samplers';
import { karras, uniform, uniformLogSnr } from '@tweedie/schedules';

export const SAMPLERS: Readonly<Record<string, () => Sampler>> = {
  ddim: () => ddim(),
  ddpm: () => ddpm(),
  'dpmpp-2m': () => dpmpp2m(),
  euler: () => euler(),
  heun: () => heun(),
};

export const GRIDS: Readonly<Record<string, () => Grid>> = {
  karras: () => karras(),
  uniform: () => uniform(),
  'uniform-log-snr': () => uniformLogSnr(),
};
