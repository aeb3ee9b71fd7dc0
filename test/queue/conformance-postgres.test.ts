import { describe } from '@jest/globals';
import { conformanceOf } from './conformance.js';
import { postgresUnderTest } from './stores.js';

describe('queue on Postgres', () => conformanceOf(postgresUnderTest));
