/** TypeScript as one file of JavaScript. Workspace packages come from their `dist`, as for every user. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** `contents` stands beside the module `at`. For a page all is put into the file; for Node the packages stay outside. */
export async function bundle(contents: string, at: URL, platform: 'browser' | 'node'): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: dirname(fileURLToPath(at)), loader: 'ts' },
    bundle: true,
    write: false,
    format: 'esm',
    platform,
    target: 'es2023',
    logLevel: 'error',
    ...(platform === 'node' ? { packages: 'external' } : {}),
  });
  return outputFiles.map(({ text }) => text).join('\n');
}
