import { readFileSync } from 'node:fs';
import { onnxRuntime } from '@tweedie/compile/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine, PortMemory, Session } from '../engine.js';
import type { OnnxModel } from '../onnx.js';
import { blockSize, worksInPlace } from './probe.js';

/** A runtime that knows every operator and gets all results wrong, in each model otherwise. */
function wrong({ inputs, outputs, nodes }: OnnxModel): Session {
  const memory = (ports: OnnxModel['inputs']): Record<string, PortMemory> =>
    Object.fromEntries(
      ports.map(({ name, shape }, i) => [
        name,
        new Float32Array(shape.reduce<number>((n, d) => n * Number(d), 1)).fill(i + nodes.length),
      ]),
    );
  return {
    inputs: memory(inputs),
    outputs: memory(outputs),
    run: async () => undefined,
    start: () => () => undefined,
    runSync: () => undefined,
    dispose: () => undefined,
  };
}
function refusing(): Session {
  throw new Error('no such domain');
}

describe('the probe', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await onnxRuntime({ threads: 1 });
  });
  afterAll(() => engine.close());

  it('uses neither what is refused nor what is wrong', () => {
    for (const load of [refusing, wrong]) {
      expect(blockSize(load)).toBe(0);
      expect(worksInPlace(load)).toBe(false);
    }
  });

  it('finds the one size of block that is right for this processor', () => {
    const block = blockSize((model) => engine.load(model));
    expect(engine.dialect.block).toBe(block);
    const known = process.platform === 'linux' && process.arch === 'x64';
    const wide = known && /\bavx512f\b/.test(readFileSync('/proc/cpuinfo', 'utf8'));
    expect(known ? [wide ? 16 : 8] : [0, 8, 16]).toContain(block);
  });

  it('releases all that it loads', () => {
    let open = 0;
    function counted(model: OnnxModel): Session {
      const session = engine.load(model);
      open++;
      return {
        ...session,
        dispose() {
          open--;
          session.dispose();
        },
      };
    }
    blockSize(counted);
    worksInPlace(counted);
    expect(open).toBe(0);
  });
});
