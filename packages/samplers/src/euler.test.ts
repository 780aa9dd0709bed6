import { describeGoldens, diffusersTrajectory, kDiffusionTrajectory, record, text } from '@tweedie/goldens';
import lms from '@tweedie/goldens/samplers/diffusers-deis-lms-sa.json' with { type: 'json' };
import edm from '@tweedie/goldens/samplers/diffusers-edm.json' with { type: 'json' };
import peer from '@tweedie/goldens/samplers/diffusers-euler-heun-kdpm2.json' with { type: 'json' };
import flow from '@tweedie/goldens/samplers/diffusers-flow-match.json' with { type: 'json' };
import kDiffusion from '@tweedie/goldens/samplers/k-diffusion.json' with { type: 'json' };
import { describeSampler } from '@tweedie/testing';
import { euler } from './euler.js';

describeSampler('euler', euler, { order: 1, evaluationsPerStep: 1, exactOnPoint: true, formInvariant: true });

for (const file of [peer, edm, flow])
  describeGoldens('euler', file, (golden, header) => {
    const { s_churn = 0 } = record(golden.step_kwargs);
    const { stochastic_sampling } = record(golden.scheduler_config);
    if (!/^(EDM|FlowMatch)?Euler(Discrete)?Scheduler$/.test(text(golden.class)) || stochastic_sampling === true) return undefined;
    // A flow is never churned there, whatever is asked for.
    return s_churn === 0 || golden.model_kind === 'flow' ? diffusersTrajectory(golden, header, euler()) : undefined;
  });
describeGoldens('euler', kDiffusion, (golden, header) =>
  golden.function === 'sample_euler' && (record(golden.kwargs).s_churn ?? 0) === 0
    ? kDiffusionTrajectory(golden, header, euler())
    : undefined,
);
describeGoldens('euler as LMS of order 1', lms, (golden, header) =>
  golden.class === 'LMSDiscreteScheduler' && record(golden.step_kwargs).order === 1
    ? diffusersTrajectory(golden, header, euler())
    : undefined,
);
