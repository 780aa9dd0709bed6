export { classifierFree } from './classifier-free.js';
