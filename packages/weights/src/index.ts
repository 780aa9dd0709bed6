export { decode, type Safetensors } from './decode.js';
export { bytesPerElement, type Dtype, dtypeOf, type StoredTensor, type TensorInfo, type TypedArray } from './dtype.js';
export { type EncodeOptions, encode, encodeChunks, encodeStream, type LazyTensor, type TensorSource } from './encode.js';
export { type Header, type HeaderEntry, headerLength, MAX_HEADER_BYTES, parseHeader } from './header.js';
export { type ByteSource, blobSource, open, type SafetensorsReader } from './read.js';
export { decodeStream, type SafetensorsStream } from './stream.js';
export { toFloat32 } from './to-float32.js';
