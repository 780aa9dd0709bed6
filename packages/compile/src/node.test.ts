import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
// The built package: its thread is a file of JavaScript.
import { onnxRuntime, onnxRuntimes, unavailable } from '@tweedie/compile/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine, PortMemory } from './engine.js';
import type { OnnxModel, OnnxPort, OnnxTensor } from './onnx.js';

const port = (name: string, ...shape: number[]): OnnxPort => ({ name, type: 'float32', shape });
const model = (parts: Omit<OnnxModel, 'opsets' | 'initializers'>, initializers: Record<string, OnnxTensor> = {}): OnnxModel => ({
  ...parts,
  initializers: new Map(Object.entries(initializers)),
  opsets: { '': 17 },
});
const unary = (op: string) =>
  model({ nodes: [{ op, inputs: ['x'], outputs: ['y'] }], inputs: [port('x', 2)], outputs: [port('y', 2)] });

/** Takes a tenth of a second or more. */
function slow(): OnnxModel {
  const nodes = Array.from({ length: 40 }, (_, i) => ({ op: 'MatMul', inputs: [`x${i}`, 'w'], outputs: [`x${i + 1}`] }));
  return model({ nodes, inputs: [port('x0', 768, 768), port('w', 768, 768)], outputs: [port('x40', 768, 768)] });
}

function memory(ports: Readonly<Record<string, PortMemory>>, name: string): PortMemory {
  const found = ports[name];
  if (found === undefined) throw new Error(`no port ${name}`);
  return found;
}

