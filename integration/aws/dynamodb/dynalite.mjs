// DynamoDB for tests and the demo: dynalite on a free loopback port, with
// tables that exist the moment they are created.

import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';

import { ready, refuse, serve } from '../../runtime/node/lifecycle.mjs';

// What dynalite 4.0.0 does otherwise than DynamoDB, and what stands in its place, by the end of a file's name.
const patches = {
  // DynamoDB compares maps and lists by what is in them, and dynalite compares which object they are: no condition on a
  // spec would ever hold.
  'dynalite/db/index.js': [
    ['function valsEqual (val1, val2) {', `function valsEqual (val1, val2) {
  if (require('node:util').isDeepStrictEqual(val1, val2)) return true`],
  ],
  // dynalite answers before the table is ACTIVE, however short createTableMs is. Here it answers after that.
  'dynalite/actions/createTable.js': [
    ['cb(null, { TableDescription: data })', ''],
    ['console.error(err.stack || err)', `console.error(err.stack || err)
              cb(null, { TableDescription: data })`],
  ],
};
const load = Module._extensions['.js'];
Module._extensions['.js'] = (module, file) => {
  const patch = Object.keys(patches).find((end) => file.replaceAll('\\', '/').endsWith(end));
  if (!patch) return load(module, file);
  let code = readFileSync(file, 'utf8');
  for (const [from, to] of patches[patch]) {
    if (code.split(from).length !== 2) refuse(`dynalite has changed: found no ${from} in ${file}`);
    code = code.replace(from, () => to);
  }
  return module._compile(code, file);
};
const dynalite = createRequire(import.meta.url)('dynalite');

serve(() => {
  const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
  server.on('error', (error) => {
    refuse(`dynalite cannot listen on 127.0.0.1: ${error.message}`);
    process.exit(1);
  });
  server.listen(0, '127.0.0.1', () => ready({ port: server.address().port }));
  return {
    receive() {},
    close() {
      server.close();
      server.closeAllConnections();
      return true;
    },
  };
});
