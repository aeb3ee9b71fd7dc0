import { workerRows } from './worker-rows.js';

workerRows('redis');
