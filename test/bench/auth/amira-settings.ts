import { UNLIMITED } from '../../support/api/unlimited.ts';

export const ISSUER = 'http://127.0.0.1:8000';
export const SECRET_KEY = 'a secret of the benches, long enough to be one';

/** What `amira-server.ts` is started with, beside its `DATABASE_URL`. */
export const AMIRA_SETTINGS = {
  APP_ENV: 'test',
  LOG_LEVEL: 'error',
  SECRET_KEY,
  PUBLIC_URL: ISSUER,
  S3_BUCKET_NAME: 'none',
  RATE_LIMITS: UNLIMITED,
};
