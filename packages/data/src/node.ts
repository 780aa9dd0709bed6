/** Data from disk, for Node. The rest of this package runs in browsers too. */
export { type DecodedImage, type DecodeOptions, decodedImage, loadSharp, type SharpFunction } from './decoded-image.js';
