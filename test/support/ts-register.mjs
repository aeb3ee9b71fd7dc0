// Importing this lets this process import the project's TypeScript, see ts-loader.mjs.
import { register } from 'node:module';

register('./ts-loader.mjs', import.meta.url);
