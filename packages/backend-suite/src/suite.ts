/** What every backend computes in the same way. */
import { registerGradients } from '@tweedie/core';
import { denoisers } from './denoisers.js';
import { layers } from './layers.js';
import { networks } from './networks.js';
import { objectives } from './objectives.js';
import { samplers } from './samplers.js';
import type { SuiteCase } from './suite-case.js';
import { training } from './training.js';

/** The numbers of each case, by name. */
export type SuiteNumbers = Readonly<Record<string, readonly number[]>>;

/** All cases. */
export const suite: readonly SuiteCase[] = [...layers, ...networks, ...denoisers, ...objectives, ...training, ...samplers];

/** Runs all cases on the current backend. */
export async function runSuite(): Promise<SuiteNumbers> {
  registerGradients();
  const results: Record<string, readonly number[]> = {};
  for (const { name, run } of suite) results[name] = await run();
  return results;
}
