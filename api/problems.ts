/**
 * Every problem a client can be told, by its `code`, which alone decides the status. A route declares the ones of its own
 * in `problems`.
 */
export const PROBLEMS = {
  // Every route
  bad_request: { status: 400, title: 'The request cannot be understood.' },
  bad_cursor: { status: 400, title: 'The cursor is not one of ours.' },
  invalid_query: { status: 400, title: 'The query is not valid.' },
  unknown_field: { status: 400, title: 'The answer has no such field.' },
  not_found: { status: 404, title: 'There is no such object.' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here.' },
  not_acceptable: { status: 406, title: 'The answer is not available in that form.' },
  misdirected_request: { status: 421, title: 'This host is not served here.' },
  headers_too_large: { status: 431, title: 'The headers are too large.' },
  request_timeout: { status: 408, title: 'The request took too long to arrive.' },
  too_many_requests: { status: 429, title: 'Too many requests.' },
  internal_error: { status: 500, title: 'Something went wrong on our side.' },
  database_unavailable: { status: 503, title: 'The service is not available just now.' },
  master_key_refused: { status: 503, title: 'The service is not available just now.' },
  unavailable: { status: 503, title: 'The service is not available just now.' },
  busy: { status: 503, title: 'Too many are asking for this just now.' },
  overloaded: { status: 503, title: 'The service is too busy just now.' },

  // Bodies
  invalid_body: { status: 400, title: 'The body is not valid.' },
  invalid_json: { status: 400, title: 'The body is not JSON that can be accepted.' },
  body_too_large: { status: 413, title: 'The body is too large.' },
  unsupported_media_type: { status: 415, title: 'The media type is not supported here.' },

  // Authentication and authorisation
  ambiguous_credentials: { status: 400, title: 'The request carries more than one credential.' },
  unauthenticated: { status: 401, title: 'Sign in first.' },
  forbidden: { status: 403, title: 'That is not allowed.' },

  // Idempotency
  invalid_idempotency_key: { status: 400, title: 'The Idempotency-Key is not valid.' },
  request_in_progress: { status: 409, title: 'The first request with this key is still running.' },
  idempotency_key_reused: { status: 422, title: 'This key was used for another request.' },

  // Accounts
  invalid_credentials: { status: 401, title: 'The address or the password is wrong.' },
  invalid_refresh_token: { status: 401, title: 'The session has ended.' },
  invalid_token: { status: 400, title: 'The token is not valid, or no longer.' },
  account_locked: { status: 403, title: 'The account is locked.' },
  second_factor_required: { status: 403, title: 'Prove the session with your second factor first.' },
  invalid_code: { status: 400, title: 'The code is wrong, or was used before.' },
  last_administrator: { status: 409, title: 'The last administrator stays.' },
  reauthentication_required: { status: 403, title: 'Prove once more who you are.' },
  consent_required: { status: 400, title: 'The consent this needs is missing.' },
  weak_password: { status: 400, title: 'The password is too easy to guess.' },

  // Facts
  conflict: { status: 409, title: 'That does not fit the present state.' },
  recording_not_ready: { status: 409, title: 'The recording has not been judged yet.' },
  recording_unavailable: { status: 409, title: 'There is no recording to play.' },
  import_under_way: { status: 409, title: 'Another file of yours is being imported.' },
  too_many_shares: { status: 409, title: 'There are as many links as there may be.' },
  precondition_failed: { status: 412, title: 'It has changed in the meantime.' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;
