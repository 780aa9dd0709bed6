import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, expectTypeOf, test } from 'vitest';
import type { handlers } from '../fixtures/worker.mjs';
import { type Connection, type ConnectOptions, connect } from './connect.js';
import type { Stream } from './handlers.js';
import { moved } from './moved.js';
import { serve } from './serve.js';

type Served = typeof handlers;

const workers: Worker[] = [];
afterEach(() => Promise.all(workers.splice(0).map((worker) => worker.terminate())));

function start({ lead = 0, ...workerData }: ConnectOptions & { readonly fail?: string; readonly late?: number } = {}) {
  const worker = new Worker(new URL('../fixtures/worker.mjs', import.meta.url), { workerData });
  workers.push(worker);
  return { worker, ...connect<Served>(worker, { lead }) };
}

/** What the worker noted, once it has noted as much. */
async function logged({ call }: Pick<Connection<Served>, 'call'>, length: number): Promise<(number | string)[]> {
  const log: (number | string)[] = [];
  while (log.length < length) log.push(...(await call.log()));
  return log;
}

describe('a call', () => {
  test('has the types of its handler, with a promise or a stream', () => {
    type Calls = Connection<Served>['call'];
    expectTypeOf<ReturnType<Calls['add']>>().toEqualTypeOf<Promise<number>>();
    expectTypeOf<ReturnType<Calls['giveBack']>>().toEqualTypeOf<Promise<Float32Array>>();
    expectTypeOf<ReturnType<Calls['later']>>().toEqualTypeOf<Stream<number>>();
    expectTypeOf<ReturnType<Calls['halves']>>().toEqualTypeOf<Stream<{ i: number; values: Float32Array }>>();
    expectTypeOf<ReturnType<Calls['fail']>>().toEqualTypeOf<Promise<never>>();
    expectTypeOf<ReturnType<Connection<{ either(): boolean }>['call']['either']>>().toEqualTypeOf<Promise<boolean>>();
    expectTypeOf<Calls['add']>().parameter(0).not.toEqualTypeOf<string>();
  });

  test('gives the result, also to calls made at once and before the worker listens', async () => {
    const { call } = start({ late: 50 });
    expect(await Promise.all([call.add(1, 2), call.wait({ ms: 5 }), call.add(3, 4)])).toEqual([3, 'slept', 7]);
  });

  test('moves what is marked, both ways, and copies the rest', async () => {
    const connection = start();
    const copied = Float32Array.of(1, 2, 3);
    expect(await connection.call.keep(copied)).toBe(12);
    expect(copied.byteLength).toBe(12);
    const given = Float32Array.of(1, 2, 3);
    const back = connection.call.giveBack(moved(given));
    expect(given.byteLength).toBe(0);
    expect(await back).toEqual(Float32Array.of(2, 3));
    expect(await logged(connection, 1)).toEqual([0]);
  });

  test('goes its own way when a worker has two connections', async () => {
    const { worker, call } = start();
    const other = connect<Served>(worker).call;
    const streams = [call.count({ to: 3 }), other.count({ to: 3 })];
    expect(await Promise.all([call.add(1, 2), other.add(3, 4), ...streams.map((stream) => stream.next())])).toEqual([
      3,
      7,
      { done: false, value: 0 },
      { done: false, value: 0 },
    ]);
  });

  test('of a name that is not served is an error that lists those that are', async () => {
    const { call } = connect<{ subtract(): void; toString(): string }>(start().worker);
    await expect(call.subtract()).rejects.toMatchObject({
      code: 'handler-unknown',
      message: expect.stringContaining('add, wait'),
    });
    await expect(call.toString()).rejects.toMatchObject({ code: 'handler-unknown' });
  });
});

