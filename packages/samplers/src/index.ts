export { churned } from './churned.js';
export { ddim } from './ddim.js';
export { ddpm } from './ddpm.js';
export { dpmpp2m } from './dpmpp-2m.js';
export { euler } from './euler.js';
export { heun } from './heun.js';
export { singlestepOrders } from './singlestep-orders.js';
