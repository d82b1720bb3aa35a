// What has to be known about, and changed in, a definition before the engine
// runs it, so that it runs as it would on AWS.

/** Yields [name, state] for every state, in Map processors and Parallel branches too. */
export function* states(machine) {
  for (const [name, state] of Object.entries(machine.States)) {
    yield [name, state];
    for (const { inner } of nested(state)) yield* states(inner);
  }
}

/** The machines inside a state: a Map's processor, a Parallel's branches. */
export function nested(state) {
  if (state.Type === 'Map') return [{ inner: state.ItemProcessor ?? state.Iterator }];
  if (state.Type === 'Parallel') return state.Branches.map((inner, branch) => ({ inner, branch }));
  return [];
}

/** Whether each item of a Map is to run in an execution of its own. */
export function isDistributed(state) {
  return state.ItemProcessor?.ProcessorConfig?.Mode === 'DISTRIBUTED';
}

// The longest timeout a Node timer can hold; beyond it, it fires at once.
const LONGEST_TIMEOUT_SECONDS = 2_147_483;

/**
 * A copy of the definition that makes up for what the engine does otherwise
 * than AWS. execution is the name under which the context object holds what
 * $$.Execution is on AWS.
 */
export function asOnAWS(definition, execution) {
  const copy = withExecutionFrom(definition, execution);
  copy.TimeoutSeconds = bounded(copy.TimeoutSeconds);
  for (const [, state] of states(copy)) {
    if (state.Type === 'Task' && !state.TimeoutSecondsPath) {
      // AWS waits for a Task without a timeout; the engine gives it 60 seconds.
      state.TimeoutSeconds = bounded(state.TimeoutSeconds ?? LONGEST_TIMEOUT_SECONDS);
    }
    if (state.Type === 'Pass') keepFalsyResult(state);
    if (state.Type === 'Fail') computePaths(state);
    if (state.Type === 'Map') handOverItems(state);
    if (isDistributed(state)) limitAsOnAWS(state);
    for (const place of [state, ...(state.Catch ?? [])]) replaceWhole(place);
  }
  return copy;
}

// The engine puts its own Execution into the context object of every Map
// iteration and every branch, with the item as the Input.
function withExecutionFrom(definition, name) {
  const isPath = (key) => key.endsWith('.$') || key.endsWith('Path') || key === 'Variable';
  return JSON.parse(JSON.stringify(definition), (key, value) =>
    typeof value === 'string' && isPath(key) ? value.replaceAll(/\$\$\.Execution\b/g, () => `$$.${name}`) : value,
  );
}

function bounded(seconds) {
  return seconds === undefined ? undefined : Math.min(seconds, LONGEST_TIMEOUT_SECONDS);
}

// The engine drops a Result of 0, false, "" or null; Parameters keep it.
function keepFalsyResult(state) {
  if ('Result' in state && !state.Result) {
    state.Parameters = state.Result;
    delete state.Result;
  }
}

// A ResultPath of $ is no ResultPath; the engine would make a field called $ of it.
function replaceWhole(place) {
  if (place.ResultPath === '$') delete place.ResultPath;
}

// In ErrorPath and CausePath the engine knows paths, but no intrinsic
// functions. Parameters know both.
function computePaths(state) {
  const computed = ['ErrorPath', 'CausePath'].filter((field) => state[field]);
  if (!computed.some((field) => state[field].startsWith('States.'))) return;
  state.Parameters = {};
  for (const field of computed) {
    state.Parameters[`${field}.$`] = state[field];
    state[field] = `$.${field}`;
  }
}

// The engine tells nobody how many items a Map has, nor how many of a distributed
// Map may run side by side. With every item it hands that over; observe.mjs takes
// it off again.
function handOverItems(state) {
  const selector = state.ItemSelector ?? state.Parameters;
  state.ItemSelector = {
    'items.$': state.ItemsPath ?? '$',
    ...(isDistributed(state) && state.MaxConcurrencyPath && { 'concurrency.$': state.MaxConcurrencyPath }),
    ...(selector ? { item: selector } : { 'item.$': '$$.Map.Item.Value' }),
  };
}

// Without a limit, or with 0, AWS runs that many items of a distributed Map side by side; the engine runs 40.
export const MOST_ITEMS_AT_ONCE = 10_000;

/** What a MaxConcurrencyPath ends in for which 0 is no limit; see paths.mjs. */
export const ZERO_IS_NO_LIMIT = ' ';

function limitAsOnAWS(state) {
  if (state.MaxConcurrencyPath) state.MaxConcurrencyPath += ZERO_IS_NO_LIMIT;
  else state.MaxConcurrency ||= MOST_ITEMS_AT_ONCE;
}
