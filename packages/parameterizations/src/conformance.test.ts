import { linearInterpolant, varianceExploding, variancePreserving } from '@tweedie/forward-process';
import { cosine, fromBetas, linearBetas } from '@tweedie/schedules';
import { describeParameterization } from '@tweedie/testing';
import { describe, expect, test } from 'vitest';
import { edm } from './edm.js';
import { epsilon } from './epsilon.js';
import { score } from './score.js';
import { quarterLogSigma, tableIndex, told } from './told.js';
import { trainedUnder } from './trained-under.js';
import { v } from './v.js';
import { velocity } from './velocity.js';
import { x0 } from './x0.js';

describeParameterization('x0', x0);
describeParameterization('epsilon', epsilon, { undefinedAt: ['noise'] });
describeParameterization('score', score, { undefinedAt: ['clean', 'noise'] });
describeParameterization('v', v);
describeParameterization('velocity', velocity);
describeParameterization('edm', edm);
describeParameterization('edm for data of unit variance', () => edm({ sigmaData: 1 }));
describeParameterization('edm, told ln(sigma)/4', () => told(edm(), quarterLogSigma));
describeParameterization('v trained under the linear interpolant', () => trainedUnder(linearInterpolant(cosine()))(v()));
describeParameterization('x0 trained under the variance exploding process', () =>
  trainedUnder(variancePreserving(cosine()))(x0()),
);

const processes = [variancePreserving(cosine()), varianceExploding(cosine()), linearInterpolant(cosine())];
const logSnrs = [-15, -3, 0, 0.7, 6, 20];

describe('what the network is told', () => {
  test('depends on log-SNR alone', () => {
    for (const logSnr of logSnrs) {
      const told = processes.map(({ level }) => v()(level(logSnr)).noise);
      for (const noise of told) expect(noise).toBeCloseTo(told[0] ?? 0, 12);
    }
    expect(v()(variancePreserving(cosine()).at(0.3)).noise).toBeCloseTo(0.3, 12); // time itself, for the cosine schedule
    expect(processes.map(({ level }) => v()(level(Infinity)).noise)).toEqual([0, 0, 0]);
  });

  test('can be the index into a table, fractional between entries and held at the ends', () => {
    const betas = linearBetas();
    const schedule = fromBetas(betas);
    const noise = tableIndex(schedule, betas.length);
    const process = variancePreserving(schedule);
    for (const index of [0, 1, 500, 999]) expect(noise(process.at((index + 1) / 1000))).toBeCloseTo(index, 9);
    expect(noise(varianceExploding(cosine()).level(schedule.logSnr(0.5005)))).toBeCloseTo(499.5, 9);
    expect([noise(process.level(Infinity)), noise(process.level(-Infinity))]).toEqual([0, 999]);
    expect(() => tableIndex(schedule, 0)).toThrow(expect.objectContaining({ code: 'steps-not-positive' }));
  });

  test('leaves the rest of the parameterisation alone', () => {
    const level = variancePreserving(cosine()).at(0.4);
    expect(told(v(), () => 7)(level)).toEqual({ ...v()(level), noise: 7 });
  });
});

describe('trainedUnder', () => {
  const parameterizations = { x0: x0(), epsilon: epsilon(), score: score(), v: v(), velocity: velocity(), edm: edm() };

  test.each(Object.entries(parameterizations))('shows an %s network what it saw in training', (_, parameterization) => {
    for (const trained of processes)
      for (const sampled of processes)
        for (const logSnr of logSnrs) {
          const [known, level] = [trained.level(logSnr), sampled.level(logSnr)];
          const [inside, outside] = [parameterization(known), trainedUnder(trained)(parameterization)(level)];
          // The same sample, in each process's scale: same input of the network, same use of its answer.
          const [data, noise] = [0.7, -1.3];
          const [seen, here] = [known.alpha * data + known.sigma * noise, level.alpha * data + level.sigma * noise];
          expect(outside.in * here).toBeCloseTo(inside.in * seen, 9);
          expect((outside.skip * here) / (inside.skip * seen || 1)).toBeCloseTo(inside.skip === 0 ? 0 : 1, 9);
          expect([outside.out, outside.noise, ...outside.target]).toEqual([inside.out, inside.noise, ...inside.target]);
        }
  });

  test('changes nothing under the process of training', () => {
    const level = variancePreserving(cosine()).at(0.4);
    expect(trainedUnder(variancePreserving(cosine()))(v())(level)).toMatchObject({
      skip: expect.closeTo(v()(level).skip, 12),
      in: 1,
    });
  });

  test('scales finitely at both ends', () => {
    for (const logSnr of [Infinity, -Infinity]) {
      const level = linearInterpolant(cosine()).level(logSnr);
      expect(trainedUnder(variancePreserving(cosine()))(v())(level)).toMatchObject({ in: 1 });
    }
  });
});

test('edm refuses data without spread', () => {
  expect(() => edm({ sigmaData: 0 })).toThrow('`sigmaData` must be positive, got 0');
});

test('the input and the target of edm have unit variance for data of its deviation', () => {
  for (const { level } of processes)
    for (const logSnr of logSnrs) {
      const at = level(logSnr);
      const { in: scale, target } = edm({ sigmaData: 0.6 })(at);
      expect(scale ** 2 * (at.alpha ** 2 * 0.36 + at.sigma ** 2)).toBeCloseTo(1, 12);
      expect(target[0] ** 2 * 0.36 + target[1] ** 2).toBeCloseTo(1, 12);
    }
});
