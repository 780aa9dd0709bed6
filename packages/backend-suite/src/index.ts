export { agrees, deviation } from './compare.js';
export { chromiumMissing, inChromium, type PageOptions, type PageRun, type PageTask } from './in-chromium.js';
export { inNodeWebgpu, type NodeRun, type NodeRunOptions } from './in-node-webgpu.js';
export { softwareVulkan, softwareVulkanEnvironment, useSoftwareVulkan } from './software-vulkan.js';
export { runSuite, type SuiteNumbers, suite } from './suite.js';
export type { SuiteCase } from './suite-case.js';
