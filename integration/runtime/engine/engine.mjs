// The state machine engine as a child process: it is told the definition
// first, then runs executions of it side by side and asks the parent to do every Task.
//
// From the parent:
//   {definition, waitMillis, retryMillis, virtual}     once, first; virtual: {start, seed} of a virtual time, see time.mjs
//   {start: {run, of, item, input, context}}           begin an execution, or go on with what is left of the run "of"; as item:
//                                                      {run, state}: an item of a distributed Map in another run
//   {define: {definition}}                             another definition, for executions that begin from now on
//   {stop: {run}}                                      abort one
//   {answer: {task, result} | {task, error, cause}}    the result of a Task
//   {settle: {task, output, done} | {task, error, cause}}  the result of an item; done: its execution has succeeded
//   {tick: true}                                       timers of the virtual time are due
//   Under a virtual time, each but the first has in at how late it is, in milliseconds.
//   {close: true}                                      the end of this engine; the next message opens another one
// To the parent:
//   {task: {task, run, state, resource, iteration, input}}
//   {item: {task, run, state, iteration, input}}       an item of a distributed Map wants to run in an execution of its own
//   {event: {run, ...}}
//   {ended: {run, status, output | error, cause}}
//   {idle: {received, next}}                           under a virtual time: all messages so far are worked off
//   {fault: "..."}                                     an error in the engine itself
//   {closed}                                           whether nothing is left that could disturb another engine

// The engine is written for Node 22; this is what Node 20 lacks.
Promise.withResolvers ??= function () {
  let resolve, reject;
  const promise = new this((...functions) => ([resolve, reject] = functions));
  return { promise, resolve, reject };
};

import { ready, refuse, say, serve } from '../node/lifecycle.mjs';
import { refusals } from './allowed.mjs';
import { asOnAWS, isDistributed, states } from './definition.mjs';
import { observe } from './observe.mjs';
import { packages } from './packages.mjs';
import { answerAsOnAWS } from './paths.mjs';
import { goByVirtualTime } from './time.mjs';

const { StateMachine, JSONPath } = packages();

const EXECUTION = 'ExecutionAsOnAWS';
const PAYLOAD_LIMIT = 256 * 1024;
const TOO_LARGE = 'States.DataLimitExceeded';

process.on('unhandledRejection', (reason) => fault(`unhandled rejection: ${reason?.stack ?? reason}`));

answerAsOnAWS(JSONPath);
const learn = observe(StateMachine, { report, tasks, runItem, tooLarge });

const running = new Map(); // run -> the engine's handle of it
const unfinished = new Map(); // run that was unsuccessful -> its progress, see observe.mjs
const asked = new Map(); // task or item -> how to settle it
const machines = new Map(); // run -> the machine that it began with: {runs, maps}, see define
let lastTask, machine, overrides, millis, time, resources, disturbed;
let catching; // the names of the states that catch TOO_LARGE

serve((opening) => {
  try {
    open(opening);
  } catch (error) {
    refuse(`the definition cannot be run: ${error.message}`);
    return undefined;
  }
  ready();
  return { receive, close };
});

function open({ definition, waitMillis, retryMillis, virtual }) {
  for (const kept of [running, unfinished, asked, machines]) kept.clear();
  lastTask = 0;
  resources = {};
  overrides = time = undefined;
  disturbed = false;
  millis = { waitMillis, retryMillis };
  define(definition);
  if (virtual) time = goByVirtualTime(virtual.start, virtual.seed, (idle) => say({ idle }));
}

function receive(message) {
  time?.receive(message);
  if (message.tick) return;
  if (message.start) return start(message.start);
  if (message.define) return redefine(message.define.definition);
  if (message.stop) return stop(message.stop.run);
  if (message.settle) return settle(message.settle);
  return answer(message.answer);
}

/** Ends this engine; whatever it has left under way, or has stopped, could still call for something later. */
function close() {
  time?.end();
  return !disturbed && running.size === 0 && asked.size === 0;
}

function stop(run) {
  disturbed = true;
  running.get(run)?.abort();
}

