/** What a step is shown as: its estimate of the samples, or what it left, noise and all. */
export const TRAJECTORIES = ['denoised', 'noisy'] as const;
export type Shown = (typeof TRAJECTORIES)[number];
