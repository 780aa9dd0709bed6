export { type Connection, type ConnectOptions, connect } from './connect.js';
export type { Calls, Handlers, Stream } from './handlers.js';
export { type Moved, moved } from './moved.js';
export { type Packed, type PackedTensor, packTensors, packTensorsSync, type Unpacked, unpackTensors } from './pack.js';
export type { Port } from './port.js';
export { type SampleReport, type SampleReportsOptions, sampleReports } from './sample-reports.js';
export { serve } from './serve.js';
export { type TrainReport, type TrainReportsOptions, trainReports } from './train-reports.js';
