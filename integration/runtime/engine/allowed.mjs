// What the engine, with what definition.mjs makes up for, runs as AWS does. A
// definition that has anything else is refused, with the place: the engine would
// run it wrongly without a word.

import { isDistributed } from './definition.mjs';
import { checkPath, checkReferencePath, checkTemplate, checkTextPath } from './expressions.mjs';

/** Why this engine must not run the definition: a list of places with reasons, which is empty if it may. */
export function refusals(definition) {
  const found = [];
  const names = new Set();
  const labels = new Set();
  const refuse = (place, reason) => found.push(`${place}: ${reason}`);
  machine(definition, 'definition', { ...MACHINE, TimeoutSeconds: number, Version: oneOf('1.0'), QueryLanguage: oneOf('JSONPath') });
  return found;

  function machine(value, place, fields, inside = false) {
    if (!object(value, place, refuse)) return;
    check(value, place, fields, 'a state machine');
    for (const [name, state] of Object.entries(value.States ?? {})) {
      const where = `state ${name}`;
      if (names.has(name)) refuse(where, 'there is another state of this name');
      names.add(name);
      checkState(state, where, inside);
    }
  }

  function checkState(state, place, inside) {
    if (!object(state, place, refuse)) return;
    const distributed = state.Type === 'Map' && isDistributed(state);
    const fields = distributed ? DISTRIBUTED_MAP : STATES[state.Type];
    if (!fields) return refuse(`${place}, Type`, `${say(state.Type)} is not implemented; known: ${Object.keys(STATES).join(', ')}`);
    check(state, place, { ...COMMON, ...fields }, `a ${state.Type} state`);
    for (const group of EXCLUSIVE[state.Type] ?? []) {
      const set = group.filter((field) => field in state);
      if (set.length > 1) refuse(place, `has both ${set.join(' and ')}`);
    }
    if (distributed) checkDistributed(state, place, inside);
    for (const inner of [state.ItemProcessor, state.Iterator]) {
      if (inner) machine(inner, `${place}, its processor`, distributed ? DISTRIBUTED_PROCESSOR : PROCESSOR, inside || distributed);
    }
    for (const [i, branch] of (Array.isArray(state.Branches) ? state.Branches : []).entries()) {
      machine(branch, `${place}, branch ${i}`, MACHINE, inside);
    }
  }

  function checkDistributed({ Label }, place, inside) {
    if (inside) refuse(place, 'a distributed Map inside another one is not implemented');
    if (Label === undefined) refuse(`${place}, Label`, 'is missing: AWS would make one up');
    if (labels.has(Label)) refuse(`${place}, Label`, `there is another Map with the label ${say(Label)}`);
    labels.add(Label);
  }

  function check(value, place, fields, kind) {
    for (const [field, content] of Object.entries(value)) {
      const rule = Object.hasOwn(fields, field) ? fields[field] : undefined;
      if (!rule) refuse(`${place}, ${field}`, `is not implemented for ${kind}; known: ${Object.keys(fields).sort().join(', ')}`);
      else rule(content, `${place}, ${field}`, refuse);
    }
  }
}

const say = (value) => JSON.stringify(value) ?? 'nothing';

const anything = () => {};
const text = is('a text', (value) => typeof value === 'string');
const number = is('a number that is not negative', (value) => typeof value === 'number' && value >= 0);
const yes = is('true', (value) => value === true);
const textList = is('a list of texts', (value) => Array.isArray(value) && value.every((each) => typeof each === 'string'));
const oneOf = (...values) => is(values.map(say).join(' or '), (value) => values.includes(value));

function is(what, holds) {
  return (value, place, refuse) => {
    if (!holds(value)) refuse(place, `found ${say(value)}; want ${what}`);
  };
}

function object(value, place, refuse) {
  const holds = typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!holds) refuse(place, `found ${say(value)}; want an object`);
  return holds;
}

/** A rule that a check of an expression makes: it throws what is wrong. */
function by(checkExpression) {
  return (value, place, refuse) => {
    try {
      checkExpression(value);
    } catch (error) {
      refuse(place, error.message);
    }
  };
}

const orNull = (checkExpression) => (value) => value === null || checkExpression(value);
const path = by(checkPath);
const pathOrNull = by(orNull(checkPath));
const resultPath = by(orNull(checkReferencePath));
const textPath = by(checkTextPath);
const template = by(checkTemplate);

function resource(value, place, refuse) {
  if (!/^arn:aws[\w-]*:states:::(aws-sdk:)?\w+:\w+$/.test(value)) {
    refuse(place, `found ${say(value)}; want an integration that waits for an answer, as arn:aws:states:::lambda:invoke`);
  }
}

/** A list of objects with these fields. */
function listOf(fields, what) {
  return (value, place, refuse) => {
    if (!Array.isArray(value)) return refuse(place, `found ${say(value)}; want a list`);
    for (const [i, each] of value.entries()) {
      const at = `${place}[${i}]`;
      if (!object(each, at, refuse)) continue;
      for (const [field, content] of Object.entries(each)) {
        if (!fields[field]) refuse(`${at}.${field}`, `is not implemented for ${what}; known: ${Object.keys(fields).sort().join(', ')}`);
        else fields[field](content, `${at}.${field}`, refuse);
      }
    }
  };
}

