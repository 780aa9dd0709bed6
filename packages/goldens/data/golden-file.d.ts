import type { GoldenFile } from '@tweedie/goldens';

declare const file: GoldenFile;
export default file;
