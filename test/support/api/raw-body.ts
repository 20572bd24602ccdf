import { request } from 'node:http';

export type RawAnswer = { status: number | undefined; headers: NodeJS.Dict<string | string[]>; bytes: Buffer };

/** An answer as it is on the wire: not unpacked, and for whatever host one likes, neither of which `fetch` allows. */
export function rawBody(
  port: number,
  path: string,
  { encoding = 'identity', host = '127.0.0.1' }: { encoding?: string; host?: string },
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const options = { port, path, headers: { 'Accept-Encoding': encoding, Host: host } };
    request(options, async (response) => {
      const bytes = Buffer.concat(await response.toArray());
      resolve({ status: response.statusCode, headers: response.headers, bytes });
    })
      .on('error', reject)
      .end();
  });
}
