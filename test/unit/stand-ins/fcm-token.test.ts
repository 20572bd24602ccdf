import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { manualClock } from '../../../shared/platform/clock.ts';
import { type FcmStandIn, startFcmStandIn, throwAwayServiceAccount } from '../../support/stand-ins/fcm/index.ts';
import { assertionOf, grant } from './fcm-client.ts';

const clock = manualClock('2026-03-01T12:00:00Z');
const nowInSeconds = () => Math.floor(clock.now().epochMilliseconds / 1000);
let fcm: FcmStandIn;
const signed = (changes?: Record<string, unknown>, key?: string) => assertionOf(fcm, clock.now(), changes, key);

beforeAll(async () => {
  fcm = await startFcmStandIn({ clock });
});
afterAll(() => fcm.stop());

describe('the token endpoint', () => {
  it('hands out a bearer token for an assertion of the service account', async () => {
    expect(await grant(fcm.url, await signed())).toMatchObject({
      status: 200,
      body: { access_token: expect.stringMatching(/^ya29\./), expires_in: 3600, token_type: 'Bearer' },
    });
  });

  it.each<[string, () => Promise<string>]>([
    ['signed by somebody else', async () => signed({}, (await throwAwayServiceAccount()).private_key)],
    ['for another audience', () => signed({ aud: 'https://example.org' })],
    ['of another account', () => signed({ iss: 'mallory@amira-embedded.iam.gserviceaccount.com' })],
    ['expired', () => signed({ iat: nowInSeconds() - 7200, exp: nowInSeconds() - 3600 })],
    ['that lives for a day', () => signed({ exp: nowInSeconds() + 86_400 })],
    ['from the future', () => signed({ iat: nowInSeconds() + 3600, exp: nowInSeconds() + 7000 })],
    ['without the scope for messaging', () => signed({ scope: 'https://www.googleapis.com/auth/drive' })],
    ['that is no JWT', async () => 'nonsense'],
  ])('refuses an assertion %s', async (_, forge) => {
    expect(await grant(fcm.url, await forge())).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
  });

  it('knows no other grant', async () => {
    expect(await grant(fcm.url, await signed(), 'password')).toMatchObject({
      body: { error: 'unsupported_grant_type' },
    });
  });
});
