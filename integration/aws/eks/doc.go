// Package eks is an in-memory Amazon EKS for tests and the demo. It answers the EKS API, and the little of STS that leads to
// it, to the unmodified AWS SDK.
//
// Without a clock, an update progresses when a caller looks. DescribeNodegroup of its node group and DescribeUpdate are looks;
// after a set number of them the update ends. A caller that never looks waits forever, and no test has to sleep. For callers
// that look at irregular intervals, use [Server.UpdatesTake].
//
// [Behaviour] chooses what EKS leaves open, such as when it shows new sizes. Callers must be right with every choice.
//
// It must never be more lenient than EKS: it refuses what EKS refuses, with the same error type. It does not check
// signatures; it only takes the access key ID and the region from them.
package eks
