// Package schedulerlocal is an Amazon EventBridge Scheduler for tests and the demo: it speaks the API to the unmodified AWS
// SDK, keeps schedules in memory, and says when they fire.
//
// A schedule lives in a schedule group and is known by its group and its name: the same name in another group is another
// schedule. The group "default" always exists and is meant where a request names none. Other groups exist once CreateGroup
// has made them, as infrastructure does it in production; a request that names an unknown group is refused, whatever it
// asks for.
//
// It starts nothing and waits for nothing: Firings says which schedules fire when, the caller starts what they start, and
// tells Fire. Its clock is the one given to Start.
//
// It must never be kinder than EventBridge Scheduler: what that refuses is refused here, with the same error type, and what
// this package does not know of it (StartDate, EndDate, keys, the parameters of templated targets, and L, W and # in cron)
// is refused rather than ignored. Signatures are not checked; they only tell who calls and which region is meant, and every
// region is the same.
package schedulerlocal
