import { invalid } from '@tweedie/core';

/** Refuses options that are not positive and finite, by the name of the option: RangeError `…-not-positive`. */
export function positive(options: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(options))
    if (!(value > 0 && value < Infinity))
      throw invalid(`${kebab(name)}-not-positive`, `\`${name}\` must be positive and finite, got ${value}`);
}

/** Refuses options that are negative or not finite: RangeError `…-negative`. */
export function nonNegative(options: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(options))
    if (!(value >= 0 && value < Infinity))
      throw invalid(`${kebab(name)}-negative`, `\`${name}\` must be finite and not negative, got ${value}`);
}

/** Refuses options that are not positive integers: RangeError `…-not-positive`. */
export function counted(options: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(options))
    if (!(Number.isSafeInteger(value) && value > 0))
      throw invalid(`${kebab(name)}-not-positive`, `\`${name}\` must be a positive integer, got ${value}`);
}

/** Refuses options that are not finite: RangeError `…-not-finite`. */
export function finite(options: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(options))
    if (!Number.isFinite(value)) throw invalid(`${kebab(name)}-not-finite`, `\`${name}\` must be finite, got ${value}`);
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
