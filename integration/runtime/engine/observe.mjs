// The engine says little about where it is: the events of a Map arrive late,
// some with the index of the wrong Map, and a Task handler is told only the
// input. It also cannot go on with a run that has failed. Its runs are observed
// here instead, at the two methods every run goes through, be it an execution,
// an iteration or a branch, and that is where they are taken up again.
//
// What a run has achieved so far is its progress:
//   done, output        it has succeeded, and with what
//   state, input        the state it is in, and what that was entered with
//   entered             when, as $$.State.EnteredTime has it
//   children            of that state: index of the item or branch -> its progress
//   begun               whether that state, a Map, has told how many items it has
//   distributed         whether that state is a distributed Map that has begun an item
// Of an item of a distributed Map, which runs in an execution of its own, it is:
//   ended, output       it has ended, and with what
//   done                it has succeeded

import { isDistributed, nested, states } from './definition.mjs';

/**
 * Makes every run of StateMachine report its events, in the order in which they
 * happen, call tasks(scope) for the handlers of its Task states, and
 * runItem(scope, input) for each item of a distributed Map. A scope
 * says which execution a run belongs to, and in iteration where it is: the index
 * of the item or branch of every Map and Parallel around it, outermost first.
 *
 * A run whose scope brings the progress of an unsuccessful one continues from the
 * state that one was in, with the same input and all retries before it. Of the
 * iterations and branches of that state, those that succeeded are not run again.
 * The state is not reported as entered a second time.
 *
 * A run fails in the state whose input or output is too large, by the failure
 * that tooLarge(state, value, did) gives. A Map whose results are too large fails
 * with the last of its items, as a Map can catch what its items fail with.
 *
 * Returns what has to be called with every definition before it is run.
 */
export function observe(StateMachine, { report, tasks, runItem, tooLarge }) {
  const { run, execute } = StateMachine.prototype;
  if (!run || !execute) {
    throw new Error('this is not the version of aws-local-stepfunctions that the engine is written for: run npm ci');
  }
  const places = new WeakMap();

  StateMachine.prototype.run = function (input, options) {
    if (this.failed || isOver(options.scope)) return neverStarted();
    const scope = scopeOf(this, places, options.scope);
    const items = input?.items?.length;
    if (scope.place?.kind === 'Map') {
      scope.outer.progress.distributed = scope.place.distributed;
      beginMap(scope.outer, scope.place.state, input, report);
      input = input.item;
    }
    if (scope.progress.done) return alreadyDone(scope.progress.output);
    const handle = scope.place?.distributed ? itemOf(scope, runItem(scope, input)) : runIn(scope, this, input, options);
    if (scope.place?.kind === 'Map') handle.result = handle.result.then((output) => fitting(scope, items, output, tooLarge));
    if (scope.place) handle.result.catch(() => (this.failed = scope.outer.failing = true));
    return handle;
  };

  /** Runs a machine, or what is left of its run. */
  function runIn(scope, machine, input, options) {
    const { resumed, progress } = scope;
    return run.call(resumed ? startingAt(machine, progress.state) : machine, resumed ? progress.input : input, {
      ...options,
      scope,
      context: { ...options.context, State: scope.state },
      overrides: { ...options.overrides, taskResourceLocalHandlers: tasks(scope) },
    });
  }

  StateMachine.prototype.execute = function (input, options, cleanUp) {
    const { eventLogger, runOptions } = options;
    const dispatch = eventLogger.dispatch.bind(eventLogger);
    eventLogger.dispatch = (event) => {
      if (!eventLogger.isLoggerClosed) {
        const reason = fromInside(event) ? undefined : excess(runOptions.scope, event, tooLarge);
        if (reason) {
          eventLogger.dispatchStateFailedEvent(event.state.name, event.state.type, event.state.input, reason);
          throw reason;
        }
        note(runOptions.scope, event, report);
      }
      dispatch(event);
    };
    return execute.call(this, input, options, cleanUp);
  };

  return (definition) => placesIn(definition, places);
}

/** Adds where each inner machine of the definition is: its state and, if any, its branch. */
function placesIn(definition, places) {
  for (const [name, state] of states(definition)) {
    for (const { inner, branch } of nested(state)) {
      places.set(inner, { state: name, branch, kind: state.Type, distributed: isDistributed(state) });
    }
  }
}

function scopeOf(machine, places, outer) {
  const place = places.get(machine.definition);
  if (!place) return scopeFor({ run: outer.run, iteration: [] }, outer.progress);
  // A Map makes one machine and runs it once for each item, in the items' order.
  machine.runs = (machine.runs ?? -1) + 1;
  const index = place.branch ?? machine.runs;
  const { children } = outer.progress;
  if (!children.has(index)) children.set(index, {});
  return scopeFor({ run: outer.run, iteration: [...outer.iteration, index], place, outer }, children.get(index));
}

function scopeFor(where, progress) {
  const state = { EnteredTime: progress.entered ?? '', Name: progress.state ?? '', RetryCount: 0 };
  return { ...where, progress, state, resumed: progress.state !== undefined };
}

