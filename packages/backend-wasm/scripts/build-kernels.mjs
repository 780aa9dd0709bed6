/** Compiles assembly/ to WebAssembly and writes it as base64 into src/internal/kernels.generated.ts, before tsc runs. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = new URL('..', import.meta.url);
const target = new URL('src/internal/kernels.generated.ts', root);
let binary;
const { error, stderr } = await asc.main(
  // AS201: an address is 32 bits wide here. AS112: vectors are exchanged between functions of the module only.
  [
    'assembly/index.ts',
    '--outFile',
    'kernels.wasm',
    '--enable',
    'simd',
    '--importMemory',
    '--runtime',
    'stub',
    '-O3',
    '--noAssert',
    '--converge',
    '--disableWarning',
    '201',
    '--disableWarning',
    '112',
  ],
  {
    readFile: (name, base) => readFile(new URL(name, new URL(`${base}/`, root)), 'utf8').catch(() => null),
    writeFile: (name, contents) => {
      if (name.endsWith('.wasm')) binary = contents;
    },
    listFiles: () => [],
  },
);
if (error || !binary) throw new Error(`assembly/ does not compile\n${stderr?.toString() ?? ''}`, { cause: error });
const source = `// Written by scripts/build-kernels.mjs.\nexport const kernels: string =\n  '${Buffer.from(binary).toString('base64')}';\n`;
await mkdir(new URL('.', target), { recursive: true });
if (source !== (await readFile(target, 'utf8').catch(() => ''))) await writeFile(target, source);
console.log(`${fileURLToPath(target)}: ${binary.length} bytes of WebAssembly`);
