// Package sched runs many processes in one goroutine's time, by a clock of its own. One seed decides everything: which of the
// ready processes continues first, and every number that Rand gives. The same seed runs the same story.
//
// A process is a function. Exactly one runs at any moment, and it runs until it waits: in Sleep, Yield, Event.Wait or
// Event.WaitFor. Between two waits nothing else happens, so processes share values without locks. Virtual time passes only
// while all processes wait.
//
// A process must never block on anything else, such as a channel or a lock that another process holds: the scheduler
// would wait with it. Nothing here reads the wall clock.
package sched
