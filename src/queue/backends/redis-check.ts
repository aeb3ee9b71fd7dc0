import type { QueueProblem } from './driver.js';

/** BullMQ recommends this or newer. */
const VERSION_MIN = [6, 2] as const;
const MEMORY_WARNING_SHARE = 0.75;

/**
 * Reads Redis' INFO for settings BullMQ cannot live with. INFO rather than CONFIG, because hosted
 * Redis often forbids the latter.
 */
export function redisProblems(info: string): QueueProblem[] {
  const field = fieldsOf(info);
  const found: (QueueProblem | false)[] = [
    isOlder(field('redis_version')) && {
      severity: 'error',
      code: 'version_too_old',
      message: 'Redis 6.2 or newer is needed.',
    },
    field('redis_mode') === 'cluster' && {
      severity: 'error',
      code: 'cluster',
      message: 'Redis Cluster is not supported. Use a single Redis, with a replica if wanted.',
    },
    field('role') === 'slave' && {
      severity: 'error',
      code: 'read_only',
      message: 'This Redis is a replica and refuses writes. Point QUEUE_URL at the primary.',
    },
    field('maxmemory_policy') !== undefined &&
      field('maxmemory_policy') !== 'noeviction' && {
        severity: 'error',
        code: 'eviction_policy',
        message:
          'Redis may drop keys when memory is short, which leaves BullMQ with half a job. ' +
          'Set maxmemory-policy to noeviction.',
      },
    field('aof_enabled') === '0' && {
      severity: 'warning',
      code: 'persistence_off',
      message:
        'Redis keeps nothing over a restart. No work is lost, but it then waits for the next ' +
        'sweep. Set appendonly to yes.',
    },
    memoryProblem(Number(field('used_memory')), Number(field('maxmemory'))),
  ];
  return found.filter((problem) => problem !== false);
}

function fieldsOf(info: string): (name: string) => string | undefined {
  const fields = new Map<string, string>();
  for (const line of info.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon), line.slice(colon + 1));
  }
  return (name) => fields.get(name);
}

function isOlder(version: string | undefined): boolean {
  if (version === undefined) return false;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < VERSION_MIN[0] || (major === VERSION_MIN[0] && minor < VERSION_MIN[1]);
}

/** A maxmemory of 0 means no limit. */
function memoryProblem(used: number, limit: number): QueueProblem | false {
  if (!(limit > 0) || used < limit * MEMORY_WARNING_SHARE) return false;
  if (used < limit) {
    return {
      severity: 'warning',
      code: 'memory_nearly_full',
      message: 'Redis uses three quarters of its maxmemory. When it is full, no work can be added.',
    };
  }
  return {
    severity: 'error',
    code: 'memory_full',
    message: 'Redis is full: no work can be added or taken until it has room. Raise maxmemory.',
  };
}
