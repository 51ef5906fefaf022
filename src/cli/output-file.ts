import { Option } from 'commander';
import { writePrivateFile } from '../private-file.ts';
import { CliError } from './cli-error.ts';

export const OUTPUT = ['--output <FILE>', 'write it there instead of to stdout, over no other file'] as const;
export const forceOption = (): Option => new Option('--force', 'with --output: replace a file that is there');

/** Writes what a command was asked to write. Throws CliError `NotWritten`, naming the file, the cause and the next step. */
export function writeOutput(path: string, text: string, force: boolean): void {
  try {
    writePrivateFile(path, text, force);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw code === 'EEXIST'
      ? new CliError('NotWritten', `${path} is there already.`, 'name another file, or replace this one with --force.')
      : new CliError('NotWritten', `${path} cannot be written (${code}).`, 'choose another --output.');
  }
}
