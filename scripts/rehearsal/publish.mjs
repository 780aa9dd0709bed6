/** Publishing itself, without doing it. */
import assert from 'node:assert/strict';
import { run } from '../bootstrap.mjs';

/** A dry run goes through without a warning, and leaves out what is private. */
export async function checkPublish() {
  const { code, output } = await run('pnpm', ['--recursive', 'publish', '--dry-run', '--no-git-checks']);
  assert.equal(code, 0, output);
  assert.doesNotMatch(output, /@tweedie\/goldens/, 'the golden numbers must never be published');
  const warnings = output.match(/^npm warn (?!Unknown|publish This command requires you to be logged in).*$/gm);
  assert.equal(warnings, null, output);
  console.log('✓ pnpm publish --dry-run');
}
