/** The same file in a browser: in ONNX Runtime's WebAssembly, and on WebGPU. */
import '@tensorflow/tfjs-backend-cpu';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { mul, setBackend, tensor1d, tidy } from '@tensorflow/tfjs-core';
import { key, normal } from '@tweedie/core';
import { compactUnet } from '@tweedie/networks';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeOnnx } from './encode.js';
import { onnxNetwork } from './onnx-network.js';

const CHROMIUM = '/usr/bin/chromium';
const FLAGS = ['--no-sandbox', '--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan,WebGPU'];
const present = existsSync(CHROMIUM);
const runtime = dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));

if (!present) console.log(`Not checked here: exported models in a browser, as there is no ${CHROMIUM}`);

describe.runIf(present)('an exported network in Chromium', () => {
  const network = compactUnet({ key: key(0), image: [8, 8, 1], widths: [8, 16], groups: 4, embedding: 16, classes: 3 });
  let model: Uint8Array;
  /** The model, a page with a runtime, or a file of the runtime. */
  async function served(name: string): Promise<[type: string, content: string | Uint8Array]> {
    if (name === 'model.onnx') return ['application/octet-stream', model];
    if (name === 'wasm' || name === 'webgpu') {
      const script = `import * as ort from './ort.${name}.bundle.min.mjs'; globalThis.ort = ort;`;
      return ['text/html', `<!doctype html><script type="module">${script}</script>`];
    }
    const type = name.endsWith('.wasm') ? 'application/wasm' : 'text/javascript';
    return [type, await readFile(join(runtime, name)).catch(() => '')];
  }
  let server: Server;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    await setBackend('cpu');
    let i = 0;
    for (const value of network.parameters.values()) value.assign(tidy(() => mul(normal(key(++i), value.shape), 0.1)));
    const inputs = { label: { shape: [], dtype: 'int32' } } as const;
    model = encodeOnnx(onnxNetwork(network, { shape: [8, 8, 1], inputs, condition: ({ label }) => label }));
    server = createServer(async ({ url = '/' }, response) => {
      const name = basename(url);
      const [type, content] = await served(name);
      response.setHeader('content-type', type).end(content);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    browser = await chromium.launch({ executablePath: CHROMIUM, args: FLAGS });
    page = await browser.newPage();
  }, 30_000);
  afterAll(async () => {
    await browser?.close();
    server?.close();
  });

  it.each(['wasm', 'webgpu'] as const)('is the network, by %s', async (provider) => {
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/${provider}`);
    if (provider === 'webgpu' && !(await page.evaluate(hasAdapter))) {
      console.log('Not checked here: exported models on WebGPU, as Chromium has no adapter');
      return;
    }
    for (const size of provider === 'wasm' ? [1, 3] : [3]) {
      const x = normal(key(40), [size, 8, 8, 1]);
      const noise = Float32Array.from({ length: size }, (_, i) => (i + 1) / (size + 1));
      const label = Int32Array.from({ length: size }, (_, i) => 3 - i);
      const expected = network.apply(x, tensor1d(noise), tensor1d(label, 'int32')).dataSync();
      const work: Work = {
        provider,
        feeds: [
          { name: 'x', type: 'float32', data: [...x.dataSync()], dims: x.shape },
          { name: 'noise', type: 'float32', data: [...noise], dims: [size] },
          { name: 'label', type: 'int32', data: [...label], dims: [size] },
        ],
      };
      const { dims, data } = await page.evaluate(predict, work);
      expect(dims).toEqual([size, 8, 8, 1]);
      const differences = expected.map((value, i) => Math.abs(value - (data[i] ?? Number.NaN)));
      expect(Math.max(...differences) / Math.max(...expected.map(Math.abs))).toBeLessThan(1e-5);
    }
  });
});

// Both run in the page, so they may use nothing from outside.

async function hasAdapter(): Promise<boolean> {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<object | null> } };
  return (await gpu?.requestAdapter()) != null;
}

interface Work {
  readonly provider: string;
  readonly feeds: readonly {
    readonly name: string;
    readonly type: 'float32' | 'int32';
    readonly data: readonly number[];
    readonly dims: readonly number[];
  }[];
}

async function predict({ provider, feeds }: Work): Promise<{ dims: readonly number[]; data: number[] }> {
  const { InferenceSession, Tensor, env } = (globalThis as unknown as { ort: typeof import('onnxruntime-web') }).ort;
  env.wasm.numThreads = 1;
  const session = await InferenceSession.create('model.onnx', { executionProviders: [provider] });
  const tensors = feeds.map(({ name, type, data, dims }) => {
    const values =
      type === 'float32' ? new Tensor(type, Float32Array.from(data), dims) : new Tensor(type, Int32Array.from(data), dims);
    return [name, values] as const;
  });
  const { prediction } = await session.run(Object.fromEntries(tensors));
  const data = Array.from((await prediction?.getData()) ?? [], Number);
  await session.release();
  return { dims: prediction?.dims ?? [], data };
}
