import { Agent, request } from 'node:http';
import { type FloodAnswers, LoginFlood } from './login-flood-plan.ts';

const TICK_MS = 10;

/** Sends at an even pace whether or not earlier ones have been answered: attackers do not wait. */
async function flood({ port, perSecond, seconds, emails, addresses }: LoginFlood): Promise<FloodAnswers> {
  const agent = new Agent({ keepAlive: true, maxSockets: 512 });
  const statuses: Record<string, number> = {};
  const pending: Promise<void>[] = [];
  const start = performance.now();
  const end = start + seconds * 1_000;

  const attempt = (n: number) =>
    new Promise<void>((answered) => {
      const count = (status: string) => {
        statuses[status] = (statuses[status] ?? 0) + 1;
        answered();
      };
      const body = JSON.stringify({
        email: emails[n % emails.length],
        password: `guess number ${n}`,
        device: { deviceId: `phone-${n % 1_000}`, name: 'Phone', platform: 'android' },
      });
      const headers = {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
        'X-Forwarded-For': addressOf(n % addresses),
      };
      request({ port, method: 'POST', path: '/v1/auth/login', agent, headers }, (response) => {
        response.resume().once('end', () => count(String(response.statusCode)));
      })
        .on('error', (error: NodeJS.ErrnoException) => count(error.code ?? 'error'))
        .end(body);
    });

  await new Promise<void>((sent) => {
    const timer = setInterval(() => {
      const due = Math.floor(((Math.min(performance.now(), end) - start) / 1_000) * perSecond);
      while (pending.length < due) pending.push(attempt(pending.length));
      if (performance.now() < end) return;
      clearInterval(timer);
      sent();
    }, TICK_MS);
  });
  await Promise.all(pending);
  agent.destroy();
  return { sent: pending.length, statuses };
}

const addressOf = (n: number): string => `100.${64 + ((n >> 16) & 63)}.${(n >> 8) & 255}.${n & 255}`;

const answers = await flood(LoginFlood.parse(JSON.parse(process.env['LOGIN_FLOOD'] ?? '{}')));
process.stdout.write(JSON.stringify(answers));