describe('onnxRuntime', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await onnxRuntime({ threads: 1 });
  });
  afterAll(() => engine.close());

  it('is available here', async () => {
    expect(await unavailable()).toBeUndefined();
    expect(engine).toMatchObject({ threads: 1, dialect: { fused: true } });
    expect(engine.name).toMatch(/^onnxruntime-node 1\.\d+\.\d+$/);
  });

  it('runs with new inputs each time, waited for or awaited', async () => {
    const session = engine.load(unary('Neg'));
    const x = memory(session.inputs, 'x');
    const y = memory(session.outputs, 'y');
    x.set([1, 2]);
    session.runSync();
    expect([...y]).toEqual([-1, -2]);
    x.set([5, -3]);
    await session.run();
    expect([...y]).toEqual([-5, 3]);
    session.dispose();
  });

  it('handles every type of port, scalars and nothing at all', () => {
    const session = engine.load(
      model({
        nodes: [
          { op: 'Add', inputs: ['whole', 'whole'], outputs: ['double'] },
          { op: 'Not', inputs: ['flag'], outputs: ['not'] },
          { op: 'Exp', inputs: ['scalar'], outputs: ['exp'] },
          { op: 'Neg', inputs: ['empty'], outputs: ['still empty'] },
        ],
        inputs: [
          { name: 'whole', type: 'int32', shape: [3] },
          { name: 'flag', type: 'bool', shape: [2] },
          port('scalar'),
          port('empty', 0, 4),
        ],
        outputs: [
          { name: 'double', type: 'int32', shape: [3] },
          { name: 'not', type: 'bool', shape: [2] },
          port('exp'),
          port('still empty', 0, 4),
        ],
      }),
    );
    session.inputs.whole?.set([1, -2, 2 ** 29]);
    session.inputs.flag?.set([0, 1]);
    session.inputs.scalar?.set([1]);
    session.runSync();
    expect(session.outputs.double).toEqual(expect.any(Int32Array));
    expect([...memory(session.outputs, 'double')]).toEqual([2, -4, 2 ** 30]);
    expect([...memory(session.outputs, 'not')]).toEqual([1, 0]);
    expect(memory(session.outputs, 'exp')[0]).toBeCloseTo(Math.E, 6);
    expect(memory(session.outputs, 'still empty')).toHaveLength(0);
    session.dispose();
  });

  it('keeps sessions apart and queues their runs', async () => {
    const sessions = ['Neg', 'Abs', 'Exp'].map((op) => engine.load(unary(op)));
    for (const { inputs } of sessions) inputs.x?.set([0, -1]);
    const [first, second, third] = sessions.map((session) => session.run());
    const waited = engine.load(unary('Floor'));
    waited.inputs.x?.set([0.5, -0.5]);
    waited.runSync(); // behind three awaited runs
    expect([...memory(waited.outputs, 'y')]).toEqual([0, -1]);
    await Promise.all([first, second, third]);
    expect(sessions.map(({ outputs }) => [...memory(outputs, 'y')].map((value) => Math.fround(value)))).toEqual([
      [-0, 1],
      [0, 1],
      [1, Math.fround(Math.exp(-1))],
    ]);
    for (const session of [...sessions, waited]) session.dispose();
  });

  it('leaves the event loop free during `run`', async () => {
    const session = engine.load(slow());
    await session.run();
    let ticks = 0;
    const clock = setInterval(() => ticks++, 2);
    const start = performance.now();
    await session.run();
    const elapsed = performance.now() - start;
    clearInterval(clock);
    expect(elapsed).toBeGreaterThan(30);
    expect(ticks).toBeGreaterThan(elapsed / 2 / 5); // a fifth of what fits; 0 or 1 if the run blocked this thread
    session.dispose();
  });

  it('refuses to run a session twice at once, or when it is disposed', async () => {
    const session = engine.load(unary('Neg'));
    const running = session.run();
    await expect(session.run()).rejects.toMatchObject({ code: 'session-busy' });
    expect(() => session.runSync()).toThrow(expect.objectContaining({ code: 'session-busy' }));
    await running;
    session.runSync();
    const last = session.run();
    session.dispose(); // what runs ends first
    await last;
    session.dispose();
    await expect(session.run()).rejects.toMatchObject({ code: 'session-disposed' });
    expect(() => session.runSync()).toThrow(expect.objectContaining({ code: 'session-disposed' }));
  });

  it('passes on why a model is refused or a run fails, and goes on after it', async () => {
    expect(() => engine.load(unary('NoSuchOperator'))).toThrow(
      expect.objectContaining({ code: 'model-refused', message: expect.stringContaining('NoSuchOperator') }),
    );
    const index: OnnxTensor = { type: 'float32', shape: [2], data: Float32Array.of(1, 2) };
    const gather = model(
      {
        nodes: [{ op: 'Gather', inputs: ['table', 'index'], outputs: ['y'] }],
        inputs: [{ name: 'index', type: 'int32', shape: [1] }],
        outputs: [port('y', 1)],
      },
      { table: index },
    );
    const session = engine.load(gather);
    session.inputs.index?.set([7]);
    const failed = { code: 'run-failed', message: expect.stringContaining('idx=7') };
    await expect(session.run()).rejects.toMatchObject(failed);
    expect(() => session.runSync()).toThrow(expect.objectContaining(failed));
    session.inputs.index?.set([1]);
    session.runSync();
    expect([...memory(session.outputs, 'y')]).toEqual([2]);
    session.dispose();
  });

  it('runs only fixed shapes, on a whole number of threads', async () => {
    const open = { ...unary('Neg'), inputs: [{ name: 'x', type: 'float32', shape: ['batch'] } as const] };
    expect(() => engine.load(open)).toThrow(expect.objectContaining({ code: 'shape-not-fixed' }));
    for (const threads of [0, -1, 1.5, Number.NaN]) {
      expect(() => engine.load(unary('Neg'), { threads })).toThrow(expect.objectContaining({ code: 'threads-not-positive' }));
      await expect(onnxRuntime({ threads })).rejects.toMatchObject({ code: 'threads-not-positive' });
    }
  });

  it('is right on any number of threads', () => {
    const size = 768;
    for (const threads of [1, 2]) {
      const session = engine.load(slow(), { threads });
      const x = memory(session.inputs, 'x0');
      x.forEach((_, i) => {
        x[i] = Math.sin(i);
      });
      // Moves every column one to the right, 40 times.
      for (let i = 0; i < size; i++) memory(session.inputs, 'w')[i * size + ((i + 1) % size)] = 1;
      session.runSync();
      const moved = x.map((_, i) => x[i - (i % size) + ((i - 40 + size) % size)] ?? Number.NaN);
      expect(memory(session.outputs, 'x40').every((value, i) => value === moved[i])).toBe(true);
      session.dispose();
    }
  });

  it("does small work on the caller's thread, but side by side if it is one of several engines", async () => {
    const several = await onnxRuntimes({ count: 2, blocked: false });
    const sessions = [engine, ...several].map((each) => each.load(unary('Neg'), { small: true }));
    const shared = sessions.map(({ inputs: { x }, outputs: { y }, start }) => {
      x?.set([3, -4]);
      start()();
      expect(y).toEqual(Float32Array.of(-3, 4));
      return x?.buffer instanceof SharedArrayBuffer;
    });
    expect(shared).toEqual([false, true, true]);
    await Promise.all(several.map((each) => each.close()));
    const [single] = await onnxRuntimes({ count: 1, blocked: false });
    const last = single.load(unary('Neg'), { small: true });
    expect(last.inputs.x?.buffer).toBeInstanceOf(ArrayBuffer);
    await single.close();
    expect(() => last.runSync()).toThrow(expect.objectContaining({ code: 'engine-gone' }));
    expect(() => single.load(unary('Neg'), { small: true })).toThrow(expect.objectContaining({ code: 'engine-gone' }));
  });

  it('finishes what runs, then closes', async () => {
    const brief = await onnxRuntime({ threads: 1, blocked: false });
    expect(brief.dialect.block).toBe(0);
    const session = brief.load(slow());
    const running = session.run();
    const closed = brief.close();
    await expect(running).resolves.toBeUndefined();
    await closed;
    expect(() => session.runSync()).toThrow(expect.objectContaining({ code: 'engine-gone' }));
    await expect(session.run()).rejects.toMatchObject({ code: 'engine-gone' });
    expect(() => brief.load(unary('Neg'))).toThrow(expect.objectContaining({ code: 'engine-gone' }));
    session.dispose();
    await brief.close();
  });
});

