// Package explore visits every interleaving of a few runs over the units of one cluster, with the product's own handlers.
//
// A handler is sequential and deterministic. So its payload and the answers so far determine an unfinished invocation: to
// continue, the handler restarts, receives the recorded answers, and stops at the next call. A [State] of the exploration is the
// world (DynamoDB, EKS and the clock) and the progress of each run. A move is one call, the end of an update or a wait, the death
// of a process, or the passing of time. [Explorer.Explore] visits every reachable state, checks the rules in each, and returns
// the shortest story that breaks one.
//
// What keeps the number of states finite:
//   - The clock moves only by moves. Time that passes ends every invocation that is under way, as its deadline would.
//   - A wait ends only when what its step looks at has changed since that step began: until then it would answer the same.
//   - The number of deaths, stopped runs, repeated invocations and steps of the clock is bounded by the [Scenario]. When
//     nothing but time can go on, time passes without being counted.
//
// What is computed once is kept: the world's parts, payloads and positions have numbers, and the same call on the same part
// is made once. Where people edit the configuration, each read of it is a call; else it is read once. Records of the audit trail are
// not kept.
package explore
