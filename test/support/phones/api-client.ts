/** What the API answered, with the body parsed. */
export type Answer = { status: number; body: unknown; headers: Headers };

export type ApiClient = {
  call(method: string, path: string, options?: { body?: unknown; headers?: Record<string, string> }): Promise<Answer>;
  /** The same, and an error naming the route when the status is not among `expected`. */
  expect(
    expected: readonly number[],
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  signIn(accessToken: string): void;
};

/** A phone's HTTP client: JSON, a bearer token once signed in, and its zone. */
export function apiClient(baseUrl: string, timeZone?: string): ApiClient {
  let authorization: string | undefined;
  const call: ApiClient['call'] = async (method, path, { body, headers = {} } = {}) => {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...(authorization ? { Authorization: authorization } : {}),
        ...(timeZone ? { 'X-Time-Zone': timeZone } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: text === '' ? undefined : (JSON.parse(text) as unknown),
      headers: response.headers,
    };
  };
  return {
    call,
    async expect(expected, method, path, body, headers) {
      const answer = await call(method, path, { body, ...(headers ? { headers } : {}) });
      if (!expected.includes(answer.status)) {
        throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
      }
      return answer;
    },
    signIn: (accessToken) => {
      authorization = `Bearer ${accessToken}`;
    },
  };
}
