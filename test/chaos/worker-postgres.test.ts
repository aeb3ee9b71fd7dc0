import { workerRows } from './worker-rows.js';

workerRows('postgres');
