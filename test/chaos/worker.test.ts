import { killedWorkers } from './worker-rows.js';

killedWorkers('redis');
