import { runProcess } from '../shared/platform/entry-point.ts';

await runProcess(async () => {
  const { loadConfig } = await import('../shared/platform/config/index.ts');
  const config = loadConfig('api');
  const { startApi } = await import('./start.ts');
  return startApi(config);
});
