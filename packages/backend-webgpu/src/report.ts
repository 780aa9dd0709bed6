/** What WebGPU runs on here. */

/** An adapter: a GPU with its driver, or a driver that computes on the processor. */
export interface WebgpuReport {
  /** As `nvidia`; empty where the browser does not tell, as the next three. */
  readonly vendor: string;
  /** As `ampere`. */
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  /** True for one that computes on the processor: right, and slow. */
  readonly software: boolean;
  /** Optional features of the adapter, sorted. */
  readonly features: readonly string[];
  readonly limits: WebgpuLimits;
}

/** The limits of an adapter that decide which tensors fit. The device gets them all. */
export interface WebgpuLimits {
  /** Bytes of one tensor. */
  readonly maxBufferSize: number;
  /** Bytes of one tensor that a kernel sees. */
  readonly maxStorageBufferBindingSize: number;
  /** Tensors of one kernel, its output included. */
  readonly maxStorageBuffersPerShaderStage: number;
  readonly maxUniformBufferBindingSize: number;
  readonly maxComputeWorkgroupStorageSize: number;
  readonly maxComputeInvocationsPerWorkgroup: number;
  readonly maxComputeWorkgroupSizeX: number;
  readonly maxComputeWorkgroupSizeY: number;
  readonly maxComputeWorkgroupSizeZ: number;
  readonly maxComputeWorkgroupsPerDimension: number;
}
