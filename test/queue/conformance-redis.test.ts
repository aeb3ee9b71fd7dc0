import { describeWith } from '../support/needs.js';
import { conformanceOf } from './conformance.js';
import { redisUnderTest } from './stores.js';

describeWith('redis-server', 'queue on Redis', () => conformanceOf(redisUnderTest));
