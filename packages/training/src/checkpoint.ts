/**
 * A checkpoint: all that a run needs to go on as if it had never stopped. One safetensors file: `parameters.*`, `ema.*` and
 * `optimizer.*` as tensors; key, step, loss history and the time sampler's memory as JSON in the metadata, with a checksum,
 * so that one rename replaces everything at once and a damaged file is recognised.
 */
import { invalid, type Key } from '@tweedie/core';
import { decode, encode, type Safetensors, type StoredTensor } from '@tweedie/weights';
import { crc32 } from './internal/crc32.js';

/** The mean loss of the updates up to `step` since the point before. */
export interface LossPoint {
  readonly step: number;
  readonly loss: number;
}

/** The state of a run between two updates. Plain data: it shares nothing with the run. */
export interface Checkpoint {
  /** Updates made. Also the position in the data, which is a function of it. */
  readonly step: number;
  readonly key: Key;
  /** `parameters.NAME`, `ema.NAME` and the optimiser's `optimizer.NAME`. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  readonly history: readonly LossPoint[];
  /** Sums since the last point of the history, by name, and their number. */
  readonly pending: { readonly count: number; readonly sums: Readonly<Record<string, number>> };
  /** The objective's memory (an adaptive time sampler's), plain JSON. */
  readonly memory?: unknown;
}

const STATE = 'tweedie.checkpoint';
const CHECKSUM = 'tweedie.checksum';
const FORMAT = 1;

/** A checkpoint as the bytes of a safetensors file. */
export function encodeCheckpoint({ tensors, ...rest }: Checkpoint): Uint8Array {
  const state = JSON.stringify({ format: FORMAT, ...rest });
  return encode(tensors, {
    metadata: new Map([
      [STATE, state],
      [CHECKSUM, checksum(state, tensors)],
    ]),
  });
}

/**
 * A checkpoint from its bytes.
 * @throws RangeError (`checkpoint-corrupt`) for a file that is cut off, damaged or no checkpoint, (`checkpoint-format`) for one
 * of another version
 */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const { metadata, tensors } = safetensors(bytes);
  const state = metadata.get(STATE);
  if (state === undefined) throw corrupt(`its metadata lacks \`${STATE}\``);
  if (metadata.get(CHECKSUM) !== checksum(state, tensors)) throw corrupt('its contents do not match their checksum');
  const { format, ...rest } = parse(state);
  if (format !== FORMAT)
    throw invalid('checkpoint-format', `the checkpoint has format ${format}, and this version reads ${FORMAT}`);
  if (!isState(rest)) throw corrupt('its state lacks a field');
  return { ...rest, tensors };
}

function safetensors(bytes: Uint8Array): Safetensors {
  try {
    return decode(bytes);
  } catch (error) {
    throw corrupt(error instanceof Error ? error.message : String(error));
  }
}

function parse(json: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    throw corrupt('its state is not JSON');
  }
  if (!isRecord(value)) throw corrupt('its state is not an object');
  return value;
}

function isState(
  value: Readonly<Record<string, unknown>>,
): value is Omit<Checkpoint, 'tensors'> & Readonly<Record<string, unknown>> {
  const { step, key, history, pending } = value;
  return (
    Number.isSafeInteger(step) &&
    Array.isArray(key) &&
    key.length === 2 &&
    key.every(Number.isInteger) &&
    Array.isArray(history) &&
    history.every((point) => isRecord(point) && typeof point.step === 'number' && typeof point.loss === 'number') &&
    isRecord(pending) &&
    typeof pending.count === 'number' &&
    isRecord(pending.sums)
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Of everything: the state, then each tensor's name, type, shape and elements. */
function checksum(state: string, tensors: ReadonlyMap<string, StoredTensor>): string {
  const text = new TextEncoder();
  let crc = crc32(text.encode(state));
  for (const [name, { dtype, shape, data }] of [...tensors].sort(([a], [b]) => (a < b ? -1 : 1))) {
    crc = crc32(text.encode(`${name} ${dtype} ${shape}`), crc);
    crc = crc32(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), crc);
  }
  return crc.toString(16).padStart(8, '0');
}

function corrupt(why: string): Error {
  return invalid('checkpoint-corrupt', `the checkpoint cannot be used: ${why}`);
}
