// The npm packages of the engine, without what costs time and is never used.

import Module, { createRequire } from 'node:module';

/** Loads the packages: about half a second of a processor less than an import takes, and a third less for each definition. */
export function packages() {
  const load = Module._load;
  const instead = {
    // Every Task has a handler of its own, so that the engine never calls AWS.
    '@aws-sdk/client-lambda': () => ({}),
    '@aws-sdk/credential-providers': () => ({}),
    ajv: (ajv) => ({ __esModule: true, default: one(ajv().default) }),
  };
  Module._load = (name, ...rest) => instead[name]?.(() => load(name, ...rest)) ?? load(name, ...rest);
  const require = createRequire(import.meta.url);
  try {
    return { ...require('aws-local-stepfunctions'), ...require('jsonpath-plus') };
  } finally {
    Module._load = load;
  }
}

// asl-validator makes a validator for every definition, each time of the same schemas. One is enough.
function one(Ajv) {
  let made;
  return class extends Ajv {
    constructor(options) {
      if (made) return made;
      super(options);
    }

    addKeyword(...all) {
      return made ? this : super.addKeyword(...all);
    }

    validate(...all) {
      made = this;
      return super.validate(...all);
    }
  };
}
