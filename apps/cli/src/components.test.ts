import { key, type NoiseSchedule } from '@tweedie/core';
import * as processes from '@tweedie/forward-process';
import * as losses from '@tweedie/losses';
import * as parameterizations from '@tweedie/parameterizations';
import * as samplers from '@tweedie/samplers';
import * as schedules from '@tweedie/schedules';
import { describe, expect, it } from 'vitest';
import {
  CONTROLS,
  GRIDS,
  NOISES,
  OBJECTIVES,
  PARAMETERIZATIONS,
  PROCESSES,
  SAMPLERS,
  SCHEDULES,
  TIMES,
  WEIGHTINGS,
} from '../test/parts.js';
import {
  controlOf,
  gridOf,
  type Noising,
  noiseOf,
  parameterizationOf,
  processOf,
  samplerOf,
  scheduleOf,
  timesOf,
  weightingOf,
} from './components.js';

const schedule: NoiseSchedule = scheduleOf('clamped(cosine(), { min: -10, max: 10 })');
const process = processOf('variancePreserving', schedule);
const noising: Noising = { schedule, process, parameterization: parameterizationOf('v', process) };

/** What parts are made of, or made for: no parts of a run themselves. */
const PIECES = [
  'approximateNormalCdf',
  'augmentation',
  'bitsPerDimension',
  'boundTerm',
  'checkCurvature',
  'classification',
  'coefficients',
  'collected',
  'logProbability',
  'conditionDropout', // of every objective, if there are classes
  'flowInputs',
  'gaussianKl',
  'impliedWeight',
  'isMonotone',
  'linearAssignment',
  'logNormalInterval',
  'meanCoefficients',
  'meanHalf',
  'modelMean',
  'networkWeight',
  'noisyInputs',
  'numberArithmetic',
  'perLogSnr',
  'perScore',
  'plannedSteps',
  'priorTerm',
  'reverseSteps',
  'rises',
  'scoreGain',
  'sinkhorn',
  'squaredDistances',
  'stepwiseBound',
  'tensorArithmetic',
  'unitVariance',
  'varianceDenoiser',
];

describe('every part that a package exports can be asked for', () => {
  it.each<[string, readonly string[], (text: string) => unknown]>([
    ['schedule', SCHEDULES, scheduleOf],
    ['grid', GRIDS, gridOf],
    ['process', PROCESSES, (text) => processOf(text, schedule)],
    ['parameterization', PARAMETERIZATIONS, (text) => parameterizationOf(text, process)],
    ['sampler', SAMPLERS, samplerOf],
    ['control', CONTROLS, controlOf],
    ['noise', NOISES, (text) => noiseOf(text, key(0))],
    ['weighting', WEIGHTINGS, (text) => weightingOf(text, noising)],
    ['times', TIMES, (text) => timesOf(text, noising)],
  ])('%s', (_, texts, make) => {
    for (const text of texts) expect(make(text), text).toBeDefined();
  });

  it.each<[string, object, readonly string[], readonly string[]]>([
    ['schedules', schedules, [...SCHEDULES, ...GRIDS], ['betasFromAlphaBar', 'density', 'respacedIndices']],
    ['forward-process', processes, [...PROCESSES, ...PARAMETERIZATIONS], ['marginal', 'perturb', 'posterior', 'transition']],
    ['parameterizations', parameterizations, PARAMETERIZATIONS, ['trainedUnder']],
    ['samplers', samplers, [...SAMPLERS, ...CONTROLS, ...GRIDS], ['rungeKutta', 'singlestepOrders']],
    ['losses', losses, [...OBJECTIVES, ...WEIGHTINGS, ...TIMES], PIECES],
  ])('of %s, none is left out', (_, exported, texts, helpers) => {
    const written = new Set(
      texts.flatMap((text) => text.replaceAll(/-([a-z\d])/g, (_, letter) => letter.toUpperCase()).match(/\w+/g)),
    );
    expect(Object.keys(exported).filter((name) => !written.has(name) && !helpers.includes(name))).toEqual([]);
  });
});
