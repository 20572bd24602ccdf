import { keepCompiledCode } from '../../shared/platform/compile-cache.ts';
import { readOptions } from './options.ts';

const options = readOptions();
keepCompiledCode();
const { runDemo } = await import('./demo.ts');
await runDemo(options);
