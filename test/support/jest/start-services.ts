export { startServices as default } from './services.ts';
