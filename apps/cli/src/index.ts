export { type Run, type RunFolder, runFolder } from './run-file.js';
