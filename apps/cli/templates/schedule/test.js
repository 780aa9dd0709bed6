import { describeSchedule } from '@tweedie/testing';
import { pluginName } from './index.js';

describeSchedule('pluginName', () => pluginName());
describeSchedule('pluginName({ min: -5, max: 15 })', () => pluginName({ min: -5, max: 15 }));
