/** Runs a module in a page of headless Chromium, with WebGPU in software. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { bundle } from './internal/bundle.js';
import { type PageTask, traceMainThread } from './internal/main-thread.js';

const executablePath = '/usr/bin/chromium';
const args = ['--no-sandbox', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan,WebGPU'];
const origin = 'http://localhost:8080';

/** Options of {@link inChromium}. */
export interface PageOptions {
  /** Given to the module's function; JSON. */
  readonly argument?: unknown;
  /** Other modules that the page or its workers load, by path: `{ '/worker.js': new URL('./worker.ts', import.meta.url) }`. */
  readonly modules?: Readonly<Record<string, URL>>;
  /** Without it `navigator.gpu` is there, but has no adapter. Default true. */
  readonly webgpu?: boolean;
  /** Gives the tasks of the main thread between the page's `performance.mark('start')` and `mark('end')`. Default false. */
  readonly tasks?: boolean;
  /** Milliseconds. Default 60 000. */
  readonly timeout?: number;
}

/** What a page did. */
export interface PageRun<Result> {
  readonly result: Result;
  /** What it wrote to the console. */
  readonly messages: readonly string[];
  /** With the option `tasks`. */
  readonly tasks: readonly PageTask[];
}

export type { PageTask };

/** Why {@link inChromium} cannot run here, or undefined. */
export function chromiumMissing(): string | undefined {
  return existsSync(executablePath) ? undefined : `there is no ${executablePath}`;
}

/**
 * Calls the default export of the TypeScript module `entry`, `(argument) => result`, in a page of its own. Argument and result
 * are JSON.
 * @throws Error as the module throws, or if the page does not answer in time
 */
export async function inChromium<Result>(entry: URL, options: PageOptions = {}): Promise<PageRun<Result>> {
  const { argument, modules = {}, webgpu = true, tasks = false, timeout = 60_000 } = options;
  const files = new Map([['/entry.js', await bundle(`export { default } from ${path(entry)}`, entry, 'browser')]]);
  for (const [name, module] of Object.entries(modules))
    files.set(name, await bundle(`import ${path(module)}`, module, 'browser'));
  const browser = await chromium.launch({ executablePath, args: webgpu ? args : ['--no-sandbox'] });
  const overdue = setTimeout(() => browser.close({ reason: `no answer in ${timeout} ms` }), timeout);
  try {
    const page = await browser.newPage();
    const messages: string[] = [];
    page.on('console', (message) => messages.push(message.text()));
    page.on('pageerror', (error) => messages.push(String(error)));
    await page.route(`${origin}/**`, (route) => {
      const body = files.get(new URL(route.request().url()).pathname);
      return route.fulfill(
        body === undefined ? { contentType: 'text/html', body: '' } : { contentType: 'text/javascript', body },
      );
    });
    await page.goto(origin);
    const traced = tasks ? await traceMainThread(await page.context().newCDPSession(page)) : async () => [];
    const result = await page.evaluate<Result>(
      `import('/entry.js').then(({ default: run }) => run(${JSON.stringify(argument)}))`,
    );
    return { result, messages, tasks: await traced() };
  } finally {
    clearTimeout(overdue);
    await browser.close();
  }
}

const path = (module: URL): string => JSON.stringify(fileURLToPath(module));
