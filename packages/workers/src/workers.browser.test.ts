/** The two jobs in a real page: its own thread stays free, whatever the worker does. */
import '@tensorflow/tfjs-backend-cpu';
import { existsSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const CHROMIUM = '/usr/bin/chromium';
const present = existsSync(CHROMIUM);
if (!present) console.log(`Not checked here: workers of a page, as there is no ${CHROMIUM}`);

/** The longest that a page may be blocked, in milliseconds. */
const PAUSE = 50;

interface Watched {
  readonly result: { readonly losses: number[]; readonly previews: number; readonly shape: number[]; readonly values: number[] };
  /** The longest time between two ticks of a timer. */
  readonly gap: number;
  /** Tasks that the browser itself calls long, which is from 50 ms on. */
  readonly long: readonly number[];
}

describe.runIf(present)('in Chromium', () => {
  let server: Server;
  let browser: Browser;
  let page: Page;
  const run = <T>(name: string): Promise<T> => page.evaluate<T>(`${name}()`);

  beforeAll(async () => {
    const names = ['jobs-page', 'jobs-worker', 'broken-worker'];
    const { outputFiles } = await build({
      entryPoints: names.map((name) => fileURLToPath(new URL(`../fixtures/${name}.mjs`, import.meta.url))),
      bundle: true,
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
      splitting: true,
      external: ['node:*'],
      outdir: '/',
      write: false,
    });
    const scripts = new Map(outputFiles.map(({ path, text }) => [basename(path), text]));
    server = createServer(({ url = '/' }, response) => {
      const script = scripts.get(basename(url));
      if (url === '/')
        response
          .setHeader('content-type', 'text/html')
          .end('<!doctype html><body><script type="module" src="jobs-page.js"></script>');
      else if (script === undefined) response.writeHead(404).end();
      else response.setHeader('content-type', 'text/javascript').end(script);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });
    page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  }, 30_000);
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  test('training and sampling in a worker never block the page for 50 ms, and give the numbers that they give in the page', async () => {
    const here = await run<Watched>('inPage');
    expect(here.gap).toBeGreaterThan(2 * PAUSE); // the watch sees what it is to see
    expect(here.long.length).toBeGreaterThan(0);

    // A machine with other work to do stops a page now and then: the best of five is the page's own.
    let there = await run<Watched>('inWorker');
    for (let again = 0; again < 4 && there.gap >= PAUSE; again++) there = await run<Watched>('inWorker');
    expect(there.gap).toBeLessThan(PAUSE);
    expect(there.long).toEqual([]);
    expect(there.result).toEqual(here.result);
    expect(there.result).toMatchObject({ previews: 2, shape: [16, 16, 16, 1] });
  });

  test('a worker hears early calls, stops when told to, leaves no tensor, and tells its errors', async () => {
    const seen = await run<Readonly<Record<string, unknown>>>('manners');
    expect(seen).toMatchObject({
      steps: 2,
      caught: true,
      left: 0,
      refused: { name: 'RangeError', code: 'steps-not-positive', stack: expect.stringContaining('checkTrainOptions') },
      absent: 'worker-gone: the worker is gone: it failed to load',
      broken: expect.stringMatching(/^worker-gone: .*no backend here/),
    });
  });
});
