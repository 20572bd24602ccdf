import { describe, expect, it } from '@jest/globals';
import type { PushGateway } from '../../../shared/platform/push/port.ts';
import { createLogger } from '../../../shared/platform/telemetry/logger.ts';
import { warmUp } from '../../../workers/warm-up.ts';

function startUp(warming: () => Promise<void>) {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ service: 'test', environment: 'test', level: 'debug', secretKey: 'x', destination });
  const gateway: PushGateway = { warmUp: warming, send: async () => [], close: async () => {} };
  let opened = 0;
  const pushGateway = async () => {
    opened += 1;
    return gateway;
  };
  return { deps: { logger, pushGateway }, lines, opened: () => opened };
}

describe('warming up', () => {
  it('makes the push gateway ready where pushes are sent', async () => {
    let warmed = 0;
    const { deps, lines } = startUp(async () => {
      warmed += 1;
    });
    await warmUp(['mail', 'push'], deps);
    expect([warmed, lines]).toEqual([1, []]);
  });

  it('leaves it alone elsewhere', async () => {
    const { deps, opened } = startUp(async () => {});
    await warmUp(['mail', 'streaks'], deps);
    expect(opened()).toBe(0);
  });

  it('tells of a failure and goes on', async () => {
    const { deps, lines } = startUp(() => Promise.reject(new Error('no SDK')));
    await warmUp(['push'], deps);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ level: 'error', err: { message: 'no SDK' } }]);
  });
});
