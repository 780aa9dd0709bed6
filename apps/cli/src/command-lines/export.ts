/** How `tweedie export` is asked for. */
import { Command, Option } from 'commander';
import type { ExportFlags } from '../commands/export.js';
import { integer, MOST_IMAGES, modelParts } from './options.js';

export function exportLine(): Command {
  const line = new Command('export')
    .description('write the network of a finished run to a file for other programs')
    .argument('<run>', 'folder of the run')
    .addOption(new Option('--onnx <file>', 'an ONNX model: inputs x, noise and label, output prediction').default('model.onnx'))
    .addOption(new Option('--batch <n>', 'its batch size (default: any)').argParser(integer(1, MOST_IMAGES)))
    .addHelpText('after', '\nExample:\n  tweedie export runs/mnist --onnx model.onnx')
    .action(async (run: string, flags: ExportFlags) => {
      const { exportCommand } = await import('../commands/export.js');
      await exportCommand(run, flags);
    });
  return modelParts().reduce((all, option) => all.addOption(option), line);
}
