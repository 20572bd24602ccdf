import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../../shared/platform/config/index.ts';
import { development, problemsOf, production } from './config-samples.ts';

describe('settings', () => {
  it('have defaults for what may be left out', () => {
    const config = loadConfig('api', {}, development);
    expect(config).toMatchObject({
      kind: 'api',
      APP_ENV: 'development',
      PORT: 8000,
      OPS_PORT: 8001,
      OPS_HOST: '127.0.0.1',
      REQUEST_TIMEOUT: 15_000,
      CORS_ORIGINS: [],
      LOG_LEVEL: 'info',
      ENABLE_METRICS: true,
      tls: false,
    });
  });

  it('are read from text', () => {
    const config = loadConfig(
      'worker',
      {},
      {
        ...development,
        WORKER_POOLS: 'streaks, trends',
        WORKER_ROLES: 'relay',
        PORT: '0',
        REQUEST_TIMEOUT: '2.5',
        ALLOWED_HOSTS: 'a.example,b.example',
        LOG_LEVEL: 'WARNING',
        ENABLE_PROFILING: 'yes',
      },
    );
    expect(config).toMatchObject({
      WORKER_POOLS: ['streaks', 'trends'],
      WORKER_ROLES: ['relay'],
      PORT: 0,
      REQUEST_TIMEOUT: 2_500,
      ALLOWED_HOSTS: ['a.example', 'b.example'],
      LOG_LEVEL: 'warn',
      ENABLE_PROFILING: true,
    });
  });

  it('say from when on a pattern of moods is told', () => {
    const told = { PATTERN_FALSE_DISCOVERY_RATE: '.05', PATTERN_EPSILON_SQUARED: '0.1', PATTERN_POINTS: '2' };
    expect(loadConfig('api', {}, { ...development, ...told })).toMatchObject({
      PATTERN_FALSE_DISCOVERY_RATE: 0.05,
      PATTERN_EPSILON_SQUARED: 0.1,
      PATTERN_POINTS: 2,
    });
    expect(
      problemsOf('api', {
        ...development,
        PATTERN_FALSE_DISCOVERY_RATE: '0',
        PATTERN_EPSILON_SQUARED: '1.1',
        PATTERN_POINTS: '-1',
      }),
    ).toEqual([
      'PATTERN_FALSE_DISCOVERY_RATE is less than 0.001',
      'PATTERN_EPSILON_SQUARED is more than 1',
      'PATTERN_POINTS is not a number from 0 to 20',
    ]);
  });

  it('say where people who have a hard time find somebody to talk to, over TLS', () => {
    expect(loadConfig('api', {}, development)).toMatchObject({ SUPPORT_URL: 'https://findahelpline.com' });
    const told = { SUPPORT_URL: 'https://telefonodelaesperanza.org/' };
    expect(loadConfig('api', {}, { ...development, ...told })).toMatchObject(told);
    for (const SUPPORT_URL of ['http://findahelpline.com', 'findahelpline.com', 'javascript:alert(1)'])
      expect(problemsOf('api', { ...development, SUPPORT_URL })).toEqual([
        'SUPPORT_URL is not a URL such as https://findahelpline.com',
      ]);
  });

  it('set to nothing count as not set', () => {
    expect(loadConfig('api', {}, { ...development, PORT: '', S3_ENDPOINT: ' ' })).toMatchObject({ PORT: 8000 });
  });

  it('can be overridden by flags', () => {
    const config = loadConfig(
      'worker',
      { WORKER_POOLS: 'trends', WORKER_ROLES: undefined },
      { ...development, WORKER_POOLS: 'mail' },
    );
    expect(config.WORKER_POOLS).toEqual(['trends']);
  });
});

