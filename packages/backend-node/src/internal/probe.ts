/** Checks that are made one after the other, each only where those that it builds on were passed. */
import type { Check } from '../diagnosed-backend.js';

/** What a probe found; with a `remedy` where that is not what is needed. */
export interface Finding {
  readonly found: string;
  readonly remedy?: string;
}

export interface Probe {
  readonly name: string;
  readonly needed: string;
  /** Names of the probes without which this one says nothing. */
  readonly after?: readonly string[];
  find(): Finding | Promise<Finding>;
}

/** Makes the checks in their order, as far as they are asked for. */
export async function* checks(probes: readonly Probe[]): AsyncGenerator<Check, void> {
  const passed = new Set<string>();
  for (const { name, needed, after = [], find } of probes) {
    const missing = after.filter((other) => !passed.has(other));
    if (missing.length > 0) {
      yield { name, ok: undefined, found: `not checked without ${missing.join(', ')}`, needed };
      continue;
    }
    const finding = await find();
    const ok = finding.remedy === undefined;
    if (ok) passed.add(name);
    yield { name, ok, ...finding, needed };
  }
}

/** The first of the checks that fails, in one line. */
export async function firstFailure(probes: readonly Probe[]): Promise<string | undefined> {
  for await (const { ok, found, needed, remedy } of checks(probes))
    if (ok === false) return `${found} (needed: ${needed}): ${remedy}`;
  return undefined;
}

/** What a person needs to read of a text: its first line that is not empty. */
export function firstLine(text: string): string {
  return /\S.*/.exec(text)?.[0].trim() ?? '';
}

export function message(error: unknown): string {
  return firstLine(error instanceof Error ? error.message : String(error));
}

/** The object in the last line of what a child process printed; an empty one if there is none. */
export function lastJson(output: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(output.trim().split('\n').at(-1) ?? '');
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