describe('an error of the worker', () => {
  test('keeps class, name, message, code and the stack from over there', async () => {
    const error: unknown = await start()
      .call.fail('range')
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RangeError);
    expect(error).toMatchObject({ name: 'RangeError', message: '`rho` must be positive', code: 'rho-not-positive' });
    expect(error).toHaveProperty('stack', expect.stringMatching(/RangeError: `rho`[\s\S]*worker\.mjs:\d+/));
  });

  test('keeps its cause, and a name of its own', async () => {
    const { call } = start();
    await expect(call.fail('named')).rejects.toMatchObject({
      name: 'DeviceLost',
      cause: { name: 'TypeError', message: 'of this', stack: expect.stringContaining('worker.mjs') },
    });
    await expect(call.fail('circle')).rejects.toMatchObject({ message: 'round', cause: { cause: { message: 'round' } } });
    const slow: unknown = await call.fail('exception').catch((reason: unknown) => reason);
    expect(slow).toBeInstanceOf(DOMException);
    expect(slow).toMatchObject({ name: 'TimeoutError', message: 'too slow', stack: expect.stringContaining('worker.mjs') });
  });

  test('need not be an error, nor anything that can be sent', async () => {
    const { call } = start();
    await expect(call.fail('text')).rejects.toBe('just a text');
    await expect(call.fail('uncloneable')).rejects.toBe('[object Object]');
    await expect(call.uncloneable()).rejects.toMatchObject({ name: 'DataCloneError' });
    await expect(call.add(1, (() => 2) as unknown as number)).rejects.toMatchObject({ name: 'DataCloneError' });
    expect(await call.add(1, 2)).toBe(3);
  });
});

describe('a stream', () => {
  test('is a loop, to the end', async () => {
    const connection = start();
    const values: number[] = [];
    for await (const value of connection.call.count({ to: 3 })) values.push(value);
    expect(values).toEqual([0, 1, 2]);
    expect(await connection.call.log()).toEqual([0, 1, 2, 'done', 'ended']);
  });

  test('runs only as far as it is asked, and `lead` values more', async () => {
    for (const lead of [0, 2]) {
      const connection = start({ lead });
      const stream = connection.call.count({ to: 10 });
      expect(await connection.call.log()).toEqual([]);
      expect(await stream.next()).toEqual({ done: false, value: 0 });
      await connection.call.wait({ ms: 50 });
      expect(await connection.call.log()).toEqual([...Array.from({ length: lead + 1 }, (_, i) => i), 'slept']);
      await stream.return();
    }
  });

  test.each([0, 3])('that is left ends in the worker, and then the loop here (lead %d)', async (lead) => {
    const connection = start({ lead });
    const values: number[] = [];
    for await (const value of connection.call.count({ to: 10 })) {
      values.push(value);
      if (value === 2) break;
    }
    expect(values).toEqual([0, 1, 2]);
    expect((await connection.call.log()).at(-1)).toBe('ended');
  });

  test.each([0, 3])('that fails gives what came before, then the error, then nothing (lead %d)', async (lead) => {
    const stream = start({ lead }).call.count({ to: 5, failAt: 2 });
    expect([await stream.next(), await stream.next()]).toEqual([0, 1].map((value) => ({ done: false, value })));
    await expect(stream.next()).rejects.toMatchObject({ code: 'rho-not-positive' });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
  });

  test('with a value that cannot be sent fails, and ends in the worker', async () => {
    const connection = start();
    const stream = connection.call.strange();
    await expect(stream.next()).rejects.toMatchObject({ name: 'DataCloneError' });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(await logged(connection, 1)).toEqual(['ended']);
  });

  test('may come from a promise, and may be awaited', async () => {
    const values: number[] = [];
    for await (const value of await start().call.later(3)) values.push(value);
    expect(values).toEqual([0, 1, 2]);
  });

  test('moves its values', async () => {
    const connection = start();
    const seen: number[] = [];
    for await (const { i, values } of connection.call.halves(3)) seen.push(i, ...values.subarray(0, 1));
    expect(seen).toEqual([0, 0, 1, 0.5, 2, 1]);
    expect(await connection.call.log()).toEqual([0, 0, 0]); // the worker's own arrays are empty after each
  });
});

describe('an abort', () => {
  test('rejects at once with its very reason, and is the one in the worker', async () => {
    const connection = start();
    const controller = new AbortController();
    const waiting = connection.call.wait({ ms: 60_000, signal: controller.signal });
    expect(await connection.call.add(0, 1)).toBe(1); // the worker is at it
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    expect(await logged(connection, 1)).toEqual(['aborted: enough']);
  });

  test('before the call is never sent', async () => {
    const connection = start();
    await expect(connection.call.wait({ ms: 1, signal: AbortSignal.abort('no') })).rejects.toBe('no');
    expect(await connection.call.log()).toEqual([]);
  });

  test.each([0, 2])('ends a loop, also between two of its steps (lead %d)', async (lead) => {
    const connection = start({ lead });
    for (const between of [false, true]) {
      const controller = new AbortController();
      const values: number[] = [];
      const loop = (async () => {
        for await (const value of connection.call.count({ to: 10_000, signal: controller.signal })) {
          values.push(value);
          if (value === 2 && between) controller.abort();
          else if (value === 2) setTimeout(() => controller.abort());
        }
      })();
      await expect(loop).rejects.toMatchObject({ name: 'AbortError' });
      expect(values.length).toBeLessThan(between ? 4 : 100);
      while (!(await connection.call.log()).includes('ended by its signal'));
    }
  });

  test('after the end does nothing, and leaves no listener', async () => {
    const connection = start();
    const { signal } = new AbortController();
    let listeners = 0;
    const [add, remove] = [signal.addEventListener, signal.removeEventListener];
    Object.assign(signal, {
      addEventListener: (...args: Parameters<typeof add>) => {
        listeners++;
        add.apply(signal, args);
      },
      removeEventListener: (...args: Parameters<typeof remove>) => {
        listeners--;
        remove.apply(signal, args);
      },
    });
    await connection.call.wait({ ms: 1, signal });
    for await (const _ of connection.call.count({ to: 2, signal }));
    for await (const _ of connection.call.count({ to: 2, signal })) break;
    expect(listeners).toBe(0);
  });
});

