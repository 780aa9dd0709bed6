/**
 * Readers of golden values: a 1-D array is a list, one of more dimensions `{ shape, data }` (row-major), and `NaN`,
 * `Infinity`, `-Infinity` are strings. Each reader throws a `TypeError` for a value of another kind.
 */
import type { Json, JsonRecord } from './golden-file.js';

const nonFinite: ReadonlyMap<Json, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

/** A number, the non-finite ones included. */
export function number(value: Json | undefined): number {
  if (typeof value === 'number') return value;
  const special = value === undefined ? undefined : nonFinite.get(value);
  if (special === undefined) throw unexpected('a number', value);
  return special;
}

/** A string. */
export function text(value: Json | undefined): string {
  if (typeof value !== 'string') throw unexpected('a string', value);
  return value;
}

/** A boolean. */
export function flag(value: Json | undefined): boolean {
  if (typeof value !== 'boolean') throw unexpected('a boolean', value);
  return value;
}

/** A list of JSON values. */
export function list(value: Json | undefined): readonly Json[] {
  if (!isList(value)) throw unexpected('a list', value);
  return value;
}

/** An object of JSON values. */
export function record(value: Json | undefined): JsonRecord {
  if (!isRecord(value)) throw unexpected('an object', value);
  return value;
}

/** All numbers of a value of any shape, in row-major order; a lone number is an array of one. */
export function numbers(value: Json | undefined): Float64Array {
  if (isRecord(value)) return numbers(value.data);
  if (isList(value)) return Float64Array.from(value.flatMap((each) => (isList(each) ? [...numbers(each)] : [number(each)])));
  return Float64Array.of(number(value));
}

/** The shape of an array. */
export function shape(value: Json | undefined): readonly number[] {
  if (isRecord(value)) return Array.from(numbers(value.shape));
  const rows = list(value);
  const [head] = rows;
  return isList(head) ? [rows.length, ...shape(head)] : [rows.length];
}

/** The entries along the first axis, each flat: the states of a trajectory, the draws of a list of noises. */
export function slices(value: Json | undefined): Float64Array[] {
  const all = numbers(value);
  const [count = 0] = shape(value);
  const size = all.length / count;
  return Array.from({ length: count }, (_, i) => all.slice(i * size, (i + 1) * size));
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

function isRecord(value: Json | undefined): value is JsonRecord {
  return typeof value === 'object' && value !== null && !isList(value);
}

function unexpected(wanted: string, value: Json | undefined): TypeError {
  return new TypeError(`expected ${wanted} in a golden case, got ${JSON.stringify(value)?.slice(0, 80)}`);
}
