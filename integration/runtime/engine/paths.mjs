// Two paths that the engine's JSONPath answers otherwise than AWS.

/** Makes $ find what is false, 0, "" or null, and a path with [*] find nothing in an empty list, as []. */
export function answerAsOnAWS(JSONPath) {
  const { evaluate } = JSONPath.prototype;
  JSONPath.prototype.evaluate = function (query, ...others) {
    const found = evaluate.call(this, query, ...others);
    if (found !== undefined || typeof query?.path !== 'string') return found;
    if (query.path === '$') return query.json;
    const [list, ...further] = query.path.split('[*]');
    return further.length > 0 && Array.isArray(evaluate.call(this, { path: list, json: query.json })) ? [] : undefined;
  };
}