describe('wrong settings', () => {
  it('are listed all at once, missing ones, unreadable ones and contradictions', () => {
    const problems = problemsOf('worker', {
      APP_ENV: 'production',
      PORT: 'eighty',
      DATABASE_URL: 'mysql://db',
      QUEUE_BACKEND: 'redis',
      REDIS_URL: 'redis://redis.internal',
      LOG_LEVEL: 'chatty',
      WORKER_POOLS: 'push,steaks',
      WORKER_ROLES: 'boss',
      AUTH_ISSUER: 'https://issuer.example',
      RATE_LIMITS: '{',
    });
    expect(problems).toEqual([
      'PORT is not a number from 0 to 65535',
      'DATABASE_URL is not a URL such as postgresql://user:password@host:5432/amira',
      'RATE_LIMITS is not JSON',
      'WORKER_POOLS names "steaks", which is none of audio, trends, streaks, achievements, push, mail, housekeeping',
      'WORKER_ROLES names "boss", which is none of relay, scheduler, autoscaler',
      'LOG_LEVEL is none of debug, info, warning, warn, error, critical, silent',
      'SECRET_KEY is missing',
      'REDIS_URL must begin with rediss:// in production (TLS)',
      'AUTH_ISSUER and AUTH_JWKS_URL go together: set both or neither',
    ]);
  });

  it('say so of an alias where the key itself has to be named', () => {
    expect(problemsOf('api', { ...development, KMS_KEY_ID: 'alias/amira' })).toEqual([
      'KMS_KEY_ID is an alias: name the key itself, by its id or ARN',
    ]);
  });

  it('end the process with 78 and one readable message', () => {
    expect(() => loadConfig('migrate', {}, { APP_ENV: 'test' })).toThrow(
      expect.objectContaining({
        exitCode: 78,
        message: 'The configuration is not usable:\n  - DATABASE_OWNER_URL is missing',
      }),
    );
  });

  it('never appear by value when they are secret', () => {
    const secrets = {
      SECRET_KEY: 'short-hush',
      ACCEPTED_SECRET_KEYS: `short-hush,${'long enough to be a hush'.repeat(2)}`,
      DATABASE_URL: 'hush',
      REDIS_URL: 'http://:hush@host',
      FIREBASE_CREDENTIALS: '{"private_key":"hush"',
      AWS_SECRET_ACCESS_KEY: 'hush',
      SMTP_URL: 'hush',
    };
    const problems = problemsOf('api', secrets);
    expect(problems).toContain('ACCEPTED_SECRET_KEYS has one of fewer than 32 characters (commas separate them)');
    expect(problems.length).toBeGreaterThanOrEqual(7);
    expect(problems.join()).not.toContain('hush');
  });

  it('include a forgotten APP_ENV: taken for development it would switch TLS off', () => {
    const { APP_ENV: _forgotten, ...env } = development;
    expect(problemsOf('api', env)).toEqual(['APP_ENV is missing']);
  });

  it('include an external issuer that is ours, is read in the clear, or is for nobody', () => {
    const issuer = { AUTH_ISSUER: 'http://id.example', AUTH_JWKS_URL: 'https://id.example/jwks.json' };
    expect(problemsOf('api', { ...production, ...issuer })).toEqual([
      'AUTH_ISSUER and AUTH_JWKS_URL must begin with https:// in production',
    ]);
    expect(problemsOf('api', { ...production, ...issuer, AUTH_ISSUER: production.PUBLIC_URL })).toEqual([
      'AUTH_ISSUER must not be PUBLIC_URL, which issues our own tokens',
    ]);
    expect(problemsOf('api', { ...development, ...issuer, AUTH_AUDIENCE: ',' })).toEqual(['AUTH_AUDIENCE is empty']);
  });

  it.each(['loadbalancer.internal', '10.0.0.0/', '10.0.0.0/33', '10.0.0.0/8x', '0.0.0.0/0', '2001:db8::/129'])(
    'include %s as a trusted proxy, which would vouch for nobody or for everybody',
    (range) => {
      expect(
        problemsOf('api', { ...development, TRUSTED_PROXIES: `127.0.0.1,10.0.0.0/8,2001:db8::/32,${range}` }),
      ).toEqual([`TRUSTED_PROXIES names "${range}", which is no address, and no range such as 10.0.0.0/8`]);
    },
  );

  it('include hosts and origins that no request would ever match', () => {
    const problems = problemsOf('api', {
      ...development,
      ALLOWED_HOSTS: 'api.amira.example,[::1],api.amira.example:8000',
      CORS_ORIGINS: 'https://app.amira.example,capacitor://localhost,https://app.amira.example/',
    });
    expect(problems).toEqual([
      'ALLOWED_HOSTS names "api.amira.example:8000", which is no host name such as api.amira.example',
      'CORS_ORIGINS names "https://app.amira.example/", which is no origin such as https://app.amira.example',
    ]);
  });

  it('include a worker with nothing to run', () => {
    expect(problemsOf('worker', development)).toEqual([
      'WORKER_POOLS and WORKER_ROLES are both empty: there is nothing to run (--pools, --roles)',
    ]);
  });
});

describe('a worker', () => {
  it('needs only what its pools use', () => {
    const pools = (WORKER_POOLS: string) => problemsOf('worker', { ...development, S3_BUCKET_NAME: '', WORKER_POOLS });
    expect(pools('streaks,trends')).toEqual([]);
    expect(pools('push')).toEqual(['FIREBASE_CREDENTIALS is missing']);
    expect(pools('mail')).toEqual(['SMTP_URL is missing']);
    expect(pools('audio')).toEqual(['S3_BUCKET_NAME is missing']);
  });
});

describe('staging and production', () => {
  it.each(['staging', 'production'])('%s encrypts its connections', (APP_ENV) => {
    expect(loadConfig('api', {}, { ...production, APP_ENV }).tls).toBe(true);
  });

  it.each(['sslmode=disable', 'sslmode=prefer', 'sslmode=no-verify', 'ssl=0', 'sslmode=require&uselibpqcompat=true'])(
    'refuse a database URL with %s',
    (parameters) => {
      const problems = problemsOf('api', { ...production, DATABASE_URL: `${production.DATABASE_URL}?${parameters}` });
      expect(problems).toEqual(['DATABASE_URL switches TLS or its checks off, which is not allowed in production']);
    },
  );

  it('accept a certificate authority of their own', () => {
    const DATABASE_URL = `${production.DATABASE_URL}?sslmode=verify-full&sslrootcert=/etc/rds.pem`;
    expect(problemsOf('api', { ...production, DATABASE_URL })).toEqual([]);
  });

  it('refuse what belongs to the embedded system', () => {
    expect(
      problemsOf('api', { ...production, STAND_INS_URL: 'http://127.0.0.1:1', PUBLIC_URL: 'http://a.example' }),
    ).toEqual(['PUBLIC_URL must begin with https:// in production', 'STAND_INS_URL is not allowed in production']);
  });
});
