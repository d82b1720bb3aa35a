// DynamoDB for tests and the demo: dynalite on a free loopback port, with
// tables that exist the moment they are created.

import { readFileSync } from 'node:fs';
import Module, { createRequire } from 'node:module';

import { ready, refuse, serve } from '../../runtime/node/lifecycle.mjs';

// DynamoDB compares maps and lists by what is in them, and dynalite 4.0.0 compares which object they are: no
// condition on a spec would ever hold.
const load = Module._extensions['.js'];
Module._extensions['.js'] = (module, file) => {
  if (!/dynalite[\\/]db[\\/]index\.js$/.test(file)) return load(module, file);
  const comparison = 'function valsEqual (val1, val2) {';
  const code = readFileSync(file, 'utf8');
  if (!code.includes(comparison)) refuse(`dynalite has changed: found no ${comparison} in ${file}`);
  return module._compile(code.replace(comparison, `${comparison}
  if (require('node:util').isDeepStrictEqual(val1, val2)) return true`), file);
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
