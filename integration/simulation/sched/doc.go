// Package sched runs many processes one at a time, by its own clock. One seed decides everything: the order of ready processes,
// and every random number. The same seed runs the same story.
//
// A process is a function. Exactly one runs at any moment, and it runs until it waits: in Sleep, Yield, Event.Wait or
// Event.WaitFor. Between two waits nothing else happens, so processes share values without locks. Virtual time passes only
// while all processes wait.
//
// A process must never block on anything else, such as a channel or a lock that another process holds: the scheduler
// would wait with it. Nothing here reads the wall clock.
package sched
