import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type Engine, type OnnxModel, type Session } from '@tweedie/compile';
import { onnxRuntime, unavailable } from '@tweedie/compile/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
