import { afterAll, describe, expect, it } from 'vitest';
import type { OnnxModel, OnnxPort, OnnxTensor } from '../onnx.js';
import { localSessions } from './local-session.js';

const port = (name: string, ...shape: number[]): OnnxPort => ({ name, type: 'float32', shape });
const unary = (op: string): OnnxModel => ({
  nodes: [{ op, inputs: ['x'], outputs: ['y'] }],
  initializers: new Map(),
  inputs: [port('x', 2)],
  outputs: [port('y', 2)],
  opsets: { '': 17 },
});

describe('localSessions', () => {
  const sessions = localSessions();
  afterAll(() => sessions.close());

  it('are done when `start` returns', async () => {
    const session = sessions.load(unary('Neg'));
    session.inputs.x?.set([1, -2]);
    const wait = session.start();
    expect(session.outputs.y).toEqual(Float32Array.of(-1, 2));
    wait();
    session.inputs.x?.set([5, 6]);
    await session.run();
    expect(session.outputs.y).toEqual(Float32Array.of(-5, -6));
    session.inputs.x?.set([7, 8]);
    session.runSync();
    expect(session.outputs.y).toEqual(Float32Array.of(-7, -8));
    session.dispose();
  });

  it('take every type of port, scalars and nothing at all', () => {
    const session = sessions.load({
      nodes: [
        { op: 'Cast', inputs: ['flag'], outputs: ['whole'], attributes: { to: { int: 6 } } },
        { op: 'Not', inputs: ['flag'], outputs: ['not'] },
        { op: 'Add', inputs: ['scalar', 'scalar'], outputs: ['double'] },
        { op: 'Neg', inputs: ['empty'], outputs: ['still empty'] },
      ],
      initializers: new Map(),
      inputs: [{ name: 'flag', type: 'bool', shape: [3] }, { name: 'scalar', type: 'int32', shape: [] }, port('empty', 0, 4)],
      outputs: [
        { name: 'whole', type: 'int32', shape: [3] },
        { name: 'not', type: 'bool', shape: [3] },
        { name: 'double', type: 'int32', shape: [] },
        port('still empty', 0, 4),
      ],
      opsets: { '': 17 },
    });
    session.inputs.flag?.set([0, 1, 1]);
    session.inputs.scalar?.set([2 ** 29]);
    session.runSync();
    expect(session.outputs).toEqual({
      whole: Int32Array.of(0, 1, 1),
      not: Uint8Array.of(1, 0, 0),
      double: Int32Array.of(2 ** 30),
      'still empty': new Float32Array(),
    });
    session.dispose();
  });

  it('let timers have their turn in a loop of runs', async () => {
    const session = sessions.load(unary('Abs'));
    let rang = false;
    setTimeout(() => {
      rang = true;
    }, 1);
    const end = performance.now() + 2000;
    while (!rang && performance.now() < end) await session.run();
    expect(rang).toBe(true);
    session.dispose();
  });

  it('leave the smallest numbers of this thread as they are', () => {
    sessions.load(unary('Neg')).dispose();
    const halved = (value: number): number => value / 2;
    expect(halved(Number.MIN_VALUE * 4)).toBe(Number.MIN_VALUE * 2);
  });

  it('say why a model is refused or a run fails, and go on after it', async () => {
    expect(() => sessions.load(unary('NoSuchOperator'))).toThrow(
      expect.objectContaining({ code: 'model-refused', message: expect.stringContaining('NoSuchOperator') }),
    );
    const table: OnnxTensor = { type: 'float32', shape: [2], data: Float32Array.of(1, 2) };
    const session = sessions.load({
      nodes: [{ op: 'Gather', inputs: ['table', 'index'], outputs: ['y'] }],
      initializers: new Map([['table', table]]),
      inputs: [{ name: 'index', type: 'int32', shape: [1] }],
      outputs: [port('y', 1)],
      opsets: { '': 17 },
    });
    session.inputs.index?.set([7]);
    const failed = { code: 'run-failed', message: expect.stringContaining('idx=7') };
    await expect(session.run()).rejects.toMatchObject(failed);
    expect(() => session.runSync()).toThrow(expect.objectContaining(failed));
    expect(() => session.start()).toThrow(expect.objectContaining(failed));
    session.inputs.index?.set([1]);
    session.runSync();
    expect(session.outputs.y).toEqual(Float32Array.of(2));
    session.dispose();
  });

  it('do not run before the run before is over, nor when they have ended', async () => {
    const [session, other] = [sessions.load(unary('Neg')), sessions.load(unary('Exp'))];
    const running = session.run();
    await expect(session.run()).rejects.toMatchObject({ code: 'session-busy' });
    expect(() => session.runSync()).toThrow(expect.objectContaining({ code: 'session-busy' }));
    other.runSync();
    await running;
    session.runSync();
    session.dispose();
    session.dispose();
    await expect(session.run()).rejects.toMatchObject({ code: 'session-disposed' });
    expect(() => session.runSync()).toThrow(expect.objectContaining({ code: 'session-disposed' }));
    sessions.close();
    expect(() => other.runSync()).toThrow(expect.objectContaining({ code: 'engine-gone' }));
    expect(() => session.runSync()).toThrow(expect.objectContaining({ code: 'session-disposed' }));
  });
});
