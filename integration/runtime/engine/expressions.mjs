// The paths, intrinsic functions and templates that the engine evaluates as AWS
// does. The checks throw an error with what is wrong.

const NAME = String.raw`[A-Za-z_][\w-]*`;
const STEP = String.raw`(?:\.${NAME}|\[(?:\d+|\*)\]|\['[^'\\]+'\])`;
const PATH = new RegExp(`^\\$${STEP}*$`);
const CONTEXT = new RegExp(`^\\$\\$\\.(?:Execution|Execution\\.(?:Id|Name|RoleArn|StartTime|RedriveCount|RedriveTime)|Execution\\.Input${STEP}*|` +
  `State\\.(?:EnteredTime|Name|RetryCount)|StateMachine\\.(?:Id|Name)|Map\\.Item\\.Index|Map\\.Item\\.Value${STEP}*)$`);
const REFERENCE = new RegExp(`^\\$(?:\\.${NAME}(?:\\.${NAME}|\\[\\d+\\])*)?$`);

/** A path into the input, or into the part of the context object that there is here. */
export function checkPath(value) {
  if (typeof value !== 'string' || !(PATH.test(value) || CONTEXT.test(value))) {
    throw new Error(`the path ${JSON.stringify(value)} is not implemented; known: $, $.name, $.list[0], $.list[*], $['name'], ` +
      'and of the context object $$.Execution, $$.State, $$.StateMachine and $$.Map.Item with their fields');
  }
}

/** A path that says where a result is put. */
export function checkReferencePath(value) {
  if (typeof value !== 'string' || !REFERENCE.test(value)) {
    throw new Error(`the path ${JSON.stringify(value)} is not implemented as a place for results; known: $, $.name, $.name.name, $.name[0]`);
  }
}

/** A path, or an intrinsic function that makes a text. */
export function checkTextPath(value) {
  if (typeof value === 'string' && value.startsWith('States.')) return checkIntrinsic(value);
  checkPath(value);
}

/** An object whose fields that end in .$ are paths or intrinsic functions. */
export function checkTemplate(value) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error(`found ${JSON.stringify(value)}; want an object`);
  checkInside(value);
}

function checkInside(value) {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, content] of Object.entries(value)) {
    if (Array.isArray(value) || !key.endsWith('.$')) {
      checkInside(content);
      continue;
    }
    if (key.indexOf('.$') !== key.length - 2) throw new Error(`the field ${JSON.stringify(key)} has more than one ".$"`);
    if (key.slice(0, -2) in value) throw new Error(`the field ${JSON.stringify(key.slice(0, -2))} is there twice`);
    if (typeof content !== 'string') throw new Error(`the field ${JSON.stringify(key)} has ${JSON.stringify(content)}; want a path or an intrinsic function`);
    if (content.startsWith('$')) checkPath(content);
    else checkIntrinsic(content);
  }
}

// The intrinsic functions, with the least and the most arguments that they take.
const FUNCTIONS = {
  'States.Format': [1, Infinity], 'States.StringToJson': [1, 1], 'States.JsonToString': [1, 1],
  'States.Array': [0, Infinity], 'States.ArrayPartition': [2, 2], 'States.ArrayContains': [2, 2], 'States.ArrayRange': [3, 3],
  'States.ArrayGetItem': [2, 2], 'States.ArrayLength': [1, 1], 'States.ArrayUnique': [1, 1],
  'States.Base64Encode': [1, 1], 'States.Base64Decode': [1, 1], 'States.Hash': [2, 2], 'States.JsonMerge': [3, 3],
  'States.MathRandom': [2, 3], 'States.MathAdd': [2, 2], 'States.StringSplit': [2, 2], 'States.UUID': [0, 0],
};

/** An expression as States.Format('{} of {}', $.n, States.ArrayLength($.all)). */
export function checkIntrinsic(value) {
  const rest = call(value, value, 1);
  if (rest !== '') throw new Error(`${value}: found ${JSON.stringify(rest)} after its end`);
}

const DEEPEST = 10; // that AWS takes

/** Checks a call at the beginning of a text, and returns what is after it. */
function call(text, whole, depth) {
  const [, name, inside] = /^([\w.]+)\((.*)$/s.exec(text) ?? [];
  if (!name) throw new Error(`${whole}: found ${JSON.stringify(text)}; want a path or an intrinsic function`);
  if (!Object.hasOwn(FUNCTIONS, name)) throw new Error(`${whole}: ${name} is not implemented; known: ${Object.keys(FUNCTIONS).join(', ')}`);
  if (depth > DEEPEST) throw new Error(`${whole}: more than ${DEEPEST} functions inside each other`);
  let count = 0;
  let rest = inside.trimStart();
  while (!rest.startsWith(')')) {
    if (count > 0) {
      if (!rest.startsWith(',')) throw new Error(`${whole}: found ${JSON.stringify(rest)}; want a comma or the end of ${name}`);
      rest = rest.slice(1).trimStart();
    }
    rest = argument(rest, whole, depth).trimStart();
    count++;
  }
  const [least, most] = FUNCTIONS[name];
  if (count < least || count > most) throw new Error(`${whole}: ${name} has ${count} arguments; want ${least === most ? least : `${least} to ${most}`}`);
  return rest.slice(1);
}

const ARGUMENTS = [/^'(?:[^'\\]|\\.)*'/s, /^-?\d+(?:\.\d+)?/, /^(?:true|false|null)\b/];

function argument(text, whole, depth) {
  if (text.startsWith('States.')) return call(text, whole, depth + 1);
  if (text.startsWith('$')) {
    const [path] = /^[^,()\s]+/.exec(text);
    checkPath(path);
    return text.slice(path.length);
  }
  for (const form of ARGUMENTS) {
    const [found] = form.exec(text) ?? [];
    if (found === undefined) continue;
    checkLiteral(found, whole);
    return text.slice(found.length);
  }
  throw new Error(`${whole}: found ${JSON.stringify(text)}; want an argument`);
}

// The engine counts parentheses inside texts too, and takes every backslash out of a result.
function checkLiteral(literal, whole) {
  let open = 0;
  for (const character of literal) {
    if (character === '(') open++;
    if (character === ')' && --open < 0) break;
  }
  if (open !== 0) throw new Error(`${whole}: a text with a parenthesis that has no counterpart is not implemented: ${literal}`);
  if (literal.includes('\\\\')) throw new Error(`${whole}: a text with a backslash is not implemented: ${literal}`);
}
