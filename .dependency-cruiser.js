/** Who may import whom. `npm run check` enforces it through test/support/check/import-rules.ts. */

const TOPIC = '(accounts|journals|emotions|insights|tools|progress|notifications|privacy)';
/** What analyses say, and their rules: insights are made of nothing else. */
const ANALYSES = '^shared/emotions/(?!index|[^/]*store)[^/]+\\.ts$';
/** Files of a topic that are not pure rules: entities, the SQL, what the index offers, and hashing in worker threads. */
const SHELL = [
  `^shared/${TOPIC}/[^/]*store\\.ts$`,
  `^shared/${TOPIC}/(entities|index)\\.ts$`,
  '^shared/accounts/(account|consent|device|keys|password|password-hash)\\.ts$',
  '^shared/privacy/(user-keys|master-key-rotation)\\.ts$',
];
const PRODUCTION = '^(api|jobs|workers|shared)/';
/** The files that make clients of other systems. */
const CLIENTS =
  '^shared/platform/(object-store/s3|kms/aws|push/fcm|mail/smtp|limits/redis-store|queue/(redis|postgres))\\.ts$';

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

export default {
  forbidden: [
    rule(
      'shared-is-the-ground',
      'shared imports nothing that stands on it',
      { path: '^shared/' },
      { path: '^(api|jobs|workers)/' },
    ),
    rule(
      'topics-meet-at-their-index',
      'a topic is known to another only by what its index.ts exports',
      { path: `^shared/${TOPIC}/`, pathNot: '^shared/insights/' },
      { path: `^shared/${TOPIC}/`, pathNot: ['^shared/$1/', `^shared/${TOPIC}/index\\.ts$`] },
    ),
    rule(
      'insights-are-made-of-analyses',
      'beyond what others export they know the rules of emotions',
      { path: '^shared/insights/' },
      { path: `^shared/${TOPIC}/`, pathNot: ['^shared/insights/', `^shared/${TOPIC}/index\\.ts$`, ANALYSES] },
    ),
    rule(
      'rules-are-pure',
      'rules are functions of data: no store, no adapter, no I/O of Node or npm',
      { path: `^shared/${TOPIC}/`, pathNot: SHELL },
      {
        path: [
          ...SHELL,
          '^shared/(ledger|compose)',
          '^shared/platform/(config|database|queue|object-store|push|mail|kms|telemetry)/',
          '^(fs|net|tls|http|https|http2|dgram|dns|child_process|worker_threads|readline)$',
          '^fs/promises$',
          'node_modules/(?!zod/|jose/|otpauth/|@stdlib/|d3-)',
        ],
        dependencyTypesNot: ['type-only'],
      },
    ),
    rule(
      'jobs-stand-on-shared',
      'a job knows neither who asks for it nor who runs it',
      { path: '^jobs/' },
      { path: '^(api|workers)/' },
    ),
    rule('api-and-workers-never-meet', 'they meet in the ledger', { path: '^api/' }, { path: '^workers/' }),
    rule('workers-and-api-never-meet', 'they meet in the ledger', { path: '^workers/' }, { path: '^api/' }),
    rule(
      'api-knows-contracts-only',
      'the api asks for work; it never loads what does it',
      { path: '^api/' },
      { path: '^jobs/', pathNot: '^jobs/(catalog|recompute|[^/]+/contract)\\.ts$' },
    ),
    rule(
      'api-reaches-no-handler',
      'not by a detour either',
      { path: '^api/' },
      { path: '^jobs/.*handlers?\\.ts$', reachable: true },
    ),
    rule(
      'compose-builds-the-clients',
      'one place puts a process together; everybody else is handed the port',
      { path: PRODUCTION, pathNot: ['^shared/compose\\.ts$', CLIENTS] },
      { path: CLIENTS, dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'platform-owns-the-drivers',
      'drivers and SDKs stay behind the ports',
      { path: PRODUCTION, pathNot: '^shared/platform/' },
      {
        path: 'node_modules/(ioredis|pg|firebase-admin|nodemailer|@aws-sdk)/',
        dependencyTypesNot: ['type-only'],
      },
    ),
    rule(
      'entry-points-import-when-they-start',
      'what is imported before keepCompiledCode() ran is compiled anew by every start',
      { path: '^(api|workers)/main\\.ts$' },
      { pathNot: '^shared/platform/entry-point\\.ts$', dynamic: false },
    ),
    rule(
      'production-leaves-tests-alone',
      'stand-ins and tools are for tests',
      { path: PRODUCTION },
      { path: '^test/' },
    ),
    rule(
      'production-needs-no-tools',
      'what runs in production is a dependency, not a devDependency',
      { path: PRODUCTION },
      { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'no-cycles',
      'files that need each other are one file, or hide a third',
      {},
      {
        circular: true,
        viaOnly: { dependencyTypesNot: ['type-only'] },
      },
    ),
    rule('nothing-is-missing', 'every import leads to a file', {}, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: 'specify',
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'] },
  },
};
