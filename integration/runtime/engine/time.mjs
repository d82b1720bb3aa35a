// A virtual time instead of the machine's: the parent says how late it is, and
// when a timer is due. Everything in this process then goes by it. The parent is
// told when nothing is left to do here, and when the next timer is due.

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/**
 * Replaces the timers, the dates and the random numbers of this process. idle is
 * called with {received, next} when all that was received has been worked off:
 * how many messages that was, and in milliseconds when the next timer is due.
 */
export function goByVirtualTime(start, seed, idle) {
  const timers = new Map(); // id -> {due, call}; in the order in which they were set
  let now = start;
  let lastTimer = 0;
  let received = 0;
  let ticking = false;
  let settling = false;
  let over = false;

  const machines = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout, Date: globalThis.Date };
  const { random } = Math;
  globalThis.setTimeout = (call, millis = 0) => {
    timers.set(++lastTimer, { due: now + Math.max(0, Math.ceil(millis)), call });
    return lastTimer;
  };
  globalThis.clearTimeout = (id) => void timers.delete(id);
  globalThis.Date = class extends Date {
    constructor(...args) {
      super(...(args.length ? args : [now]));
    }
    static now() {
      return now;
    }
  };
  Math.random = randomFrom(seed);

  function earliest() {
    let found;
    for (const [id, { due }] of timers) {
      if (found === undefined || due < timers.get(found).due) found = id;
    }
    return found;
  }

  /** Calls the timers that are due, each after the one before has had its effect. */
  async function tick() {
    for (let id = earliest(); id !== undefined && timers.get(id).due <= now; id = earliest()) {
      const { call } = timers.get(id);
      timers.delete(id);
      call();
      await nextTurn();
    }
    ticking = false;
  }

  async function settle() {
    if (settling) return;
    settling = true;
    let seen;
    do {
      seen = received;
      await nextTurn();
      if (ticking) await tick();
    } while (seen !== received);
    settling = false;
    if (over) return;
    const id = earliest();
    idle({ received, next: id === undefined ? undefined : timers.get(id).due });
  }

  return {
    /** Gives the process the machine's time again, and forgets the timers. */
    end() {
      over = true;
      Object.assign(globalThis, machines);
      Math.random = random;
    },

    /** Notes a message of the parent, which says how late it is, and whether timers are due. */
    receive({ at, tick: due }) {
      received++;
      now = Math.max(now, at);
      ticking ||= Boolean(due);
      settle();
    },
  };
}

// The same numbers for the same seed, from 0 up to 1 (mulberry32).
function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
