// The script's side of a child of package node: JSON lines in and out, and an end that
// always comes. A process that imports this ends when its standard input ends, which
// is what happens when the Go process closes it, exits, or is killed.

import { createInterface } from 'node:readline';

// Ctrl-C reaches the whole terminal. The parent decides when to stop: it may
// still need its children for an orderly end.
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});

/** Sends one message to the parent. */
export function say(message) {
  process.stdout.write(JSON.stringify(message) + '\n');
}

/** Says, once, that the script is ready, with what the parent should know. */
export function ready(details = {}) {
  say({ ready: details });
}

/** Says, instead of ready, why the script cannot start. */
export function refuse(reason) {
  say({ refused: reason });
}

/** Calls receive for every message of the parent; ends the process after the last. */
export function listen(receive = () => {}) {
  createInterface({ input: process.stdin })
    .on('line', (line) => receive(JSON.parse(line)))
    .on('close', () => process.exit(0));
}

/**
 * Serves one child after another. open(opening) says that it is ready or refuses;
 * unless it refuses, it returns {receive, close}. close() tells whether nothing is
 * left that could disturb the next child.
 */
export function serve(open) {
  let child;
  listen((message) => {
    if (!child) {
      child = open(message);
    } else if (message.close) {
      const closed = child.close();
      child = undefined;
      say({ closed });
    } else {
      child.receive(message);
    }
  });
}
