/** `pnpm bench [text …]`: runs every `bench/*.bench.mjs` of the packages and apps whose path holds one of the texts, one after the other. */
import { join } from 'node:path';
import { run } from './bootstrap.mjs';
import { filesBelow, root, workspacePackages } from './workspace.mjs';

const texts = process.argv.slice(2).filter((argument) => argument !== '--');
const benches = workspacePackages()
  .flatMap(({ folder }) =>
    filesBelow(join(folder, 'bench'), (path) => path.endsWith('.bench.mjs')).map((path) => join(folder, 'bench', path)),
  )
  .filter((path) => texts.length === 0 || texts.some((text) => path.includes(text)));

const failed = [];
for (const bench of benches) {
  const name = bench.slice(root.length + 1);
  console.log(`\n▶ ${name}`);
  const { code } = await run(process.execPath, [bench], { inherit: true });
  if (code !== 0) failed.push(name);
}
console.log(`\n${benches.length} benchmarks ran${failed.length > 0 ? `, failed: ${failed.join(', ')}` : ''}`);
process.exit(failed.length > 0 ? 1 : 0);
