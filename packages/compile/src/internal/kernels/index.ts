/** All kernels that tracing knows. */
import type { TraceKernel } from '../trace-kernel.js';
import { elementwiseKernels } from './elementwise.js';
import { imageKernels } from './images.js';
import { movementKernels } from './movement.js';
import { sumKernels } from './sums.js';

export const traceKernels: readonly TraceKernel[] = [...elementwiseKernels, ...movementKernels, ...sumKernels, ...imageKernels];
