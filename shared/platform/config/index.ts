export { type Config, ConfigError, loadConfig, type ProcessKind } from './config.ts';
export { ROLES, type RoleName } from './settings.ts';
