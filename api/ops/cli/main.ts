import { ConfigError, loadConfig } from '../../../shared/platform/config/index.ts';
import { buildProgram } from './program.ts';
import { Refused, Unreachable } from './refusal.ts';

/** `npm run ops -- …`. Exit codes: 0 done, 1 refused, 2 used wrongly, 69 nobody answers, 78 configured wrongly. */
const EXIT = { refused: 1, usage: 2, unreachable: 69 };

try {
  await buildProgram(loadConfig('ops')).parseAsync();
} catch (error) {
  process.exitCode = exitCodeOf(error);
}

function exitCodeOf(error: unknown): number {
  // Commander has said itself what was wrong, or shown the help that was asked for.
  if (error instanceof Error && 'exitCode' in error && error.name === 'CommanderError')
    return error.exitCode === 0 ? 0 : EXIT.usage;
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  if (error instanceof Refused) return EXIT.refused;
  if (error instanceof Unreachable) return EXIT.unreachable;
  return error instanceof ConfigError ? error.exitCode : EXIT.refused;
}
