// Paths that the engine's JSONPath answers otherwise than AWS.

import { MOST_ITEMS_AT_ONCE, ZERO_IS_NO_LIMIT } from './definition.mjs';

/**
 * Makes $ find what is false, 0, "" or null, and a path with [*] find nothing in an empty list, as []. A path that says how
 * many items of a distributed Map run at once finds the highest number in place of 0.
 */
export function answerAsOnAWS(JSONPath) {
  const { evaluate } = JSONPath.prototype;
  JSONPath.prototype.evaluate = function (query, ...others) {
    if (typeof query?.path === 'string' && query.path.endsWith(ZERO_IS_NO_LIMIT)) {
      const most = this.evaluate({ ...query, path: query.path.slice(0, -ZERO_IS_NO_LIMIT.length) }, ...others);
      return most === 0 ? MOST_ITEMS_AT_ONCE : most;
    }
    const found = evaluate.call(this, query, ...others);
    if (found !== undefined || typeof query?.path !== 'string') return found;
    if (query.path === '$') return query.json;
    const [list, ...further] = query.path.split('[*]');
    return further.length > 0 && Array.isArray(evaluate.call(this, { path: list, json: query.json })) ? [] : undefined;
  };
}
