/** Files on disk, for Node. The rest of this package runs in browsers too. */
import { type FileHandle, open as openHandle, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { open, type SafetensorsReader } from './read.js';

/** An opened file; `close` it when done. */
export interface SafetensorsFile extends SafetensorsReader {
  close(): Promise<void>;
}

/**
 * Opens a safetensors file and reads its header; tensors are read one at a time.
 * @throws RangeError with the code of what is wrong, as `decode`; the system's error if the file cannot be read
 */
export async function openFile(path: string): Promise<SafetensorsFile> {
  const handle = await openHandle(path, 'r');
  try {
    const { size } = await handle.stat();
    const reader = await open({ size, read: (offset, length) => readAt(handle, offset, length) });
    return { ...reader, close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * Writes chunks to a file that is whole or not there at all, also if the power fails: a temporary file in the same folder is
 * written, synced and renamed, then the folder is synced. What was there before stays until the new file is complete.
 * @throws the system's error, naming the path; the temporary file is removed
 */
export async function writeFile(path: string, chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${process.pid}.${Date.now().toString(36)}.tmp`);
  try {
    const handle = await openHandle(temporary, 'wx');
    try {
      for await (const chunk of chunks) await handle.writeFile(chunk);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw error;
  }
  await syncFolder(folder);
}

/** Makes a rename durable. Windows cannot open a folder and does not need to. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await openHandle(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function readAt(handle: FileHandle, offset: number, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(bytes, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
