/**
 * The SNR as weight on the squared x0 error. As `‖ε̂ − ε‖² = SNR·‖x̂0 − x0‖²`, this is weight 1 on the squared ε error: the SNR
 * weighting is the simple one under another name. Salimans & Ho 2022 (arXiv 2202.00512), section 4; `weighting: "snr"` of
 * k-diffusion.
 */
export { simple as snr } from './simple.js';
