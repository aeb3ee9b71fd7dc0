import { changesRows } from './changes-rows.js';

changesRows('redis');
