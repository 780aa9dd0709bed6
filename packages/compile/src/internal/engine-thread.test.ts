import { describe, expect, it } from 'vitest';
import { engineThread } from './engine-thread.js';

/** A thread that answers its start and then does `reaction` to what comes. */
function thread(reaction: string): URL {
  const source = `
    import { workerData } from 'node:worker_threads';
    const { port, signals } = workerData;
    const wake = () => { Atomics.add(signals, 0, 1); Atomics.notify(signals, 0); };
    process.once('exit', () => { Atomics.store(signals, 1, 1); wake(); });
    port.on('message', (request) => {
      if (request.kind === 'start') { port.postMessage({ id: request.id }); wake(); }
      else { ${reaction} }
    });`;
  return new URL(`data:text/javascript,${encodeURIComponent(source)}`);
}
const run = { kind: 'run', session: 0 } as const;
const gone = { code: 'engine-gone' };

describe('engineThread', () => {
  it('rejects awaited calls when the thread ends', async () => {
    const ending = await engineThread(thread('process.exit()'));
    const calls = [ending.call(run), ending.call(run)];
    for (const call of calls) await expect(call).rejects.toMatchObject(gone);
    await expect(ending.call(run)).rejects.toMatchObject(gone);
    expect(() => ending.callSync(run)).toThrow(expect.objectContaining(gone));
    await ending.close();
  });

  it('throws from a call that is waited for when the thread ends or fails', async () => {
    for (const reaction of ['process.exit()', 'throw new Error("broken")']) {
      const ending = await engineThread(thread(reaction));
      const awaited = ending.call(run);
      awaited.catch(() => undefined);
      expect(() => ending.callSync(run)).toThrow(expect.objectContaining(gone));
      await expect(awaited).rejects.toMatchObject(gone);
      await ending.close();
    }
  });

  it('says why the thread did not start', async () => {
    const broken = new URL('data:text/javascript,throw new Error("no library")');
    await expect(engineThread(broken)).rejects.toMatchObject({ ...gone, message: expect.stringContaining('no library') });
  });

  it('gives each call its own answer, whether it is awaited or waited for', async () => {
    const echo = await engineThread(
      thread(
        'if (request.kind === "close") port.close(); else { port.postMessage({ id: request.id, failure: String(request.session) }); wake(); }',
      ),
    );
    const awaited = [1, 2, 3].map((session) => echo.call({ kind: 'run', session }));
    const answers = Promise.allSettled(awaited);
    expect(() => echo.callSync({ kind: 'run', session: 4 })).toThrow(
      expect.objectContaining({ code: 'run-failed', message: 'ONNX Runtime failed: 4' }),
    );
    expect((await answers).map((answer) => answer.status === 'rejected' && answer.reason.message.at(-1))).toEqual([
      '1',
      '2',
      '3',
    ]);
    await echo.close();
  });
});
