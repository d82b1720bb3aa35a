// Package ekslocal is an Amazon EKS for tests and the demo: it speaks the API of EKS (and the little of STS that leads to
// it) to the unmodified AWS SDK, and keeps clusters and node groups in memory.
//
// Unless it is given a clock, it has none. An update then progresses when somebody looks: every DescribeNodegroup of its node
// group and every DescribeUpdate is a look, and after so many looks the update has ended. A caller that never looks waits for
// ever, and no test has to sleep. People who look as they like are better served by [Server.UpdatesTake].
//
// What EKS does not promise can be chosen, as when new sizes are shown: see [Behaviour]. A caller has to be right with all of it.
//
// It must never be kinder than EKS: what EKS refuses is refused here, with the same error type. Signatures are not
// checked; they only tell who calls (the access key id) and which region is meant.
package ekslocal
