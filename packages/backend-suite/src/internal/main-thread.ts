/** What the main thread of a page did, from Chromium's own trace. */
import type { CDPSession } from 'playwright-core';

/** A task of the main thread, milliseconds. Where others compete for the processor, `wall` is longer. */
export interface PageTask {
  readonly wall: number;
  readonly processor: number;
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Begins a trace; the function given back ends it and gives the tasks between the page's marks `start` and `end`. */
export async function traceMainThread(session: CDPSession): Promise<() => Promise<readonly PageTask[]>> {
  const events: TraceEvent[] = [];
  session.on('Tracing.dataCollected', ({ value }) => {
    for (const event of value) if (isTraceEvent(event)) events.push(event);
  });
  const traceConfig = { includedCategories: ['toplevel', 'blink.user_timing'] };
  await session.send('Tracing.start', { traceConfig, transferMode: 'ReportEvents' });
  return async () => {
    const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
    await session.send('Tracing.end');
    await complete;
    const at = (mark: string) => events.find(({ name }) => name === mark);
    const [start, end] = [at('start'), at('end')];
    if (start === undefined || end === undefined) throw new TypeError('the page sets no marks `start` and `end`');
    return events
      .filter(
        ({ name, pid, tid, ts }) =>
          name.endsWith('RunTask') && pid === start.pid && tid === start.tid && ts >= start.ts && ts <= end.ts,
      )
      .map(({ dur = 0, tdur = 0 }) => ({ wall: dur / 1000, processor: tdur / 1000 }));
  };
}

function isTraceEvent(value: object): value is TraceEvent {
  return 'name' in value && 'pid' in value && 'tid' in value && 'ts' in value;
}
