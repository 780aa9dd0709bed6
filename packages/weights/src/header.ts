/**
 * The header of a safetensors file: 8 bytes little-endian length, then JSON that maps each name to dtype, shape and the
 * half-open byte range of its data, counted from the end of the header. The ranges must tile the data without hole or overlap.
 *
 * Format: https://huggingface.co/docs/safetensors (version 0.x).
 */
import { bytesPerElement, isDtype, sizeOf, type TensorInfo } from './dtype.js';
import { invalid } from './internal/invalid.js';
import { shown } from './internal/shown.js';

/** Longest header that is read or written, in bytes: the limit of the reference implementation. */
export const MAX_HEADER_BYTES = 100_000_000;

/** A tensor's description and the byte range of its data, counted from the end of the header. */
export interface HeaderEntry extends TensorInfo {
  readonly name: string;
  readonly begin: number;
  readonly end: number;
}

/** A parsed header; `tensors` in the order of their data. */
export interface Header {
  readonly metadata: ReadonlyMap<string, string>;
  readonly tensors: readonly HeaderEntry[];
}

/**
 * Length of the JSON part from the first 8 bytes of a file.
 * @param size bytes of the whole file, if known
 * @throws RangeError (`header-truncated`) if the file ends inside the header, (`header-too-long`) beyond 100 MB
 */
export function headerLength(prefix: Uint8Array, size: number = Number.POSITIVE_INFINITY): number {
  if (prefix.byteLength < 8)
    throw invalid('header-truncated', `a safetensors file must have at least 8 bytes, got ${prefix.byteLength}`);
  const length = Number(new DataView(prefix.buffer, prefix.byteOffset, 8).getBigUint64(0, true));
  if (length > MAX_HEADER_BYTES)
    throw invalid(
      'header-too-long',
      `the header must be at most ${MAX_HEADER_BYTES} bytes, got ${length}: not a safetensors file?`,
    );
  if (8 + length > size)
    throw invalid('header-truncated', `the header ends at byte ${8 + length}, but the file has ${size} bytes`);
  return length;
}

/**
 * Parses and checks the JSON part of a header.
 * @param dataBytes bytes after the header, if known
 * @throws RangeError (`header-not-json`, `metadata-malformed`, `tensor-malformed`, `dtype-unknown`, `name-duplicate`,
 * `size-mismatch`, `offsets-overlap`, `offsets-hole`, `data-truncated`, `data-trailing`)
 */
export function parseHeader(json: Uint8Array, dataBytes?: number): Header {
  const text = utf8(json);
  const fields = parseObject(text);
  rejectDuplicates(text);
  const tensors = [...fields]
    .filter(([name]) => name !== '__metadata__')
    .map(([name, value]) => entry(name, value))
    .sort((a, b) => a.begin - b.begin || a.end - b.end);
  checkTiling(tensors, dataBytes);
  return { metadata: parseMetadata(fields.get('__metadata__')), tensors };
}

function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw invalid('header-not-json', 'the header must be UTF-8');
  }
}

function parseObject(text: string): ReadonlyMap<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw invalid('header-not-json', `the header must be JSON: ${error instanceof Error ? error.message : error}`);
  }
  if (!isRecord(value) || !text.startsWith('{'))
    throw invalid('header-not-json', 'the header must be a JSON object that starts at its first byte');
  return new Map(Object.entries(value));
}

/** `JSON.parse` keeps the last of equal keys and says nothing. `text` is known to be valid JSON, of any length and depth. */
function rejectDuplicates(text: string): void {
  const seen = new Set<string>();
  let depth = 0;
  let isKey = false;
  for (let i = 0; i < text.length; i++) {
    const token = text[i];
    if (token === '"') {
      const end = endOfString(text, i);
      if (depth === 1 && isKey) {
        const name = String(JSON.parse(text.slice(i, end)));
        if (seen.has(name))
          throw invalid('name-duplicate', `the name ${shown(name)} must be in the header once, but is there again`);
        seen.add(name);
      }
      i = end - 1;
      isKey = false;
    } else if (token === '{' || token === '[') {
      depth++;
      isKey = depth === 1;
    } else if (token === '}' || token === ']') depth--;
    else if (token === ',') isKey = depth === 1;
  }
}

/** Where the string that begins at `start` is over. */
function endOfString(text: string, start: number): number {
  let end = start + 1;
  while (text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
  return end + 1;
}

function parseMetadata(value: unknown): ReadonlyMap<string, string> {
  if (value === undefined) return new Map();
  if (!isRecord(value)) throw invalid('metadata-malformed', '`__metadata__` must be an object of strings');
  const pairs = Object.entries(value).map(([name, text]): [string, string] => {
    if (typeof text !== 'string')
      throw invalid('metadata-malformed', `\`__metadata__\` must map to strings, but ${shown(name)} maps to ${shown(text)}`);
    return [name, text];
  });
  return new Map(pairs);
}

function entry(name: string, value: unknown): HeaderEntry {
  const malformed = (what: string) => invalid('tensor-malformed', `tensor ${shown(name)} ${what}`);
  if (!isRecord(value)) throw malformed('must be described by an object');
  const { dtype, shape, data_offsets: offsets } = value;
  if (typeof dtype !== 'string') throw malformed('must have a `dtype`');
  if (!isDtype(dtype)) throw invalid('dtype-unknown', `tensor ${shown(name)} has the unknown dtype ${shown(dtype)}`);
  if (!isLengths(shape)) throw malformed(`must have a \`shape\` of non-negative integers, got ${shown(shape)}`);
  if (!isLengths(offsets)) throw malformed(`must have \`data_offsets\` of non-negative integers, got ${shown(offsets)}`);
  const [begin, end] = offsets;
  if (begin === undefined || end === undefined || offsets.length !== 2 || begin > end)
    throw malformed(`must have \`data_offsets\` [begin, end] with begin ≤ end, got ${shown(offsets)}`);
  const bytes = sizeOf(shape) * bytesPerElement(dtype);
  if (bytes !== end - begin)
    throw invalid(
      'size-mismatch',
      `tensor ${shown(name)} of ${dtype} ${shown(shape)} needs ${bytes} bytes, but its offsets span ${end - begin}`,
    );
  return { name, dtype, shape, begin, end };
}

function checkTiling(tensors: readonly HeaderEntry[], dataBytes: number | undefined): void {
  let covered = 0;
  for (const { name, begin, end } of tensors) {
    if (begin < covered)
      throw invalid(
        'offsets-overlap',
        `tensor ${shown(name)} starts at byte ${begin}, inside the one before, which ends at ${covered}`,
      );
    if (begin > covered)
      throw invalid('offsets-hole', `tensor ${shown(name)} starts at byte ${begin}, but the one before ends at ${covered}`);
    if (dataBytes !== undefined && end > dataBytes)
      throw invalid(
        'data-truncated',
        `tensor ${shown(name)} ends at byte ${end} of the data, but the file has ${dataBytes}: was it cut off?`,
      );
    covered = end;
  }
  if (dataBytes !== undefined && dataBytes > covered)
    throw invalid('data-trailing', `the last tensor ends at byte ${covered} of the data, but the file has ${dataBytes}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isLengths(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((length) => Number.isSafeInteger(length) && length >= 0);
}