describe('a worker that ends', () => {
  test.each([
    ['exits', 'exited with code 3', (call: Connection<Served>['call']) => call.exit(3)],
    ['has an error that nobody caught', 'nobody catches this', (call: Connection<Served>['call']) => call.crash()],
  ])('because it %s rejects all calls, those under way and later ones', async (_, why, die) => {
    const { call } = start();
    const gone = { code: 'worker-gone', message: expect.stringContaining(why) };
    const stream = call.count({ to: 1e9 });
    await stream.next();
    const others = [
      call.wait({ ms: 60_000 }),
      (async () => {
        for await (const _ of stream);
      })(),
    ];
    await expect(die(call)).rejects.toMatchObject(gone);
    for (const other of others) await expect(other).rejects.toMatchObject(gone);
    await expect(call.add(1, 2)).rejects.toMatchObject(gone);
  });

  test('because it cannot start tells why', async () => {
    await expect(start({ fail: 'start' }).call.add(1, 2)).rejects.toMatchObject({
      code: 'worker-gone',
      cause: { name: 'RangeError', message: 'no backend here' },
    });
  });

  test('because it was terminated rejects', async () => {
    const { worker, call } = start();
    const waiting = call.wait({ ms: 60_000 });
    await Promise.all([expect(waiting).rejects.toMatchObject({ code: 'worker-gone' }), worker.terminate()]);
  });
});

describe('close', () => {
  test('lets calls and loops finish, then ends the worker; nothing can be called any more', async () => {
    const { worker, call, close } = start();
    let exited = false;
    worker.once('exit', () => {
      exited = true;
    });
    const values: number[] = [];
    const loop = (async () => {
      for await (const value of call.count({ to: 30 })) values.push(value);
    })();
    const waiting = call.wait({ ms: 20 });
    const never = call.count({ to: 1 }); // taken, but never begun: nothing to wait for
    await never;
    const closing = close();
    await expect(call.add(1, 2)).rejects.toMatchObject({ code: 'worker-closed' });
    expect(await waiting).toBe('slept');
    await loop;
    expect(values).toHaveLength(30);
    await closing;
    expect(exited).toBe(true);
    await close();
  });

  test('of a port ends the other side of it: what runs there is aborted', async () => {
    const { port1, port2 } = new MessageChannel();
    const ends: unknown[] = [];
    serve(
      {
        forever: ({ signal }: { signal: AbortSignal }) =>
          new Promise(() => signal.addEventListener('abort', () => ends.push(signal.reason))),
      },
      port2,
    );
    const { call } = connect<{ forever(options: { signal: AbortSignal }): Promise<never> }>(port1);
    const running = call.forever({ signal: new AbortController().signal });
    setTimeout(() => port1.close(), 10);
    await expect(running).rejects.toMatchObject({ code: 'worker-gone' });
    await expect.poll(() => ends).toMatchObject([{ code: 'caller-gone' }]);
  });
});

test('a program ends by itself when its calls are done, though it did not close', async () => {
  const program = fileURLToPath(new URL('../fixtures/idle.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program], { timeout: 20_000 });
  expect(stdout).toBe('slept');
});

test('refuses a lead that is no number of values, and to serve outside of a worker', () => {
  const { port1 } = new MessageChannel();
  for (const lead of [-1, 0.5, Number.NaN])
    expect(() => connect(port1, { lead })).toThrow(expect.objectContaining({ code: 'lead-negative' }));
  expect(() => serve({})).toThrow(expect.objectContaining({ code: 'no-worker-here' }));
  port1.close();
});