/** Takes a definition for the executions to come. */
function define(definition) {
  const reasons = refusals(definition);
  if (reasons.length > 0) throw new Error(reasons.join('\n'));
  new StateMachine(definition, { validationOptions: { checkArn: false } });
  const runnable = asOnAWS(definition, EXECUTION);
  const done = Object.fromEntries([...states(runnable)].filter(([, s]) => s.Type === 'Task').map(([n, s]) => [n, s.Resource]));
  for (const [name, resource] of Object.entries(done)) {
    if (resource !== (resources[name] ?? resource)) throw new Error(`state ${name} was done by ${resources[name]} before`);
  }
  resources = { ...resources, ...done };
  overrides = {
    waitTimeOverrides: { ...overrides?.waitTimeOverrides, ...forAll(runnable, (state) => state.Type === 'Wait', millis.waitMillis) },
    retryIntervalOverrides: { ...overrides?.retryIntervalOverrides, ...forAll(runnable, (state) => state.Retry, millis.retryMillis) },
  };
  catching = new Set([...states(definition)].filter(([, s]) => s.Catch?.some((c) => c.ErrorEquals.includes(TOO_LARGE))).map(([name]) => name));
  learn(runnable);
  machine = { runs: machineOf(runnable), maps: mapsOf(definition, runnable) };
}

function machineOf(runnable) {
  return new StateMachine(runnable, { validationOptions: { noValidate: true } });
}

/** The distributed Maps of a definition, by their names: what the parent has to know of each, and what runs its items. */
function mapsOf(definition, runnable) {
  const processors = new Map([...states(runnable)].map(([name, { ItemProcessor }]) => [name, ItemProcessor]));
  const maps = [...states(definition)].filter(([, state]) => isDistributed(state));
  return new Map(maps.map(([name, state]) => [name, {
    settings: {
      label: state.Label,
      concurrency: state.MaxConcurrency,
      failurePercentage: state.ToleratedFailurePercentage,
      failureCount: state.ToleratedFailureCount,
    },
    // A copy: it is not the processor of a Map for observe.mjs.
    items: { runs: machineOf({ ...processors.get(name) }), maps: new Map() },
  }]));
}

function redefine(definition) {
  try {
    define(definition);
  } catch (error) {
    fault(`the definition cannot be run: ${error.message}`);
  }
}

function fault(what) {
  disturbed = true;
  say({ fault: what });
}

/** The same number of milliseconds for every matching state; none if it is negative. */
function forAll(definition, matches, millis) {
  if (millis < 0) return {};
  return Object.fromEntries([...states(definition)].filter(([, s]) => matches(s)).map(([name]) => [name, millis]));
}

function start({ run, of, item, input, context }) {
  const { Execution, ...others } = context;
  Execution.StartTime ??= new Date().toISOString();
  const progress = of ? redriven(run, of, Execution) : {};
  machines.set(run, machines.get(of) ?? (item ? machines.get(item.run).maps.get(item.state).items : machine));
  const handle = machines.get(run).runs.run(input, {
    context: { ...others, [EXECUTION]: { ...Execution, Input: input } },
    overrides,
    scope: { run, progress },
  });
  running.set(run, handle);
  handle.result
    .then((output) => ({ status: 'SUCCEEDED', output }), unsuccessful)
    .then((ending) => {
      running.delete(run);
      if (ending.status !== 'SUCCEEDED') unfinished.set(run, progress);
      say({ ended: { run, ...ending } });
    });
}

/** Takes over what an unsuccessful run has achieved. */
function redriven(run, of, Execution) {
  Execution.RedriveTime ??= new Date().toISOString();
  const progress = unfinished.get(of);
  unfinished.delete(of);
  report({ run, iteration: [] }, { type: 'ExecutionRedriven', timestamp: Date.now(), retry: { attempt: Execution.RedriveCount } });
  return progress;
}

function unsuccessful(error) {
  if (error.name === 'ExecutionTimeoutError') return { status: 'TIMED_OUT', error: 'States.Timeout', cause: '' };
  if (error.name === 'ExecutionAbortedError') return { status: 'ABORTED' };
  return { status: 'FAILED', error: error.cause?.name, cause: causeOf(error.cause?.name, error.cause?.message) };
}

