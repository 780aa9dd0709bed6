/** What is in the packed packages. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { publicPackages, tarballOf } from '../workspace.mjs';

const MOST_BYTES = 100_000;
/** More than others: the whole compiler, every objective of the field, and tfjs's gradients for Node. */
const LARGE = { '@tweedie/cli': 200_000, '@tweedie/compile': 200_000, '@tweedie/core': 120_000, '@tweedie/losses': 200_000 };

/** Each tarball is small, holds its README, licence and build, and no test, golden number or cache. */
export function checkTarballs() {
  for (const entry of publicPackages()) {
    const bytes = readFileSync(tarballOf(entry));
    const most = LARGE[entry.name] ?? MOST_BYTES;
    assert.ok(bytes.length <= most, `${entry.name} packs to ${bytes.length} bytes, more than ${most}`);
    const files = fileNames(gunzipSync(bytes));
    const strange = files.filter((file) => /\.test\.|\.bench\.|tsbuildinfo|goldens|node_modules|\.examples|\.env/.test(file));
    assert.deepEqual(strange, [], `${entry.name} packs files that nobody needs`);
    for (const needed of ['package.json', 'README.md', 'LICENSE', 'dist/index.js', 'dist/index.d.ts'])
      assert.ok(files.includes(needed), `${entry.name} packs no ${needed}`);
  }
  console.log(`✓ tarballs: ${publicPackages().length}, each within its bytes`);
}

/** The names in a tar archive: blocks of 512 bytes, a header before each file. */
function fileNames(tar) {
  const text = (start, length) =>
    tar
      .subarray(start, start + length)
      .toString('utf8')
      .replace(/\0.*$/s, '');
  const names = [];
  for (let at = 0; at < tar.length && tar[at] !== 0; ) {
    const prefix = text(at + 345, 155);
    names.push(`${prefix === '' ? '' : `${prefix}/`}${text(at, 100)}`.replace(/^package\//, ''));
    at += 512 * (1 + Math.ceil(Number.parseInt(text(at + 124, 12), 8) / 512));
  }
  return names;
}
