/** Packs every public package into `.cache/tarballs`, as it would be published. */
import { mkdirSync, rmSync } from 'node:fs';
import { run } from './bootstrap.mjs';
import { tarballs, workspacePackages } from './workspace.mjs';

rmSync(tarballs, { recursive: true, force: true });
mkdirSync(tarballs, { recursive: true });
const hidden = workspacePackages().filter(({ manifest }) => manifest.private === true);
const filters = hidden.flatMap(({ name }) => ['--filter', `!${name}`]);
const { code, output } = await run('pnpm', ['--recursive', ...filters, 'pack', '--pack-destination', tarballs]);
if (code !== 0) console.error(output);
process.exit(code);