// On AWS a timeout has no cause; the engine repeats its name.
function causeOf(error, cause) {
  return error === 'States.Timeout' && cause === error ? '' : cause;
}

/** The handlers of all Task states, for a run in the given scope. */
function tasks(scope) {
  return Object.fromEntries(Object.keys(resources).map((state) => [state, (input) => ask(scope, state, input)]));
}

/** Has the parent do a Task. */
function ask(scope, state, input) {
  // A run that was aborted while it waited for a retry tries once more all the same.
  if (scope.over) return Promise.reject(failure('States.Runtime', `state ${state} was aborted`));
  const reason = tooLarge(state, input, 'tried to send an input');
  if (reason) return Promise.reject(reason);
  return new Promise((resolve, reject) => {
    const task = ++lastTask;
    asked.set(task, { scope, state, resolve, reject });
    scope.task = task;
    report(scope, { type: 'TaskScheduled', timestamp: Date.now(), state: { name: state, type: 'Task', input } });
    say({ task: { task, run: scope.run, state, resource: resources[state], iteration: scope.iteration, input } });
  });
}

function answer({ task, result, error, cause }) {
  const { scope, state, resolve, reject } = asked.get(task);
  asked.delete(task);
  const reason = error ? failure(error, cause) : tooLarge(state, result);
  // Of an answer that comes after the timeout, or into an aborted run, nobody hears.
  if (scope.task === task && !scope.over) {
    scope.task = undefined;
    const ending = reason ? { type: 'TaskFailed', Error: reason.name, Cause: reason.message } : { type: 'TaskSucceeded', output: result };
    report(scope, { ...ending, timestamp: Date.now(), state: { name: state, type: 'Task' } });
  }
  return reason ? reject(reason) : resolve(result);
}

/** Has the parent run an item of a distributed Map. */
function runItem(scope, input) {
  const { state } = scope.place;
  const reason = tooLarge(state, input, 'tried to start an execution with an input');
  if (reason) return Promise.reject(reason);
  scope.progress.ended = false;
  return new Promise((resolve, reject) => {
    const task = ++lastTask;
    asked.set(task, { scope, resolve, reject });
    say({ item: { task, run: scope.run, state, iteration: scope.iteration, input } });
  });
}

function settle({ task, output, done, error, cause }) {
  const { scope, resolve, reject } = asked.get(task);
  asked.delete(task);
  if (error) return reject(failure(error, cause));
  Object.assign(scope.progress, { ended: true, done, output });
  return resolve(output);
}

/** The failure of a state with a value that is larger than AWS takes; undefined if it is not. */
function tooLarge(state, value, did = 'returned a result') {
  if (Buffer.byteLength(JSON.stringify(value) ?? '') <= PAYLOAD_LIMIT) return undefined;
  const reason = failure(TOO_LARGE, `The state/task '${state}' ${did} with a size exceeding the maximum number of bytes service limit.`);
  // States.ALL does not catch it on AWS, but its name does. The catcher with the name is before the one of States.ALL.
  return Object.assign(reason, { isCatchable: catching.has(state) });
}

/** An error that the definition's Retry and Catch match by its name. */
function failure(name, cause) {
  const error = Object.assign(new Error(cause), { name });
  if (name === 'States.Runtime' || name === TOO_LARGE) Object.assign(error, { isRetryable: false, isCatchable: false });
  return error;
}

function report({ run, iteration }, { type, timestamp, state, retry, length, concurrency, Error: error, Cause: cause, input, output }) {
  const settings = type === 'MapStateStarted' ? machines.get(run).maps.get(state.name)?.settings : undefined;
  say({
    event: {
      run,
      type,
      timestamp: Math.trunc(timestamp),
      state: state?.name,
      stateType: state?.type,
      iteration,
      attempt: retry?.attempt,
      length,
      mapRun: settings && { ...settings, concurrency: settings.concurrency ?? concurrency },
      error,
      cause: cause === undefined || typeof cause === 'string' ? causeOf(error, cause) : JSON.stringify(cause),
      input: state?.input ?? input,
      output: state?.output ?? output,
    },
  });
}
