export { type Config, loadConfig } from './config.ts';
export { ConfigError } from './config-error.ts';
export { currentEnvironment } from './environment.ts';
export type { ProcessKind } from './requirements.ts';
export { ROLES, type RoleName } from './settings.ts';