describe('a program with onnxRuntime', () => {
  const prologue = `
    import { onnxRuntime, unavailable } from ${JSON.stringify(import.meta.resolve('@tweedie/compile/node'))};
    const port = (name) => ({ name, type: 'float32', shape: [1] });
    const model = { nodes: [{ op: 'Neg', inputs: ['x'], outputs: ['y'] }], initializers: new Map(), inputs: [port('x')], outputs: [port('y')], opsets: { '': 17 } };`;
  /** Fails if the program hangs, or ends with another code than 0; nothing may be written to stderr. */
  async function program(source: string, ...flags: string[]): Promise<string> {
    const args = [...flags, '--input-type=module', '--eval', prologue + source];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { timeout: 30_000 });
    expect(stderr).toBe('');
    return stdout.trim();
  }

  it('ends without `close`, but not before an awaited run', async () => {
    const source = `
      const session = (await onnxRuntime()).load(model);
      session.inputs.x.set([4]);
      session.runSync();
      session.run().then(() => console.log(session.outputs.y[0]));`;
    expect(await program(source)).toBe('-4');
    expect(await program(source.replace('model', 'model, { small: true }'))).toBe('-4');
  });

  it('may exit in the middle of small work', async () => {
    const source = `
      const session = (await onnxRuntime()).load(model, { small: true });
      session.run().then(() => console.log('not reached'));
      process.exit();`;
    expect(await program(source)).toBe('');
  });

  it('does small work on the other thread where it must', async () => {
    const source = `
      import { createRequire } from 'node:module';
      const require = createRequire(import.meta.resolve('@tweedie/compile/node'));
      require('onnxruntime-node/dist/binding.js').initOrt = undefined; // as another version might have it
      const session = (await onnxRuntime()).load(model, { small: true });
      session.inputs.x.set([4]);
      session.runSync();
      console.log(session.outputs.y[0], session.outputs.y.buffer);`;
    expect(await program(source)).toMatch(/^-4 SharedArrayBuffer/);
  });

  it('may exit in the middle of a run', async () => {
    const source = `
      const nodes = Array.from({ length: 60 }, (_, i) => ({ op: 'MatMul', inputs: ['x' + i, 'x0'], outputs: ['x' + (i + 1)] }));
      const square = (name) => ({ name, type: 'float32', shape: [768, 768] });
      const session = (await onnxRuntime()).load({ ...model, nodes, inputs: [square('x0')], outputs: [square('x60')] });
      session.run().then(() => console.log('not reached'));
      setTimeout(() => { console.log('exit'); process.exit(); }, 10);`;
    expect(await program(source)).toBe('exit');
  });

  it('learns that the package is missing', async () => {
    const hook = `export const resolve = (name, context, next) => name === 'onnxruntime-node' ? next('./nowhere/' + name, context) : next(name, context)`;
    const register = `import { register } from 'node:module'; register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(hook)}`)})`;
    const source = `
      console.log(await unavailable());
      await onnxRuntime().catch(({ code, message }) => console.log(code, message));`;
    const [line, failure] = (await program(source, '--import', `data:text/javascript,${encodeURIComponent(register)}`)).split(
      '\n',
    );
    expect(line).toContain('npm install onnxruntime-node');
    expect(failure).toBe(`engine-unavailable ${line}`);
  });
});
