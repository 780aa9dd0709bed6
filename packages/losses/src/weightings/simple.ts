/** Weight 1 on the squared ε error per unit of time: the loss of DDPM. Ho et al. 2020 (arXiv 2006.11239), eq. 14. */
import type { Weighting } from '@tweedie/core';

/** The simple weighting, constant 1. As it is per unit of time, its weight per log-SNR is the schedule's density of log-SNR. */
export function simple(): Weighting {
  return () => 1;
}
