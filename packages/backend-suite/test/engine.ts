/** What a backend computes, alone in its process or page. */
import type { Backend } from '@tweedie/core';
import { type KernelCapability, capabilities } from '@tweedie/testing/capabilities';
