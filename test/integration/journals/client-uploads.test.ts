import { randomBytes } from 'node:crypto';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type Api, playJournal, type Recording, recordJournal } from '../../../docs/client/journals.ts';
import { createKeyBundle, type Vault } from '../../../docs/client/key-bundle.ts';
import { type Upload, uploadObject } from '../../../docs/client/upload.ts';
import { nativeArgon2id } from '../../support/phones/native-argon2.ts';
import { journals, type Person } from './journals-fixture.ts';
import { honestUpload, recordingOf } from './uploads.ts';

const fixture = journals();
const realFetch = globalThis.fetch;
let vault: Vault;
beforeAll(async () => {
  ({ vault } = await createKeyBundle('a long walk by the sea', randomBytes(32), nativeArgon2id));
});
afterEach(() => {
  globalThis.fetch = realFetch;
  fixture.s3.standIn.faults.clear();
});

/** More than 32 MiB of what passes for sound: three parts. */
const long: Recording = {
  ...{ bytes: randomBytes(34_000_000), durationSeconds: (34_000_000 * 8) / 1_411_200 },
  ...{ format: 'wav', sampleRate: 44_100, bitRate: 1_411_200, channels: 2 },
};
const DETAILS = { recordedAt: '2026-11-20T08:30:00.000Z', timeZone: 'UTC' };

/** The app's way to the API, and what it asked for. */
function appOf(person: Person) {
  const asked: string[] = [];
  const api: Api = async (method, path, { body, headers } = {}) => {
    asked.push(`${method} ${path.replace(/[0-9a-f-]{36}/, '{id}')}`);
    const reply = await person.send(method, path, body, headers);
    if (reply.status >= 300) throw new Error(reply.text);
    return reply;
  };
  return { api, asked };
}

/**
 * The phone's own way to the object store: what it sends there, by number. Requests in `late` arrive sixteen minutes later than
 * they were made, by the clock of the object store.
 */
function uploadsWatched(late: readonly number[] = []): string[] {
  const sent: string[] = [];
  globalThis.fetch = async (input, init) => {
    const url = new URL(String(input));
    if (init?.method !== 'PUT' || url.origin !== fixture.s3.standIn.url) return realFetch(input, init);
    const place = sent.push('') - 1;
    const isLate = late.includes(place + 1);
    if (isLate) fixture.s3.clock.shift({ minutes: 16 });
    try {
      const answer = await realFetch(input, init);
      sent[place] = `${url.searchParams.get('partNumber') ?? 'whole'} ${answer.status}`;
      return answer;
    } finally {
      if (isLate) fixture.s3.clock.shift({ minutes: -16 });
    }
  };
  return sent;
}

const RENEWAL = 'GET /v1/journals/{id}/upload';

describe('an upload by the reference client', () => {
  it.each<[string, number[], string[]]>([
    ['after the first part', [2], ['1 200', '2 403', '2 200', '3 200']],
    ['before anything is sent', [1], ['1 403', '1 200', '2 200', '3 200']],
    ['twice', [2, 4], ['1 200', '2 403', '2 200', '3 403', '3 200']],
  ])(
    'whose addresses run out %s asks for fresh ones and sends only what is missing',
    async (_when, late, expected) => {
      const person = await fixture.person();
      const { api, asked } = appOf(person);
      const sent = uploadsWatched(late);
      const id = await recordJournal(api, vault, long, DETAILS);
      expect(sent).toEqual(expected);
      expect(asked).toEqual(['POST /v1/journals', ...late.map(() => RENEWAL), 'POST /v1/journals/{id}/complete']);
      expect(await fixture.judged(person, id)).toMatchObject({ status: 'valid' });
      expect(Buffer.from(await playJournal(api, vault, id)).equals(Buffer.from(long.bytes))).toBe(true);
    },
    60_000,
  );

  it('in one piece whose address has run out is sent to a fresh one', async () => {
    const person = await fixture.person();
    const { api, asked } = appOf(person);
    const sent = uploadsWatched([1]);
    const id = await recordJournal(api, vault, recordingOf('opus'), DETAILS);
    expect([sent, asked.filter((one) => one === RENEWAL)]).toEqual([['whole 403', 'whole 200'], [RENEWAL]]);
    expect(await fixture.judged(person, id)).toMatchObject({ status: 'valid' });
  });

  it('that is cut off sends that part again, to the same address', async () => {
    const person = await fixture.person();
    const { api, asked } = appOf(person);
    fixture.s3.standIn.faults.next({ operation: 'UploadPart', kind: 'cut', afterBytes: 5_000_000 });
    const id = await recordJournal(api, vault, long, DETAILS);
    expect(fixture.s3.standIn.faults.pending()).toBe(0);
    expect(asked).not.toContain(RENEWAL);
    expect(await fixture.judged(person, id)).toMatchObject({ status: 'valid' });
  }, 60_000);

  it('gives up where fresh addresses are refused as well, instead of asking for ever', async () => {
    const { api, asked } = appOf(await fixture.person());
    const sent = uploadsWatched([1, 2, 3, 4]);
    await expect(recordJournal(api, vault, recordingOf('opus'), DETAILS)).rejects.toThrow('refused as well');
    expect(sent.every((one) => one === 'whole 403')).toBe(true);
    expect(asked).toEqual(['POST /v1/journals', ...sent.map(() => RENEWAL)]);
    expect(sent.length).toBeLessThan(4);
  });

  it('of another length than was declared is refused, and the client says so', async () => {
    const { api } = appOf(await fixture.person());
    const { body, object } = await honestUpload();
    const created = (await api('POST', '/v1/journals', { body })).body as { upload: Upload };
    const sent = uploadsWatched();
    const attempt = uploadObject(created.upload, object.subarray(1), async () => created.upload);
    await expect(attempt).rejects.toThrow('refused as well');
    expect(sent).toEqual(['whole 403', 'whole 403']);
  });
});
