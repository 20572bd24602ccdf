import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../../../shared/platform/config/index.ts';
import { development, problemsOf, production } from '../config-samples.ts';

const limitsOf = (env: Record<string, string>) => loadConfig('api', {}, env).limits;

describe('the limits in force', () => {
  it('are production’s figures, a hundred times as wide on one machine where an address is all they go by', () => {
    const [deployed, local] = [limitsOf(production), limitsOf(development)];
    expect(deployed.login).toMatchObject({ points: 5, windowMs: 900_000 });
    expect(deployed.loginAddress).toMatchObject({ points: 100, windowMs: 3_600_000 });
    expect(deployed.registerAddress.points).toBe(5);
    expect(local.loginAddress.points).toBe(10_000);
    expect(local.registerAddress.points).toBe(500);
    expect(local.login).toEqual(deployed.login);
    expect(local.user).toEqual(deployed.user);
    expect(local.user).toMatchObject({ points: 120, windowMs: 60_000 });
  });

  it('are overridden one by one, and then count as they stand', () => {
    const RATE_LIMITS = '{"loginAddress":{"points":7},"reset":{"per":"2h"}}';
    const limits = limitsOf({ ...development, RATE_LIMITS });
    expect(limits.loginAddress).toMatchObject({ points: 7, windowMs: 3_600_000 });
    expect(limits.reset).toMatchObject({ points: 3, windowMs: 7_200_000 });
  });

  it('refuse unknown names and nonsense, all at once', () => {
    const RATE_LIMITS =
      '{"logins":{"points":1},"login":{"points":0},"user":{"per":"1 minute"},"reset":{"points":1.5},"refresh":{"burst":2},"proof":{"per":"2d"}}';
    expect(problemsOf('api', { ...development, RATE_LIMITS }).toSorted()).toEqual([
      expect.stringMatching(/^RATE_LIMITS has "logins", which is not one of login, loginAccount, /),
      'RATE_LIMITS: login.points is less than 1',
      'RATE_LIMITS: proof.per is not a duration from 1s to 1d such as 15m',
      'RATE_LIMITS: refresh has "burst", which is not points or per',
      'RATE_LIMITS: reset.points is not a whole number',
      'RATE_LIMITS: user.per is not a duration from 1s to 1d such as 15m',
    ]);
    expect(problemsOf('api', { ...development, RATE_LIMITS: '[]' })).toEqual(['RATE_LIMITS is not a JSON object']);
  });
});
