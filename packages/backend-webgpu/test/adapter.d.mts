/** Whether tfjs's WebGPU backend can be set. */
export declare const present: boolean;
