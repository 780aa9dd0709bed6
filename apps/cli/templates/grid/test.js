import { describeGrid } from '@tweedie/testing';
import { pluginName } from './index.js';

describeGrid('pluginName', pluginName);
