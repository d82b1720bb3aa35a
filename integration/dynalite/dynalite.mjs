// DynamoDB for tests and the demo: dynalite on a free loopback port, with
// tables that exist the moment they are created.

import dynalite from 'dynalite';

import { listen, ready, refuse } from '../nodechild/lifecycle.mjs';

listen();

const server = dynalite({ createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
server.on('error', (error) => refuse(`dynalite cannot listen on 127.0.0.1: ${error.message}`));
server.listen(0, '127.0.0.1', () => ready({ port: server.address().port }));
