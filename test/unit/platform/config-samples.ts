import { ConfigError, loadConfig, type ProcessKind } from '../../../shared/platform/config/index.ts';

/** What an api needs to start on one machine. */
export const development = {
  APP_ENV: 'development',
  DATABASE_URL: 'postgresql://app_api:pw@127.0.0.1/amira',
  SECRET_KEY: 's3cret-'.repeat(5),
  S3_BUCKET_NAME: 'amira',
};
export const production = {
  ...development,
  APP_ENV: 'production',
  QUEUE_BACKEND: 'redis',
  REDIS_URL: 'rediss://redis.internal:6379',
  PUBLIC_URL: 'https://api.amira.example',
};

/** Everything that is wrong with an environment. */
export function problemsOf(kind: ProcessKind, env: Record<string, string>): readonly string[] {
  try {
    loadConfig(kind, {}, env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}
