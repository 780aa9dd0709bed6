/** `npm test [-- step …]`: everything that a change must pass, from a fresh clone. The steps are in check.mjs. */
import { checkNode, install, pnpm } from './bootstrap.mjs';

checkNode();
await install();
const { code } = await pnpm(['exec', 'node', 'scripts/check.mjs', ...process.argv.slice(2)], { inherit: true });
process.exit(code);
