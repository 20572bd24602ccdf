import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { systemClock } from '../../shared/platform/clock.ts';
import { codeOf } from '../support/authenticator.ts';
import { type ProjectProcess, runProject, startProject } from '../support/project-process.ts';
import { makeScratch, type Scratch } from '../support/scratch.ts';
import { until } from '../support/until.ts';

const START_MS = 60_000;
const EMAIL = 'root@example.org';
const PASSWORD = 'correct horse battery';

let scratch: Scratch;
let amira: ProjectProcess;
let urls: { api: string; ops: string };

beforeAll(async () => {
  scratch = await makeScratch();
  const env = { ...settings(), PORT: '0', OPS_PORT: '0', LOG_LEVEL: 'warning' };
  amira = startProject(['test/support/embedded/start.ts'], { env });
  const [, api = '', ops = ''] = await until(
    'Amira is up',
    () => /API +(\S+)\/docs\n +Operators +(\S+)\/ops/.exec(amira.stdout),
    START_MS,
  );
  urls = { api, ops };
}, START_MS);
afterAll(async () => {
  amira?.kill('SIGTERM');
  await amira?.exited;
  await scratch?.remove();
}, START_MS);

const settings = () => ({ ...scratch.env, DATA_DIR: join(scratch.path, 'data') });

/** The command as a script runs it. */
async function ops(args: string[], env: Record<string, string> = {}) {
  const { code, stdout, stderr } = await runProject(['api/ops/cli/main.ts', ...args], {
    env: { ...settings(), OPS_URL: urls.ops, OPS_PASSWORD: PASSWORD, ...env },
  });
  return { code, stdout, stderr, json: () => JSON.parse(stdout) };
}

