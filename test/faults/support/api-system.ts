import { Agent, request } from 'node:http';
import { migrateUp } from '../../../shared/migrate.ts';
import { stopwatch } from '../../../shared/platform/clock.ts';
import { signedInPeople } from '../../bench/latency/people.ts';
import { startChild } from '../../support/embedded/child-process.ts';
import { startPostgres } from '../../support/embedded/postgres.ts';

/** The API as a process, over a PostgreSQL of its own, and people who read from it all the while. */
export type ApiSystem = {
  port: number;
  /** Reads at an even pace until told to stop; gives back how long each took, in milliseconds. */
  readers(): { stop(): Promise<number[]> };
  close(): Promise<void>;
};

const DATABASE = 'faults';
const ISSUER = 'http://127.0.0.1:8000';
const SECRET_KEY = 'a secret of the fault runs, of thirty-two characters';
/** Enough people that nobody comes near the limit of one. */
const READERS = 60;
const EVERY_MS = 10;

export async function startApiSystem(): Promise<ApiSystem> {
  const postgres = await startPostgres({ durable: false });
  await postgres.createDatabase(DATABASE);
  const urls = postgres.urls(DATABASE);
  await migrateUp({ url: urls.owner, tls: false });
  const databaseUrl = postgres.superuserUrlOf(DATABASE);
  const people = await signedInPeople(READERS, { databaseUrl, secretKey: SECRET_KEY, issuer: ISSUER });
  const env = { ...SETTINGS, DATABASE_URL: urls.api };
  const child = await startChild({ entry: 'api/main.ts', env, output: 'inherit' });
  const port = child.ports.port ?? 0;
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });

  return {
    port,
    readers() {
      const reads: Promise<number>[] = [];
      const timer = setInterval(() => {
        const token = people[reads.length % READERS]?.accessToken ?? '';
        reads.push(readOnce(port, token, agent));
      }, EVERY_MS);
      return {
        stop() {
          clearInterval(timer);
          return Promise.all(reads);
        },
      };
    },
    async close() {
      agent.destroy();
      await child.end();
      await postgres.stop();
    },
  };
}

const SETTINGS = {
  APP_ENV: 'test',
  PORT: '0',
  OPS_PORT: '0',
  LOG_LEVEL: 'error',
  SECRET_KEY,
  PUBLIC_URL: ISSUER,
  S3_BUCKET_NAME: 'none',
};

function readOnce(port: number, token: string, agent: Agent): Promise<number> {
  const elapsed = stopwatch();
  return new Promise((resolve, reject) => {
    request({ port, path: '/v1/me', agent, headers: { Authorization: `Bearer ${token}` } }, (response) => {
      response.resume().once('end', () => {
        if (response.statusCode === 200) resolve(elapsed());
        else reject(new Error(`A reader was answered with ${response.statusCode}.`));
      });
    })
      .on('error', reject)
      .end();
  });
}
