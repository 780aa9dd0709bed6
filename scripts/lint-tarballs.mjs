/** `lint-tarballs.mjs publint | attw`: checks each packed package the way that its users' tools will read it. */
import { run } from './bootstrap.mjs';
import { publicPackages, tarballOf } from './workspace.mjs';

const commands = {
  publint: (entry) => ['run', '--strict', tarballOf(entry)],
  // It does not look behind the wildcard of `exports`: the rehearsal type-checks, imports and requires each subpath.
  attw: (entry) => ['--profile', 'esm-only', '--no-definitely-typed', tarballOf(entry)],
};

const [tool] = process.argv.slice(2);
const results = [];
for (const entry of publicPackages().filter(({ manifest }) => manifest.exports !== undefined)) {
  const { code, output } = await run(tool, commands[tool](entry));
  if (code !== 0) console.error(`${entry.name}\n${output}`);
  results.push({ name: entry.name, code });
}
const failed = results.filter(({ code }) => code !== 0);
console.log(`${tool}: ${results.length - failed.length} packages passed, ${failed.length} failed`);
process.exit(failed.length > 0 ? 1 : 0);
