/** Whether something is due after a step, steps counted from 1. */
import { invalid } from '@tweedie/core/error';

/** @throws RangeError `every-not-positive`, `checkpoint-every-not-positive`, … by the option's name */
export function everyStep(option: string, every: number): (step: number) => boolean {
  if (!(every >= 1) || (every !== Number.POSITIVE_INFINITY && !Number.isInteger(every)))
    throw invalid(
      `${option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}-not-positive`,
      `\`${option}\` must be a positive whole number or Infinity, got ${every}`,
    );
  return (step) => step % every === 0;
}
