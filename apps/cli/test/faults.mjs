/**
 * For `node --import`: as `FAULT` says, `{ "kind": "kill" | "full" | "bug", "file": "^model", "nth": 1 }`, the process is killed half-way through
 * the nth time that it writes a file of such a name, or from then on each such write finds the disk full, or a bug. With `"garbled"` it reads
 * other bytes from the file than it holds.
 */
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { basename } from 'node:path';

const { kind, file, nth } = JSON.parse(process.env.FAULT ?? '{}');
const pattern = new RegExp(file);
const { open, appendFile, readFile } = fs;
let seen = 0;

const full = () =>
  Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write', errno: -28 });
const isDue = (path) => pattern.test(basename(String(path)).replace(/^\./, '')) && ++seen >= nth;

async function fail() {
  if (kind === 'full') throw full();
  if (kind === 'bug') throw new TypeError('x is not\na function');
  process.kill(process.pid, 'SIGKILL');
  await new Promise(() => {});
}

if (kind === 'garbled')
  fs.readFile = async (path, ...rest) => {
    const bytes = await readFile(path, ...rest);
    return isDue(path) ? bytes.fill(1, 0, 4) : bytes;
  };
fs.open = async (path, flags, ...rest) => {
  const handle = await open(path, flags, ...rest);
  if (flags === 'r' || !isDue(path)) return handle;
  const write = handle.writeFile.bind(handle);
  handle.writeFile = async (bytes) => {
    await write(bytes.subarray(0, bytes.length / 2));
    await fail();
  };
  return handle;
};
fs.appendFile = async (path, text) => {
  if (!isDue(path)) return appendFile(path, text);
  await appendFile(path, text.slice(0, text.length / 2));
  return fail();
};
syncBuiltinESMExports();
