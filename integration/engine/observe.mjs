// The engine says little about where it is: the events of a Map arrive late,
// some with the index of the wrong Map, and a Task handler is told only the
// input. Its runs are observed here instead, at the two methods every run goes
// through, be it an execution, an iteration or a branch.

import { nested, states } from './definition.mjs';

/**
 * Makes every run of StateMachine report its events, in the order in which they
 * happen, and call tasks(scope) for the handlers of its Task states. A scope
 * says which execution a run belongs to, and in iteration where it is: the index
 * of the item or branch of every Map and Parallel around it, outermost first.
 */
export function observe(StateMachine, definition, { report, tasks }) {
  const { run, execute } = StateMachine.prototype;
  if (!run || !execute) {
    throw new Error('this is not the version of aws-local-stepfunctions that the engine is written for: run npm ci');
  }
  const places = placesIn(definition);

  StateMachine.prototype.run = function (input, options) {
    if (this.failed) return neverStarted();
    const scope = scopeOf(this, places, options.scope);
    const handle = run.call(this, input, {
      ...options,
      scope,
      context: { ...options.context, State: scope.state },
      overrides: { ...options.overrides, taskResourceLocalHandlers: tasks(scope) },
    });
    if (scope.place) handle.result.catch(() => (this.failed = true));
    return handle;
  };

  StateMachine.prototype.execute = function (input, options, cleanUp) {
    const { eventLogger, runOptions } = options;
    const dispatch = eventLogger.dispatch.bind(eventLogger);
    eventLogger.dispatch = (event) => {
      if (!eventLogger.isLoggerClosed) note(runOptions.scope, event, report);
      dispatch(event);
    };
    return execute.call(this, input, options, cleanUp);
  };
}

/** Where each inner machine of the definition is: its state and, if any, its branch. */
function placesIn(definition) {
  const places = new WeakMap();
  for (const [name, state] of states(definition)) {
    for (const { inner, branch } of nested(state)) places.set(inner, { state: name, branch, kind: state.Type });
  }
  return places;
}

function scopeOf(machine, places, outer) {
  const place = places.get(machine.definition);
  const state = { EnteredTime: '', Name: '', RetryCount: 0 };
  if (!place) return { ...outer, iteration: [], state };
  // A Map makes one machine and runs it once for each item, in the items' order.
  machine.runs = (machine.runs ?? -1) + 1;
  return { ...outer, place, iteration: [...outer.iteration, place.branch ?? machine.runs], state };
}

// When an iteration fails, the Map fails, and AWS starts no further iteration;
// the engine would run all those that MaxConcurrency still holds back.
function neverStarted() {
  return { abort() {}, result: Promise.reject(new Error('the Map has failed')), eventLogs: [] };
}

const NESTED_NAMES = { Map: 'MapIteration', Parallel: 'ParallelBranch' };

/** Reports an event of a run, unless it is one that was passed on from inside. */
function note(scope, event, report) {
  if (event.parentState || event.noted) return;
  Object.defineProperty(event, 'noted', { value: true });
  const { place, state } = scope;
  if (event.type === 'StateEntered') {
    Object.assign(state, { EnteredTime: new Date(event.timestamp).toISOString(), Name: event.state.name, RetryCount: 0 });
  }
  if (event.type === 'StateRetried') state.RetryCount++;
  const type = place ? event.type.replace(/^Execution/, NESTED_NAMES[place.kind]) : event.type;
  report(scope, { ...event, type, state: event.state ?? (place && { name: place.state, type: place.kind }) });
}
