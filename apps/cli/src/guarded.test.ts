import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wasm } from '@tweedie/backend-wasm';
import { combine, type Denoiser, key, sampleSteps, useBackend } from '@tweedie/core';
import { beforeAll, describe, expect, it } from 'vitest';
import { gridOf, parameterizationOf, processOf, samplerOf, scheduleOf, weightingOf } from './components.js';
import { importNamed } from './named-plugins.js';

const module = join(mkdtempSync(join(tmpdir(), 'tweedie-guarded-')), 'mine.mjs');
const schedule = scheduleOf('clamped(cosine(), { min: -10, max: 10 })');
const process = processOf('variancePreserving', schedule);
const parameterization = parameterizationOf('v', process);

beforeAll(async () => {
  await useBackend(wasm());
  writeFileSync(
    module,
    `
    export const promised = async () => ({ step() {} });
    export const silent = () => {};
    export const four = 4;
    export const later = () => ({ step: async () => ({}) });
    export const nothing = () => ({ step: () => undefined });
    export const plain = () => ({ step: () => ({ x: [1], denoised: [1] }) });
    export const rising = () => ({ logSnr: (t) => t, time: (logSnr) => logSnr, slope: () => 1 });
    export const careless = () => ({ logSnr: (t) => 1 - t, time: (logSnr) => 1 - logSnr, slope: () => 1 });
    export const lost = () => ({ logSnr: (t) => 1 - t, time: () => 0, slope: () => -1 });
    export const text = () => ({ logSnr: () => 'low', time: () => 0, slope: () => -1 });
    export const flat = () => () => NaN;
    export const refusing = () => () => { throw 'no weight today'; };
    export const times = () => () => [1, 0.5, 0];
    export const empty = () => () => [];
    export const partial = () => () => ({ skip: 1, out: 1 });
    export class Halved { constructor(of) { this.of = of; } logSnr(t) { return this.of.logSnr(t) / 2; } time(l) { return this.of.time(2 * l); } slope(t) { return this.of.slope(t) / 2; } }
    export const halved = (of) => Object.freeze(new Halved(of));
    `,
  );
});

/** The message with which a part refuses, without the path of the module. */
async function refusal(flag: string, text: string, use: (text: string) => unknown): Promise<string> {
  const written = text.replaceAll('./mine.mjs', module);
  try {
    await importNamed({ [flag]: written });
    await use(written);
  } catch (error) {
    if (error instanceof Error) return error.message.replaceAll(module, './mine.mjs');
  }
  return 'no refusal';
}

const weigh = (text: string) => weightingOf(text, { schedule, process, parameterization });
const place = (text: string) => gridOf(text)(process, 2);
async function step(text: string) {
  const start: readonly number[] = [2, 2];
  const options = { process, grid: [0.5, 0.2], key: key(0), start };
  const denoiser: Denoiser = (x) => combine([0.5, x]);
  for await (const _ of sampleSteps({ ...options, denoiser, sampler: samplerOf(text) }));
}

describe('what a module gives that is not what it must be is one line that names it', () => {
  it.each<[string, string, (text: string) => unknown, string]>([
    ['sampler', './mine.mjs#promised', samplerOf, ' gave a promise, and must not be async'],
    ['sampler', './mine.mjs#silent', samplerOf, ' gave undefined'],
    ['sampler', './mine.mjs#later', step, ', step, gave a promise, and must not be async'],
    ['sampler', './mine.mjs#nothing', step, ', step, gave undefined'],
    ['sampler', './mine.mjs#plain', step, ', step, must give { x, denoised }, both tensors'],
    ['schedule', './mine.mjs#rising', scheduleOf, ' is no schedule: logSnr must fall with t, and does not at t = 0.05'],
    [
      'schedule',
      './mine.mjs#careless',
      scheduleOf,
      ' is no schedule: slope must be the derivative of logSnr, about -1.000 at t = 0.05, got 1',
    ],
    ['schedule', './mine.mjs#lost', scheduleOf, ' is no schedule: time must undo logSnr, and time(logSnr(0.05)) is 0'],
    ['schedule', './mine.mjs#text', scheduleOf, ', logSnr, must give a number, got low'],
    ['weighting', './mine.mjs#flat', weigh, ' must give a finite number, got NaN'],
    ['weighting', './mine.mjs#refusing', weigh, ' failed: no weight today'],
    ['grid', './mine.mjs#times', place, ' must give { t, alpha, sigma, logSnr }, and t is no number'],
    ['grid', './mine.mjs#empty', place, ' must give a list of levels, one more than its 2 steps'],
  ])('%s %s', async (flag, text, use, message) => {
    expect(await refusal(flag, text, use)).toBe(`\`--${flag}\` ${text}${message}`);
  });

  it('a parameterisation, and a value that is no part at all', async () => {
    const predict = (text: string) => parameterizationOf(text, process);
    expect(await refusal('parameterization', './mine.mjs#partial', predict)).toBe(
      '`--parameterization` ./mine.mjs#partial must give { skip, out, in, noise }, and in is no number',
    );
    expect(await refusal('sampler', './mine.mjs#four', samplerOf)).toBe(
      '`--sampler` must be a sampler, but ./mine.mjs#four is something else',
    );
  });
});

it('a schedule of a module may be made of ours, and ours of it, and be a frozen instance of a class', async () => {
  const text = `clamped(${module}#halved(cosine()), { min: -5, max: 5 })`;
  await importNamed({ schedule: text });
  expect(scheduleOf(text).logSnr(0.5)).toBeCloseTo(scheduleOf('clamped(cosine(), { min: -10, max: 10 })').logSnr(0.5) / 2, 9);
});

it('a module that was not named is not looked for', () => {
  expect(() => scheduleOf('./never.mjs#bent')).toThrow(
    'needs the module ./never.mjs#bent, which is imported only if the command line names it',
  );
});
