// Package scheduler is an in-memory Amazon EventBridge Scheduler for tests and the demo. It serves the API to the unmodified AWS
// SDK and computes when its schedules fire.
//
// A schedule group and a name identify a schedule. A request without a group means the group "default", which always exists.
// CreateGroup makes the others, as infrastructure does in production. A request that names an unknown group is refused.
//
// It starts nothing and waits for nothing. Firings lists which schedules fire when; the caller starts their targets and calls
// Fire. Start sets its clock.
//
// It must never be more lenient than EventBridge Scheduler: it refuses what that refuses, with the same error type. It also
// refuses everything unknown: StartDate, EndDate, keys, the parameters of templated targets, and L, W and # in cron. It does not
// check signatures, and treats every region the same.
package scheduler
