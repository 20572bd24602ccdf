import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { migrateUp } from '../../../shared/migrate.ts';
import { type FcmStandIn, startFcmStandIn } from '../stand-ins/fcm/index.ts';
import { type S3StandIn, startS3StandIn } from '../stand-ins/s3/index.ts';
import { type SmtpStandIn, startSmtpStandIn } from '../stand-ins/smtp/index.ts';
import { type DatabaseUrls, type EmbeddedPostgres, startPostgres } from './postgres.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Everything the processes talk to: embedded, unless the environment names something else to use. */
export type Parts = {
  postgres: EmbeddedPostgres | undefined;
  s3: S3StandIn | undefined;
  fcm: FcmStandIn | undefined;
  smtp: SmtpStandIn | undefined;
  urls: DatabaseUrls;
  /** Settings that point our processes at them. */
  env: Record<string, string>;
  stop(): Promise<void>;
};

const DATABASE = 'amira';
const BUCKET = 'amira-journals';

/** @param directory kept between runs; without it everything is temporary */
export async function startParts(options: { directory?: string; env: Environment }): Promise<Parts> {
  const { directory, env } = options;
  const stops: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const end of stops.splice(0).reverse()) await end().catch(() => {});
  };
  if (directory) await mkdir(directory, { recursive: true });
  try {
    const [{ postgres, urls }, s3, fcm, smtp] = await Promise.all([
      openPostgres(directory, env, stops),
      env['S3_BUCKET_NAME'] ? undefined : openS3(directory, env, stops),
      env['FIREBASE_CREDENTIALS'] ? undefined : startFcmStandIn().then((fcm) => keep(fcm, stops)),
      env['SMTP_URL'] ? undefined : startSmtpStandIn().then((smtp) => keep(smtp, stops)),
    ]);
    const settings = {
      SECRET_KEY: env['SECRET_KEY'] ?? (await secretKey(directory)),
      ...(s3 ? s3Settings(s3.url, s3.secretAccessKey) : {}),
      ...(fcm ? { FIREBASE_CREDENTIALS: JSON.stringify(fcm.serviceAccount), FCM_STAND_IN_URL: fcm.url } : {}),
      ...(smtp ? { SMTP_URL: smtp.url } : {}),
    };
    return { postgres, s3: s3?.standIn, fcm, smtp, urls, env: settings, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function openPostgres(directory: string | undefined, env: Environment, stops: (() => Promise<void>)[]) {
  const { DATABASE_URL: given, DATABASE_OWNER_URL: owner = given } = env;
  if (given && owner) {
    await migrateUp({ url: owner, tls: false });
    return { postgres: undefined, urls: { owner, api: given, worker: env['DATABASE_WORKER_URL'] ?? given } };
  }
  const postgres = await startPostgres(directory ? { directory: join(directory, 'postgres'), persistent: true } : {});
  stops.push(() => postgres.stop());
  if (!(await postgres.hasDatabase(DATABASE))) await postgres.createDatabase(DATABASE);
  const urls = postgres.urls(DATABASE);
  await migrateUp({ url: urls.owner, tls: false });
  return { postgres, urls };
}

async function openS3(directory: string | undefined, env: Environment, stops: (() => Promise<void>)[]) {
  const secretAccessKey = randomBytes(20).toString('hex');
  const standIn = await startS3StandIn({
    ...(directory ? { directory: join(directory, 's3') } : {}),
    bucket: BUCKET,
    accessKeyId: 'embedded',
    secretAccessKey,
    region: env['AWS_REGION'] ?? 'eu-central-1',
  });
  stops.push(() => standIn.stop());
  return { standIn, url: standIn.url, secretAccessKey };
}

const s3Settings = (url: string, secretAccessKey: string) => ({
  S3_BUCKET_NAME: BUCKET,
  S3_ENDPOINT: url,
  AWS_ACCESS_KEY_ID: 'embedded',
  AWS_SECRET_ACCESS_KEY: secretAccessKey,
});

function keep<Part extends { stop(): Promise<void> }>(part: Part, stops: (() => Promise<void>)[]): Part {
  stops.push(() => part.stop());
  return part;
}

/** Kept with the data it protects, readable by its owner alone; another one would sign everybody out. */
async function secretKey(directory: string | undefined): Promise<string> {
  const fresh = randomBytes(32).toString('base64url');
  if (!directory) return fresh;
  const path = join(directory, 'secret-key');
  const kept = await readFile(path, 'utf8').catch(() => undefined);
  if (kept) return kept.trim();
  await writeFile(path, fresh, { mode: 0o600 });
  return fresh;
}
