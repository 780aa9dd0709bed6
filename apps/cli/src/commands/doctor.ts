/** `tweedie doctor` */
import { diagnosis } from '../doctor.js';
import { doctorText } from '../doctor-text.js';

export interface DoctorFlags {
  readonly json: boolean;
}

export async function doctorCommand({ json }: DoctorFlags): Promise<void> {
  const found = await diagnosis();
  process.stdout.write(json ? `${JSON.stringify(found, undefined, 2)}\n` : doctorText(found));
}
