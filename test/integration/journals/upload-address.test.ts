import { describe, expect, it } from '@jest/globals';
import { sendRaw } from '../../support/stand-ins/s3/raw-client.ts';
import { journals, put } from './journals-fixture.ts';
import { leftBehind, nothing } from './left-behind.ts';
import { honestUpload } from './uploads.ts';

const fixture = journals();

type Address = { url: string; headers: Record<string, string> };
type Attempt = (address: Address, object: Uint8Array, other: Address) => Promise<{ status: number }>;

const type = { 'content-type': 'application/octet-stream' };
/** Its path with everything else left as it was signed. */
const at = (address: Address, path: string): Address => {
  const url = new URL(address.url);
  url.pathname = path;
  return { ...address, url: url.href };
};
const pathOf = ({ url }: Address) => new URL(url).pathname;
const withQuery = (address: Address, name: string, value: string): Address => {
  const url = new URL(address.url);
  url.searchParams.set(name, value);
  return { ...address, url: url.href };
};

const attempts: [what: string, Attempt][] = [
  ['one byte more', (address, object) => put(address, new Uint8Array([...object, 0]))],
  ['one byte less', (address, object) => put(address, object.subarray(1))],
  ['nothing', (address) => put(address, new Uint8Array())],
  ['another type', (address, object) => put({ ...address, headers: { 'content-type': 'audio/wav' } }, object)],
  ['no type', (address, object) => put({ ...address, headers: {} }, object)],
  ['the key of another journal', (address, object, other) => put(at(address, pathOf(other)), object)],
  ['a longer key', (address, object) => put(at(address, `${pathOf(address)}0`), object)],
  ['a key that climbs out', (address, object) => put(at(address, `${pathOf(address)}/%2e%2e/x`), object)],
  ['a longer life', (address, object) => put(withQuery(address, 'X-Amz-Expires', '86400'), object)],
  ['a version', (address, object) => put(withQuery(address, 'versionId', 'null'), object)],
  ['metadata', (address, object) => put({ ...address, headers: { ...type, 'x-amz-meta-a': 'b' } }, object)],
  [
    'rights for everybody',
    (address, object) => put({ ...address, headers: { ...type, 'x-amz-acl': 'public-read' } }, object),
  ],
  [
    'a body of unknown length',
    ({ url }, object) => {
      const { origin, pathname, search } = new URL(url);
      const headers = { ...type, 'transfer-encoding': 'chunked' };
      return sendRaw(origin, { method: 'PUT', path: pathname + search, headers, body: Buffer.from(object) });
    },
  ],
  ['a request to read', ({ url }) => fetch(url)],
  ['a request to delete', ({ url }) => fetch(url, { method: 'DELETE' })],
];

describe('the address for an upload', () => {
  it.each(attempts)('is refused for %s by the object store, and nothing is stored', async (_what, attempt) => {
    const person = await fixture.person();
    const { body, object } = await honestUpload();
    const [{ upload }, { upload: other }] = [await fixture.create(person, body), await fixture.create(person, body)];
    expect((await attempt(upload, object, other)).status).toBe(403);
    expect(await leftBehind(fixture, person)).toEqual({ ...nothing, rows: ['pending', 'pending'] });
  });

  it('is good for 15 minutes and no longer', async () => {
    const person = await fixture.person();
    const { body, object } = await honestUpload();
    const { upload } = await fixture.create(person, body);
    const statusAfter = async (seconds: number) => {
      fixture.s3.clock.shift({ seconds });
      const { status } = await put(upload, object);
      fixture.s3.clock.shift({ seconds: -seconds });
      return status;
    };
    expect(await statusAfter(15 * 60 + 2)).toBe(403);
    expect(await leftBehind(fixture, person)).toEqual({ ...nothing, rows: ['pending'] });
    expect(await statusAfter(14 * 60)).toBe(200);
  });
});
