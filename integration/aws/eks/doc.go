// Package eks serves [eksmodel.Model] over HTTP to the unmodified AWS SDK, for tests and the demo: EKS in every region of
// every account. It adds the wire format, a record of all calls, permissions, faults and delays.
//
// Without a clock, an update ends after a set number of looks: calls of DescribeNodegroup and DescribeUpdate. For callers that
// look at irregular intervals, use [Server.UpdatesTake].
//
// It does not check signatures; it only takes the access key ID and the region from them. [Server.SetCallers] tells it who has an
// access key, and what that one may do.
package eks
