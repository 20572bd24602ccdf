import { describe, expect, it } from '@jest/globals';
import { pushText } from '../../../shared/notifications/index.ts';

describe('the text of a push', () => {
  it('speaks the person’s language, whatever its region', () => {
    expect(pushText('achievement', 'es-MX')).toEqual(pushText('achievement', 'es'));
    expect(pushText('achievement', 'es').body).not.toBe(pushText('achievement', 'en').body);
  });

  it('falls back to English, and to a neutral text for a kind it does not know', () => {
    expect(pushText('achievement', 'fi')).toEqual(pushText('achievement', 'en'));
    expect(pushText('something', 'en').body).toMatch(/something new/);
  });
});