function beginMap(scope, name, { items, concurrency }, report) {
  if (scope.progress.begun) return;
  scope.progress.begun = true;
  report(scope, { type: 'MapStateStarted', timestamp: Date.now(), state: { name, type: 'Map' }, length: items.length, concurrency });
}

/** An item of a distributed Map as the engine sees it. */
function itemOf(scope, result) {
  return { abort: () => (scope.over = true), result, eventLogs: [] };
}

/** The machine, with another state to start at. */
function startingAt(machine, state) {
  return Object.create(machine, { definition: { value: { ...machine.definition, StartAt: state } } });
}

/** Whether the run is over that an iteration or a branch would be part of. */
function isOver({ over, outer }) {
  return over || (outer !== undefined && isOver(outer));
}

// When an iteration fails, the Map fails, and AWS starts no further iteration;
// the engine would run all those that MaxConcurrency still holds back. It would
// also begin a Map again that was aborted while it waited for its retry.
function neverStarted() {
  return { abort() {}, result: Promise.reject(new Error('the Map has failed')), eventLogs: [] };
}

function alreadyDone(output) {
  return { abort() {}, result: Promise.resolve(output), eventLogs: [] };
}

const NESTED_NAMES = { Map: 'MapIteration', Parallel: 'ParallelBranch' };

/** The failure of a state that is entered with too large an input, or left with too large a result. */
function excess({ progress }, { type, state }, tooLarge) {
  if (type === 'StateEntered') return tooLarge(state.name, state.input, 'was entered with an input');
  if (type !== 'StateExited') return undefined;
  const children = [...(progress.children?.values() ?? [])];
  const all = children.every(({ done, ended }) => done || ended) ? children.map(({ output }) => output) : [];
  return tooLarge(state.name, all) ?? tooLarge(state.name, state.output);
}

/** The output of an item of a Map. The last one fails instead if the results of all are too large together. */
function fitting({ place, outer }, items, output, tooLarge) {
  const children = [...outer.progress.children.values()];
  if (children.length < items || !children.every(({ done, ended }) => done || ended)) return output;
  const reason = tooLarge(place.state, children.map((child) => child.output));
  if (reason) throw reason;
  return output;
}

/** Whether an event was passed on from an iteration or a branch, where it was noted. */
function fromInside(event) {
  return Boolean(event.parentState || event.noted);
}

/** Reports an event of a run, unless it is one that was passed on from inside. */
function note(scope, event, report) {
  if (fromInside(event)) return;
  Object.defineProperty(event, 'noted', { value: true });
  const { place } = scope;
  if (repeated(scope, event) || !keep(scope, event, report)) return;
  const type = place ? event.type.replace(/^Execution/, NESTED_NAMES[place.kind]) : event.type;
  report(scope, { ...event, type, state: event.state ?? (place && { name: place.state, type: place.kind }) });
}

/** Whether an event is one of the two that begin a continued run: they were reported the first time. */
function repeated(scope, { type }) {
  if (!scope.resumed) return false;
  if (type === 'StateEntered') scope.resumed = false;
  return type === 'StateEntered' || type === 'ExecutionStarted';
}

/** Records what an event means for its run; returns whether AWS would report it. */
function keep(scope, event, report) {
  const { state, progress } = scope;
  switch (event.type) {
    case 'StateEntered':
      Object.assign(state, { EnteredTime: new Date(event.timestamp).toISOString(), Name: event.state.name, RetryCount: 0 });
      Object.assign(progress, { state: state.Name, input: event.state.input, entered: state.EnteredTime });
      forgetChildren(scope);
      return true;
    case 'StateRetried':
      state.RetryCount++;
      forgetChildren(scope);
      return true;
    case 'StateFailed':
      keepFailure(scope, event, report);
      return true;
    case 'StateCaught':
      progress.begun = true;
      return true;
    case 'StateExited':
      if (event.state.type === 'Map') beginMap(scope, event.state.name, { items: [] }, report);
      return true;
    case 'ExecutionSucceeded':
      Object.assign(progress, { done: true, output: event.output });
      scope.over = true;
      return true;
    case 'ExecutionAborted':
      scope.over = true;
      return !scope.place || failing(scope);
    case 'ExecutionFailed':
    case 'ExecutionTimeout':
      scope.over = true;
      return true;
    default:
      return true;
  }
}

function forgetChildren(scope) {
  Object.assign(scope.progress, { children: new Map(), begun: false, distributed: false });
  scope.failing = false;
}

function keepFailure(scope, event, report) {
  // Where a Task has not been answered, its timeout was first.
  if (scope.task && event.Error === 'States.Timeout') {
    report(scope, { type: 'TaskTimedOut', timestamp: event.timestamp, state: event.state, Error: event.Error });
  }
  scope.task = undefined;
  // After this one AWS runs all iterations of a Map again, and all branches of a Parallel; of a distributed Map, after another too.
  const again = event.Error === 'States.DataLimitExceeded' || (scope.progress.distributed && event.Error === 'States.Runtime');
  if (again) forgetChildren(scope);
}

/** Whether an iteration is aborted because another one has failed, and not because the execution ends. */
function failing({ outer }) {
  return outer !== undefined && (outer.failing || failing(outer));
}
