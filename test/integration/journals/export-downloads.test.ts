import { createHash } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { makeScratch, type Scratch } from '../../support/scratch.ts';
import { until } from '../../support/until.ts';
import { type ApiProcess, startApi } from './api-process.ts';
import { begin, take } from './downloads.ts';
import { type Exporter, exporters, type Made } from './exporters.ts';
import { journals } from './journals-fixture.ts';
import { largeRecording, saidToBeValid } from './large-uploads.ts';

const mebibyte = 1_024 * 1_024;
const RECORDINGS = 3;
const RECORDING_BYTES = 175_000_000;

const app = journals();
const { somebody, made, link } = exporters(app);
let scratch: Scratch;
let output: number;
let api: ApiProcess;
let person: Exporter;
let result: Made;

beforeAll(async () => {
  scratch = await makeScratch();
  output = openSync(join(scratch.path, 'api.log'), 'a');
  api = await startApi(app, output);
  person = await somebody();
  await app.look(`update account set role = 'premium' where id = $1`, [person.id]);
  for (let n = 0; n < RECORDINGS; n += 1) await saidToBeValid(app, person, await largeRecording(RECORDING_BYTES));
  result = await made(person);
}, 240_000);
afterEach(() => app.s3.standIn.faults.clear());
afterAll(async () => {
  await api?.end();
  closeSync(output);
  await scratch?.remove();
});

const address = (origin = api.url) => link(person, result, origin);

const nothingIsRead = (withinMs?: number) =>
  until('nothing is read from the object store', () => app.s3.standIn.underWay() === 0, withinMs);

/** Bytes that the process has of the machine, and of those what is outside of its heap. */
async function memory() {
  const text = await (await fetch(`${api.opsUrl}/metrics`)).text();
  const gauge = (name: string) => Number(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'm').exec(text)?.[1]);
  return { resident: gauge('process_resident_memory_bytes'), external: gauge('nodejs_external_memory_bytes') };
}

/** Of all looks while `work` went on, the most. */
async function mostMemory(work: Promise<unknown>): Promise<{ resident: number; external: number }> {
  const most = { resident: 0, external: 0 };
  let working = true;
  const done = work.finally(() => {
    working = false;
  });
  while (working) {
    const { resident, external } = await memory();
    most.resident = Math.max(most.resident, resident);
    most.external = Math.max(most.external, external);
    await Promise.race([done, pause(100)]);
  }
  await done;
  return most;
}

describe('an export of 525 MB', () => {
  it('is sent in the memory that 40 MB of it take, and goes on after a break with the bytes that are missing', async () => {
    await take(await begin(await address(), { Range: 'bytes=0-40000000' }));
    const before = await memory();
    const [whole, pieces] = [createHash('sha256'), createHash('sha256')];
    const most = await mostMemory(
      (async () => {
        expect(await take(await begin(await address()), undefined, whole)).toBe(result.size);
        const torn = await begin(await address());
        const from = await take(torn, 260_000_000, pieces);
        torn.destroy();
        const rest = await begin(await address(), { Range: `bytes=${from}-`, 'If-Range': torn.headers.etag ?? '' });
        expect([rest.statusCode, await take(rest, undefined, pieces)]).toEqual([206, result.size - from]);
      })(),
    );
    expect(pieces.digest('hex')).toBe(whole.digest('hex'));
    expect(most.resident - before.resident).toBeLessThan(64 * mebibyte);
  }, 120_000);

  it('is read from the object store no faster than by those who asked for it: eight that pause hold little', async () => {
    const before = await memory();
    const answers: IncomingMessage[] = [];
    while (answers.length < 8) answers.push(await begin(await address()));
    for (const answer of answers) await take(answer, 1_000_000);
    expect(app.s3.standIn.underWay()).toBe(8);
    const most = await mostMemory(pause(1_000));
    for (const answer of answers) answer.destroy();
    await nothingIsRead();
    expect(most.external - before.external).toBeLessThan(64 * mebibyte);
  });

  it('is not read any further once who asked for it has hung up', async () => {
    const torn = await begin(await address());
    await take(torn, 20_000_000);
    expect(app.s3.standIn.underWay()).toBe(1);
    torn.destroy();
    await nothingIsRead(5_000);
  });

  it('is not waited for either, where the object store has fallen silent meanwhile', async () => {
    app.s3.standIn.faults.next({ operation: 'GetObject', kind: 'stall', afterBytes: 20_000_000 });
    const torn = await begin(await address());
    await take(torn, 19_900_000);
    torn.destroy();
    // Sooner than the ten seconds after which silence ends a read by itself.
    await nothingIsRead(5_000);
  });

  it('is sent to the end to a phone that pauses for longer than the object store keeps a connection', async () => {
    const slow = await begin(await address(app.url));
    let taken = 0;
    for (let rest = 0; rest < 6; rest += 1) {
      taken += await take(slow, 15_000_000);
      await nothingIsRead();
    }
    expect(taken + (await take(slow))).toBe(result.size);
  }, 90_000);
});