const MACHINE = { Comment: text, StartAt: text, States: anything };
const PROCESSOR = { ...MACHINE, ProcessorConfig: only({ Mode: oneOf('INLINE') }) };
const DISTRIBUTED_PROCESSOR = { ...MACHINE, ProcessorConfig: distributedConfig };
const COMMON = { Type: text, Comment: text, QueryLanguage: oneOf('JSONPath') };
const FLOW = { Next: text, End: is('true or false', (value) => typeof value === 'boolean') };
const IN_AND_OUT = { InputPath: pathOrNull, OutputPath: pathOrNull };
const ERRORS = {
  Retry: listOf(
    {
      ErrorEquals: textList, Comment: text, IntervalSeconds: number, MaxAttempts: number, BackoffRate: number, MaxDelaySeconds: number,
      JitterStrategy: oneOf('NONE', 'FULL'),
    },
    'a retrier',
  ),
  Catch: listOf({ ErrorEquals: textList, Comment: text, Next: text, ResultPath: resultPath }, 'a catcher'),
};
const WORK = { ...FLOW, ...IN_AND_OUT, ...ERRORS, ResultPath: resultPath, Parameters: template, ResultSelector: template };

const STATES = {
  Task: { ...WORK, Resource: resource, TimeoutSeconds: number, TimeoutSecondsPath: path },
  Map: {
    ...WORK, ItemsPath: path, ItemSelector: template, ItemProcessor: anything, Iterator: anything, MaxConcurrency: number,
    MaxConcurrencyPath: path,
  },
  Parallel: { ...WORK, Branches: is('a list', Array.isArray) },
  Pass: { ...FLOW, ...IN_AND_OUT, ResultPath: resultPath, Parameters: template, Result: anything },
  Wait: { ...FLOW, ...IN_AND_OUT, Seconds: number, SecondsPath: path, Timestamp: text, TimestampPath: path },
  Choice: { ...IN_AND_OUT, Choices: choices, Default: text },
  Succeed: { ...IN_AND_OUT },
  Fail: { Error: text, Cause: text, ErrorPath: textPath, CausePath: textPath },
};

const count = is('a whole number that is not negative', (value) => Number.isInteger(value) && value >= 0);
const { Iterator, ...ANY_MAP } = STATES.Map;
const DISTRIBUTED_MAP = {
  ...ANY_MAP,
  Label: is('a text of 1 to 40 characters, without spaces and any of ?*<>{}[]:;,\\|^~$#%&`"', (value) =>
    typeof value === 'string' && /^[^\s\p{Cc}?*<>{}[\]:;,\\|^~$#%&`"]{1,40}$/u.test(value)),
  MaxConcurrency: count,
  ToleratedFailureCount: count,
  ToleratedFailurePercentage: is('a number from 0 to 100', (value) => typeof value === 'number' && value >= 0 && value <= 100),
};

// Of these, a state has one: which the engine would heed is not always the one that AWS does.
const EXCLUSIVE = {
  Task: [['TimeoutSeconds', 'TimeoutSecondsPath']],
  Map: [['MaxConcurrency', 'MaxConcurrencyPath'], ['ItemSelector', 'Parameters'], ['ItemProcessor', 'Iterator']],
  Pass: [['Result', 'Parameters']],
  Wait: [['Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath']],
  Fail: [['Error', 'ErrorPath'], ['Cause', 'CausePath']],
};

function only(fields) {
  return (value, place, refuse) => listOf(fields, 'a Map that runs here')([value], place, refuse);
}

function distributedConfig(value, place, refuse) {
  only({ Mode: oneOf('DISTRIBUTED'), ExecutionType: oneOf('STANDARD') })(value, place, refuse);
  if (value.ExecutionType === undefined) refuse(`${place}, ExecutionType`, 'is missing; want "STANDARD"');
}

const TESTS = {
  ...comparisons('String', text, ['Equals', 'LessThan', 'GreaterThan', 'LessThanEquals', 'GreaterThanEquals']),
  ...comparisons('Numeric', is('a number', (value) => typeof value === 'number'), ['Equals', 'LessThan', 'GreaterThan', 'LessThanEquals', 'GreaterThanEquals']),
  ...comparisons('Timestamp', text, ['Equals', 'LessThan', 'GreaterThan', 'LessThanEquals', 'GreaterThanEquals']),
  ...comparisons('Boolean', is('true or false', (value) => typeof value === 'boolean'), ['Equals']),
  // For the engine, "is not present" and the like never hold. AWS and the engine agree about Not.
  ...Object.fromEntries(['IsPresent', 'IsNull', 'IsString', 'IsNumeric', 'IsBoolean', 'IsTimestamp'].map((name) => [name, yes])),
};

function comparisons(type, value, operators) {
  return Object.fromEntries(operators.flatMap((name) => [[type + name, value], [`${type + name}Path`, path]]));
}

function choices(value, place, refuse) {
  if (!Array.isArray(value)) return refuse(place, `found ${say(value)}; want a list`);
  value.forEach((each, i) => rule(each, `${place}[${i}]`, refuse, true));
}

/** A rule of a Choice, or one inside it. */
function rule(value, place, refuse, outermost) {
  if (!object(value, place, refuse)) return;
  const { Comment, Next, Variable, ...rest } = value;
  if (outermost !== 'Next' in value) refuse(place, outermost ? 'has no Next' : 'has a Next, though it is inside a rule');
  const operators = Object.keys(rest);
  if (operators.length !== 1) return refuse(place, `found the operators ${say(operators)}; want one`);
  const [operator] = operators;
  const at = `${place}.${operator}`;
  if (operator === 'Not') return rule(rest.Not, at, refuse, false);
  if (operator === 'And' || operator === 'Or') {
    if (!Array.isArray(rest[operator])) return refuse(at, `found ${say(rest[operator])}; want a list`);
    return rest[operator].forEach((each, i) => rule(each, `${at}[${i}]`, refuse, false));
  }
  if (!TESTS[operator]) return refuse(at, `is not implemented; known: And, Not, Or, ${Object.keys(TESTS).sort().join(', ')}`);
  TESTS[operator](rest[operator], at, refuse);
  path(Variable, `${place}.Variable`, refuse);
}
