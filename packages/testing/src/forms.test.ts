import { describeProcess } from './describe-process.js';
import { describeSchedule } from './describe-schedule.js';
import { forms, linearLogSnr } from './forms.js';

const schedule = linearLogSnr({ min: -9, max: 11 });
describeSchedule('linear log-SNR', () => schedule);
for (const [form, process] of Object.entries(forms(schedule))) describeProcess(form, () => process);
