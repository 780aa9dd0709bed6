/** Data from disk, for Node. The rest of this package runs in browsers too. */
export { type DecodedImage, type DecodeOptions, decodedImage, loadSharp, type SharpFunction } from './decoded-image.js';
export { type FolderFile, type FolderFiles, folderFiles } from './folder-files.js';
export { type FolderReport, imageFolder, type Size } from './image-folder.js';
export type { LeftOut } from './left-out.js';
