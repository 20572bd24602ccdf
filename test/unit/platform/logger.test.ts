import { describe, expect, it } from '@jest/globals';
import { permanent } from '../../../shared/platform/errors.ts';
import { createLogger, type LoggerOptions } from '../../../shared/platform/telemetry/logger.ts';
import { withTrace } from '../../../shared/platform/telemetry/trace-context.ts';

function loggerInto(lines: string[], over: Partial<LoggerOptions> = {}) {
  return createLogger({
    service: 'api',
    environment: 'test',
    level: 'debug',
    secretKey: 'k'.repeat(32),
    destination: { write: (line) => void lines.push(line) },
    ...over,
  });
}

function written(work: (logger: ReturnType<typeof loggerInto>) => void, over: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  work(loggerInto(lines, over));
  return lines.map((line) => JSON.parse(line));
}

const userId = '0198c0de-0000-7000-8000-000000000001';

describe('a log line', () => {
  it('is one JSON object of the agreed fields', () => {
    const [line] = written((logger) => logger.child({ job_id: 'j1' }).warn({ duration_ms: 3 }, 'Slow'));
    expect(line).toMatchObject({
      level: 'warning',
      category: 'application',
      service: 'api',
      environment: 'test',
      job_id: 'j1',
      duration_ms: 3,
      message: 'Slow',
    });
    expect(Temporal.Instant.from(line.timestamp).epochMilliseconds).toBeGreaterThan(0);
  });

  it('has the category of the line, else of its logger', () => {
    const lines = written((logger) => {
      const access = logger.child({ category: 'access' });
      access.info('GET');
      access.info({ category: 'security' }, 'Refused');
    });
    expect(lines.map(({ category }) => category)).toEqual(['access', 'security']);
  });

  it('carries the request and trace it belongs to', () => {
    const traceParent = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;
    const [line] = written((logger) => withTrace({ traceParent, requestId: 'r1' }, () => logger.info('Done')));
    expect(line).toMatchObject({ request_id: 'r1', trace_id: 'a'.repeat(32) });
  });

  it('names a user by a pseudonym that holds for one secret', () => {
    const pseudonym = (secret: string) =>
      written((logger) => logger.info({ user_id: userId }, 'x'), { secretKey: secret })[0].user_id;
    expect(pseudonym('a'.repeat(32))).toMatch(/^[0-9a-f]{16}$/);
    expect(pseudonym('a'.repeat(32))).toBe(pseudonym('a'.repeat(32)));
    expect(pseudonym('a'.repeat(32))).not.toBe(pseudonym('b'.repeat(32)));
    const [child] = written((logger) => logger.child({ user_id: userId }).info('x'));
    expect(JSON.stringify(child)).not.toContain(userId);
  });

  it('leaves out secrets and content, one level down too', () => {
    const [line] = written((logger) =>
      logger.info({ password: 'hunter2', request: { authorization: 'Bearer abc', route: '/v1/me' }, userId }, 'x'),
    );
    expect(line).toMatchObject({ password: '[redacted]', userId: '[redacted]' });
    expect(line.request).toEqual({ authorization: '[redacted]', route: '/v1/me' });
  });

  it('stays one line whatever a value holds', () => {
    const lines: string[] = [];
    loggerInto(lines).info({ path: '/a\r\n{"level":"fatal"}\u001b[2J\u009b2J\u2028' }, 'x');
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).toMatch(/^[\P{C}]+$/u);
    expect(lines[0]).not.toContain('\u2028');
  });

  it('keeps to its level', () => {
    const lines = written(
      (logger) => {
        logger.info('quiet');
        logger.error('loud');
      },
      { level: 'error' },
    );
    expect(lines.map(({ message }) => message)).toEqual(['loud']);
  });
});

describe('a logged error', () => {
  const logged = (error: unknown) => written((logger) => logger.error({ err: error }, 'Failed'))[0].err;

  it('says what went wrong and where', () => {
    const error = logged(permanent('mood_unknown', 'There is no emotion type 99.'));
    expect(error).toMatchObject({ code: 'mood_unknown', class: 'permanent', message: 'There is no emotion type 99.' });
    expect(error.stack).toMatch(/^at /);
  });

  it('quotes no data of a foreign error', () => {
    const error = Object.assign(new Error('invalid input: "ann@example.org", Key (email)=(ann@example.org) exists'), {
      code: '23505',
      detail: 'Key (email)=(ann@example.org) already exists.',
    });
    expect(logged(error)).toMatchObject({ code: '23505', class: 'transient' });
    expect(JSON.stringify(logged(error))).not.toContain('ann');
  });

  it('includes its causes', () => {
    expect(logged(new Error('outer', { cause: new Error('inner') })).cause).toMatchObject({ message: 'inner' });
  });

  it('may be anything that was thrown', () => {
    expect(logged('boom')).toMatchObject({ name: 'string', message: 'boom', code: 'unknown' });
  });
});

describe('a flood of errors', () => {
  it('is one line a second for each key, which says how many were left out', () => {
    let now = 0;
    const lines = written(
      (logger) => {
        for (now = 0; now < 2_500; now += 1) {
          logger.throttled('redis', 'warn', 'Redis reports a fault', { code: 'OOM' });
          logger.child({ pool: 'push' }).throttled('relay', 'warn', 'The relay waits');
        }
      },
      { elapsed: () => now },
    );
    const redis = lines.filter(({ code }) => code === 'OOM');
    expect(redis.map(({ suppressed }) => suppressed)).toEqual([undefined, 999, 999]);
    expect(lines).toHaveLength(6);
  });
});
