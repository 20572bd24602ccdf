/**
 * Sends what the Firebase SDK addresses to Google to the stand-in instead: load it first, with `node --import`, and set
 * `FCM_STAND_IN_URL`. The SDK has FCM's host as a constant and offers no setting, so Node's own modules are wrapped;
 * production code knows nothing of this.
 */
import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import http2, { type ClientHttp2Session } from 'node:http2';
import https from 'node:https';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

type ConnectOptions = http2.ClientSessionOptions | http2.SecureClientSessionOptions;
type OnConnect = (session: ClientHttp2Session, socket: Socket | TLSSocket) => void;

const fcmHost = 'fcm.googleapis.com';
const tokenHosts = ['oauth2.googleapis.com', 'accounts.google.com', 'www.googleapis.com'];

const { FCM_STAND_IN_URL: standInUrl } = process.env;
if (standInUrl) redirectFcm(standInUrl);

/** Redirects this process until the returned function is called. */
export function redirectFcm(standIn: string): () => void {
  const { connect } = http2;
  const { request } = https;
  http2.connect = redirectedConnect(standIn);
  https.request = redirectedRequest(standIn);
  return () => {
    http2.connect = connect;
    https.request = request;
  };
}

function redirectedConnect(standIn: string): typeof http2.connect {
  const { connect } = http2;
  return (authority: string | URL, options?: ConnectOptions | OnConnect, third?: OnConnect): ClientHttp2Session => {
    const [settings, listener] = typeof options === 'function' ? [undefined, options] : [options, third];
    if (new URL(authority).hostname !== fcmHost) return connect(authority, settings, listener);
    const session = connect(standIn, settings, listener);
    const { request } = session;
    // Node's HTTP/2 server without TLS refuses a stream whose scheme is https.
    session.request = (headers, streamOptions) =>
      request.call(session, { ...headers, ':scheme': 'http', ':authority': fcmHost }, streamOptions);
    return session;
  };
}

type Callback = (response: IncomingMessage) => void;

function redirectedRequest(standIn: string): typeof https.request {
  const { request } = https;
  return (
    target: RequestOptions | string | URL,
    second?: RequestOptions | Callback,
    third?: Callback,
  ): ClientRequest => {
    const isUrl = typeof target === 'string' || target instanceof URL;
    const options = isUrl ? (typeof second === 'object' ? second : {}) : target;
    const callback = typeof second === 'function' ? second : third;
    const hostname = isUrl ? new URL(target).hostname : (target.hostname ?? target.host ?? '');
    if (!tokenHosts.includes(hostname)) return isUrl ? request(target, options, callback) : request(options, callback);
    const { agent: _itsOwn, ...kept } = options;
    return http.request(new URL('/token', standIn), { ...kept, protocol: 'http:', agent: false }, callback);
  };
}
