import { databaseRows } from './database-rows.js';

databaseRows('postgres');
