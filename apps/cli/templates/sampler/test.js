import { describeSampler } from '@tweedie/testing';
import { pluginName } from './index.js';

describeSampler('pluginName', pluginName, { order: 1, evaluationsPerStep: 1, exactOnPoint: true, formInvariant: true });
