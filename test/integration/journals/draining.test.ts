import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { listenTo } from '../../support/api/event-reader.ts';
import { makeScratch, type Scratch } from '../../support/scratch.ts';
import { until } from '../../support/until.ts';
import { type ApiProcess, startApi } from './api-process.ts';
import { begin, take } from './downloads.ts';
import { type Exporter, exporters, type Made } from './exporters.ts';
import { journals } from './journals-fixture.ts';
import { largeRecording, saidToBeValid } from './large-uploads.ts';

/** What is finished is given 25 s, and orchestrators kill after 30. */
const DRAIN_MS = 25_000;
const KILL_MS = 30_000;

const app = journals();
const { somebody, asked, made, link } = exporters(app);
let scratch: Scratch;
let output: number;
let person: Exporter;
let result: Made;
let [leaving, staying]: (ApiProcess | undefined)[] = [];

beforeAll(async () => {
  scratch = await makeScratch();
  output = openSync(join(scratch.path, 'api.log'), 'a');
  person = await somebody();
  await saidToBeValid(app, person, await largeRecording(45_000_000));
  result = await made(person);
}, 120_000);
afterEach(async () => {
  await Promise.all([leaving?.end(0), staying?.end(0)]);
});
afterAll(async () => {
  closeSync(output);
  await scratch?.remove();
});

it('an api process that is told to end ends streams at once, finishes downloads, and exits in order', async () => {
  [leaving, staying] = await Promise.all([startApi(app, output), startApi(app, output)]);
  const heard = await listenTo(leaving.url, person.token);
  const download = await begin(await link(person, result, leaving.url));
  const taken = await take(download, 1_000_000);

  const told = performance.now();
  leaving.kill('SIGTERM');
  expect(await heard.ended).toBe('ended');
  expect(performance.now() - told).toBeLessThan(5_000);
  expect(heard.text).toContain(': this server is about to end');
  await expect(fetch(`${leaving.url}/v1/health`)).rejects.toThrow('fetch failed');

  const again = await listenTo(staying.url, person.token, { 'Last-Event-ID': heard.events().at(-1)?.id ?? '' });
  const location = await asked(person);
  await app.work();
  const id = location.split('/').at(-1);
  await again.heard(({ name, data }) => name === 'job' && data['id'] === id && data['state'] === 'done');
  again.stop();

  expect(taken + (await take(download))).toBe(result.size);
  const read = performance.now();
  expect(await leaving.exited).toBe(0);
  expect(performance.now() - read).toBeLessThan(5_000);
}, 60_000);

it('cuts a download off whose reader has stopped, and exits in order before it is killed', async () => {
  leaving = await startApi(app, output);
  const heard = await listenTo(leaving.url, person.token);
  const download = await begin(await link(person, result, leaving.url));
  const taken = await take(download, 1_000_000);

  const told = performance.now();
  leaving.kill('SIGTERM');
  expect(await leaving.exited).toBe(0);
  const took = performance.now() - told;
  expect([took >= DRAIN_MS, took < KILL_MS]).toEqual([true, true]);
  expect(await heard.ended).toBe('ended');
  await expect(take(download)).rejects.toThrow('aborted');
  await until('nothing is read from the object store', () => app.s3.standIn.underWay() === 0);

  // The rest of it is had elsewhere.
  staying = await startApi(app, output);
  const rest = await begin(await link(person, result, staying.url), { Range: `bytes=${taken}-` });
  expect([rest.statusCode, await take(rest)]).toEqual([206, result.size - taken]);
}, 90_000);
