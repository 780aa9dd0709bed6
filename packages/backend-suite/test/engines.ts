/** Every engine, in a process or page of its own. */
import { chromiumMissing, inChromium } from '../src/in-chromium.js';
import { inNodeWebgpu } from '../src/in-node-webgpu.js';
import type { Measured, Wanted } from './measure.js';
import type { ProcessArgument } from './process.js';

const timeout = 600_000;

const inProcess =
  (backend: ProcessArgument['backend']) =>
  async (wanted: Wanted): Promise<Measured> => {
    const argument: ProcessArgument = { backend, wanted };
    const { result } = await inNodeWebgpu<Measured>(new URL('./process.ts', import.meta.url), { argument, timeout });
    if (result === undefined) throw new Error(`a process with the backend ${backend} gave nothing`);
    return result;
  };

async function inPage(wanted: Wanted): Promise<Measured> {
  const reason = chromiumMissing();
  if (reason !== undefined) return { reason };
  return (await inChromium<Measured>(new URL('./page.ts', import.meta.url), { argument: wanted, timeout })).result;
}

/** By the names that `TWEEDIE_BACKENDS` and `TWEEDIE_EXPECT` use. */
export const ENGINES: Readonly<Record<string, (wanted: Wanted) => Promise<Measured>>> = {
  cpu: inProcess('cpu'),
  wasm: inProcess('wasm'),
  webgpu: inProcess('webgpu'),
  chromium: inPage,
  cuda: inProcess('cuda'),
  'native-cpu': inProcess('native-cpu'),
};

/** Names in a variable of the environment; undefined where it is not set. */
export function listed(variable: string): readonly string[] | undefined {
  const names = process.env[variable]?.split(',').map((name) => name.trim());
  const unknown = names?.find((name) => !(name in ENGINES));
  if (unknown !== undefined) throw new RangeError(`${variable} names ${unknown}; there are ${Object.keys(ENGINES).join(', ')}`);
  return names;
}
