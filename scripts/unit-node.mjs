/** `pnpm unit:node 24 [vitest arguments]`: the unit tests on another Node, fetched from npm. */
import { join } from 'node:path';
import { run } from './bootstrap.mjs';
import { root } from './workspace.mjs';

const [version = '24', ...args] = process.argv.slice(2).filter((argument) => argument !== '--');
const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
const { code } = await run('npx', ['-y', `node@${version}`, vitest, 'run', ...args], { inherit: true });
process.exit(code);
