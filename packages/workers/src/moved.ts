/** Values whose memory changes hands: the receiver gets the arrays themselves, and the sender's become empty. */

/** A value together with what of it is handed over. */
export interface Moved<T> {
  readonly kind: typeof MARK;
  readonly value: T;
  readonly transfer: readonly Transferable[];
}

const MARK = '@tweedie/workers moved';

/**
 * Marks an argument, a result or a value of a stream to be moved instead of copied. The sender must not use its arrays afterwards.
 * @param transfer what to hand over; default: the memory of all typed arrays in plain objects, arrays and maps, shared memory excepted
 */
export function moved<T>(value: T, transfer: readonly Transferable[] = [...buffersIn(value)]): Moved<T> {
  return { kind: MARK, value, transfer };
}

/** @internal The value inside, and what to hand over. */
export function unwrapped(value: unknown): { readonly value: unknown; readonly transfer: readonly Transferable[] } {
  return isMoved(value) ? value : { value, transfer: [] };
}

function isMoved(value: unknown): value is Moved<unknown> {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === MARK;
}

function buffersIn(value: unknown, found: Set<ArrayBuffer> = new Set()): ReadonlySet<ArrayBuffer> {
  if (value instanceof ArrayBuffer) found.add(value);
  else if (ArrayBuffer.isView(value)) buffersIn(value.buffer, found);
  else if (Array.isArray(value) || value instanceof Map) for (const item of value.values()) buffersIn(item, found);
  else if (typeof value === 'object' && value !== null) for (const item of Object.values(value)) buffersIn(item, found);
  return found;
}
