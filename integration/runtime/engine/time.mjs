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
  const timers = timersByTime();
  let now = start;
  let lastTimer = 0;
  let received = 0;
  let ticking = false;
  let settling = false;
  let over = false;

  const machines = { setTimeout: globalThis.setTimeout, clearTimeout: globalThis.clearTimeout, Date: globalThis.Date };
  const { random } = Math;
  globalThis.setTimeout = (call, millis = 0) => {
    timers.add({ id: ++lastTimer, due: now + Math.max(0, Math.ceil(millis)), call });
    return lastTimer;
  };
  globalThis.clearTimeout = (id) => timers.cancel(id);
  globalThis.Date = class extends Date {
    constructor(...args) {
      super(...(args.length ? args : [now]));
    }
    static now() {
      return now;
    }
  };
  Math.random = randomFrom(seed);

  /** Calls the timers that are due, each after the one before has had its effect. */
  async function tick() {
    while (timers.first()?.due <= now) {
      timers.take().call();
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
    idle({ received, next: timers.first()?.due });
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

/** Timers {id, due, call} in a heap: by when they are due, and then in the order in which they were set. */
function timersByTime() {
  const heap = [];
  const left = new Set(); // the ids of those that were neither taken nor canceled
  const before = (a, b) => a.due < b.due || (a.due === b.due && a.id < b.id);

  function swap(i, j) {
    [heap[i], heap[j]] = [heap[j], heap[i]];
  }

  function rise(i) {
    for (let up = (i - 1) >> 1; i > 0 && before(heap[i], heap[up]); up = (i - 1) >> 1) {
      swap(i, up);
      i = up;
    }
  }

  function sink(i) {
    for (;;) {
      let least = i;
      for (const down of [2 * i + 1, 2 * i + 2]) {
        if (down < heap.length && before(heap[down], heap[least])) least = down;
      }
      if (least === i) return;
      swap(i, least);
      i = least;
    }
  }

  function take() {
    const [taken] = heap;
    const last = heap.pop();
    if (heap.length > 0) {
      heap[0] = last;
      sink(0);
    }
    left.delete(taken.id);
    return taken;
  }

  return {
    take,
    add(timer) {
      left.add(timer.id);
      heap.push(timer);
      rise(heap.length - 1);
    },
    cancel: (id) => void left.delete(id),
    /** The next one; undefined if there is none. */
    first() {
      while (heap.length > 0 && !left.has(heap[0].id)) take();
      return heap[0];
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
