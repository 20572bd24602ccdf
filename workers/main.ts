import { runProcess } from '../shared/platform/entry-point.ts';

await runProcess(async () => {
  const { readCommandLine } = await import('./command-line.ts');
  const config = readCommandLine();
  const { startWorker } = await import('./start.ts');
  return startWorker(config);
});
