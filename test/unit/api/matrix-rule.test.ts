import { describe, expect, it } from '@jest/globals';
import { expected, type Owner, ownersOf } from '../../integration/api/matrix/rule.ts';
import { type Who, whos } from '../../integration/api/matrix/whos.ts';
import type { Operation } from '../../support/openapi/operations.ts';

const operation = (over: Partial<Operation>): Operation => ({
  method: 'GET',
  path: '/v1/emotions/{id}',
  parameters: [],
  body: undefined,
  signedIn: true,
  scopes: [],
  responses: new Map(),
  ...over,
});
const somebody = (name: string): Who => {
  const who = whos.find((one) => one.name === name);
  if (!who) throw new Error(`there is no ${name}`);
  return who;
};
const cell = (over: Partial<Operation>, name: string, owner: Owner): string =>
  expected(operation(over), somebody(name), owner).words;
const system = { path: '/v1/system', scopes: ['system'] };

describe('the rule of the matrix', () => {
  it('asks own, another’s and missing objects where the address names one', () => {
    expect(ownersOf(operation({}))).toEqual(['own', 'another’s', 'missing']);
    expect(ownersOf(operation(system))).toHaveLength(1);
  });

  it.each([
    ['nobody', '401 unauthenticated'],
    ['standard', '403 forbidden'],
    ['premium with a second factor', '403 forbidden'],
    ['content_manager with a second factor', '403 forbidden'],
    ['administrator', '403 forbidden'],
    ['administrator with a second factor', 'a success, or a refusal for another reason than who asks'],
  ])('answers %s who wants the system: %s', (name, words) => {
    expect(cell(system, name, 'nobody’s')).toBe(words);
  });

  it('answers for another’s object as for one that is missing, to administrators too', () => {
    for (const name of ['standard', 'administrator with a second factor'])
      for (const owner of ['another’s', 'missing'] as const) expect(cell({}, name, owner)).toBe('404 not_found');
  });

  it('lets nobody in whose session has ended or whose account is locked', () => {
    for (const { name } of whos.filter(({ access }) => access === 'ended' || access === 'locked'))
      expect(cell({}, name, 'own')).toBe('401 unauthenticated');
  });

  it('lets people name devices themselves, and take away only their own', () => {
    const devices = { path: '/v1/me/devices/{deviceId}' };
    expect(cell({ ...devices, method: 'PUT' }, 'standard', 'missing')).toMatch(/^a success/);
    expect(cell({ ...devices, method: 'DELETE' }, 'standard', 'missing')).toBe('404 not_found');
  });

  it('does not take a 404 for an answer about one’s own object, nor a 500 for any', () => {
    const own = expected(operation({}), somebody('standard'), 'own');
    expect(own.fits({ status: 200, code: undefined })).toBe(true);
    expect(own.fits({ status: 404, code: 'not_found' })).toBe(false);
    expect(own.fits({ status: 500, code: 'internal_error' })).toBe(false);
  });
});