/** Somebody with an account, its address proved by the mail that came. */
async function person(email: string): Promise<void> {
  const post = (path: string, body: object) =>
    fetch(urls.api + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  const details = { timeZone: 'UTC', encryptionKeySalt: 'c2FsdHNhbHRzYWx0c2FsdA==', consents: ['service'] };
  await post('/v1/auth/register', { email, password: PASSWORD, ...details });
  const token = await until('its mail', async () => {
    const mails = z
      .array(z.object({ text: z.string() }))
      .parse(await (await fetch(`${urls.ops}/dev/mails?to=${encodeURIComponent(email)}`)).json());
    return mails[0]?.text.split(/\r?\n/).find((line) => /^[\w-]{20,}$/.test(line));
  });
  expect((await post('/v1/auth/verify-email', { token })).status).toBe(204);
}

let secret = '';

describe('npm run ops', () => {
  it('makes the first administrator where the server’s secret is, and no second one', async () => {
    const created = await ops(['admin', 'create', '--email', EMAIL, '--json']);
    expect([created.code, created.stderr]).toEqual([0, '']);
    const { enrolment } = created.json();
    secret = enrolment.secret;
    expect(enrolment.recoveryCodes).toHaveLength(10);
    const again = await ops(['admin', 'create', '--email', 'other@example.org']);
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining('There is an administrator already')]);
  });

  it('refuses what needs a session before there is one', async () => {
    const refused = await ops(['audit', 'list']);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('not signed in')]);
  });

  it('signs in, and keeps the session where only its owner reads it', async () => {
    expect((await ops(['login', '--email', EMAIL], { OPS_TOTP: '000000' })).code).toBe(1);
    const signedIn = await ops(['login', '--email', EMAIL, '--json'], { OPS_TOTP: codeOf(secret, systemClock.now()) });
    expect([signedIn.code, signedIn.stderr]).toEqual([0, '']);
    expect(signedIn.stdout).not.toContain('token');
    const file = join(settings().DATA_DIR, 'operator-session.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ url: urls.ops });
    expect((await ops(['whoami'])).stdout).toMatch(/Role +admin/);
  });

  it('finds and changes an account by its address', async () => {
    await person('ana@example.org');
    const because = ['--reason', 'ticket 4711', '--json'];
    const found = (await ops(['accounts', 'find', 'ana@example.org', '--json'])).json();
    expect(found).toMatchObject({ role: 'standard', status: 'active' });
    const premium = await ops(['accounts', 'tier', 'ana@example.org', 'premium', ...because]);
    expect(premium.json()).toMatchObject({ id: found.id, role: 'premium' });
    expect((await ops(['accounts', 'lock', found.id, ...because])).json()).toMatchObject({ status: 'locked' });
    expect((await ops(['accounts', 'unlock', found.id, ...because])).json()).toMatchObject({ status: 'active' });
    const role = ['administrator', '--operator-role', 'viewer', ...because];
    expect((await ops(['accounts', 'role', found.id, ...role])).json()).toMatchObject({ operatorRole: 'viewer' });

    const { items } = (await ops(['audit', 'list', '--target', found.id, '--json'])).json();
    expect(items.map(({ action }: { action: string }) => action).slice(0, 4)).toEqual([
      'account.role',
      'account.unlock',
      'account.lock',
      'account.tier',
    ]);
    expect((await ops(['audit', 'list', '--limit', '1'])).stdout).toMatch(
      /account\.role .*role premium → administrator/,
    );
  });

  it('takes a second factor away from others only, and only where there is one', async () => {
    const because = ['--reason', 'ticket 4711'];
    const own = await ops(['accounts', 'reset-second-factor', EMAIL, ...because]);
    expect([own.code, own.stderr]).toEqual([1, expect.stringContaining('another administrator')]);
    const none = await ops(['accounts', 'reset-second-factor', 'ana@example.org', ...because]);
    expect([none.code, none.stderr]).toEqual([1, expect.stringContaining('has no second factor')]);
    expect((await ops(['accounts', 'reset-second-factor', 'ana@example.org'])).code).toBe(2);
  });

  it('has the data keys wrapped anew by a worker, and waits for it', async () => {
    const rotated = await ops(['keys', 'rotate', '--reason', 'yearly', '--json']);
    expect(rotated.code).toBe(0);
    expect(rotated.json()).toMatchObject({ state: 'done', remaining: 0 });
  }, 30_000);

  it('holds the object store against the rows: only counting, or for real and with a reason', async () => {
    const sweep = (...args: string[]) => ops(['objects', 'sweep', ...args, '--json']);
    const nothing = { objects: 0, orphans: 0, deleted: 0, uploads: 0, abandoned: 0, aborted: 0, missing: 0 };
    const looked = await sweep('--dry-run');
    expect([looked.code, looked.json()]).toMatchObject([0, { state: 'done', result: { ...nothing, dryRun: true } }]);
    const swept = await sweep('--apply', '--reason', 'ticket 4711');
    expect([swept.code, swept.json()]).toMatchObject([0, { state: 'done', result: { ...nothing, dryRun: false } }]);
    expect((await sweep('--apply')).code).toBe(2);
    expect((await sweep('--apply', '--dry-run', '--reason', 'both')).code).toBe(2);
  }, 60_000);

  it('signs out', async () => {
    expect((await ops(['logout'])).code).toBe(0);
    expect((await ops(['whoami'])).code).toBe(1);
  });

  it.each([
    ['accounts', 'tier', 'a@b.example', 'gold', '--reason', 'why not'],
    ['accounts', 'lock', 'a@b.example'],
    ['accounts', 'role', 'a@b.example', 'administrator', '--reason', 'why not'],
    ['nonsense'],
    ['login'],
  ])('used wrongly (%s %s …) exits 2', async (...args) => {
    const { code, stderr } = await ops(args.filter((arg) => arg !== undefined));
    expect([code, stderr]).toEqual([2, expect.stringContaining('error: ')]);
  });

  it('exits 69 where nobody answers, and shows how it is used', async () => {
    const away = await ops(['admin', 'create', '--email', EMAIL], { OPS_URL: 'http://127.0.0.1:9' });
    expect([away.code, away.stderr]).toEqual([69, expect.stringContaining('Nobody answers at http://127.0.0.1:9')]);
    const help = await ops(['--help']);
    expect([help.code, help.stdout]).toEqual([0, expect.stringContaining('Examples:')]);
  });
});
