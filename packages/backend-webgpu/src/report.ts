/** What WebGPU runs on here. */

/** An adapter: a GPU with its driver, or a driver that computes on the processor. */
export interface WebgpuReport {
  /** As `nvidia`; empty where the browser does not tell. */
  readonly vendor: string;
  /** As `ampere`. */
  readonly architecture: string;
  readonly device: string;
  readonly description: string;
  /** True for one that computes on the processor: right, and slow. */
  readonly software: boolean;
  /** Optional features of the adapter, sorted. */
  readonly features: readonly string[];
  /** Those that decide what fits; bytes, invocations and counts. The device gets the largest. */
  readonly limits: Readonly<Record<DeviceLimit, number>>;
}

/** A limit that tensors meet. */
export type DeviceLimit = (typeof deviceLimits)[number];

const deviceLimits = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxUniformBufferBindingSize',
  'maxComputeWorkgroupStorageSize',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupSizeY',
  'maxComputeWorkgroupSizeZ',
  'maxComputeWorkgroupsPerDimension',
] as const;

/** @internal */
export function report({ info, features, limits }: GPUAdapter): WebgpuReport {
  const { vendor, architecture, device, description } = info;
  return {
    vendor,
    architecture,
    device,
    description,
    software: info.isFallbackAdapter ?? /swiftshader|llvmpipe|lavapipe|basic render/i.test(`${device} ${description}`),
    features: [...features].sort(),
    limits: Object.fromEntries(deviceLimits.map((name) => [name, limits[name]])) as Record<DeviceLimit, number>,
  };
}
